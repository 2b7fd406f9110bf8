// Ctrl-C in a terminal, as a signal.

/**
 * A signal that the first Ctrl-C aborts (with `reason`); a second one ends the program, as Node does. `release` gives Ctrl-C back to
 * Node before that.
 */
export function ctrlC(reason?: Error): { signal: AbortSignal; release(): void } {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort(reason);
  process.once("SIGINT", onSignal);
  return { signal: stop.signal, release: () => void process.off("SIGINT", onSignal) };
}
