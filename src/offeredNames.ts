// Which names a text in a call may be, where its type is `string`: what the library knows, for a kernel that completes cells.

type Names = () => readonly string[];

const offered = new Map<string, Names>();

/** The first argument of a function called `where`, and the value of an option of that name, is one of these. */
export function offerNames(where: string, names: Names): void {
  offered.set(where, names);
}

/** The names that were offered there; undefined where none were. */
export function offeredNames(where: string): readonly string[] | undefined {
  return offered.get(where)?.();
}
