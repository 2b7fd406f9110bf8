// What went wrong in a cell, in few words: the table has the whole sentence.
import type { CellResult } from "./cellResult";

const notes: readonly (readonly [RegExp, string])[] = [
  [/no step had a lower loss/, "still the start"], [/^diverging|\. diverging/, "diverging"], [/no gradient/, "no gradient"],
  [/not a finite number/, "not finite"],
];

/** Such as "diverging"; empty where nothing went wrong. */
export function noteOf({ ended, warning }: Pick<CellResult, "ended" | "warning">): string {
  const said = [warning, ended].filter(Boolean).join(". ");
  return notes.filter(([pattern]) => pattern.test(said)).map(([, note]) => note).join(", ");
}
