// The best picture that fits a number of bytes.

/** What was drawn, and at which rung of the ladder. */
export interface Fitted<Rung, Drawn> {
  readonly rung: Rung;
  readonly drawn: Drawn;
}

/**
 * Renders one rung of `ladder` after another, best first, until the result has at most `limit` bytes; undefined where none has.
 * A ladder that is a generator receives how many bytes the last rung took, and may choose the next by it.
 *
 * @param sizeOf bytes of what was rendered (default: its `length`); Infinity where it is known to be too large
 */
export async function fitBytes<Rung, Drawn>(
  render: (rung: Rung) => Promise<Drawn>, ladder: Iterable<Rung>, limit: number,
  sizeOf: (drawn: Drawn) => number = (drawn) => (drawn as Buffer).length,
): Promise<Fitted<Rung, Drawn> | undefined> {
  const rungs = ladder[Symbol.iterator]() as Iterator<Rung, unknown, number>;
  for (let next = rungs.next(0); !next.done;) {
    const drawn = await render(next.value);
    const bytes = sizeOf(drawn);
    if (bytes <= limit) return { rung: next.value, drawn };
    next = rungs.next(bytes);
  }
  return undefined;
}
