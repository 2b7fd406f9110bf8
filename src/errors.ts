// Parts of error messages: the name nearest to a mistyped one, shapes that differ, the first line of another error's message.
import { distance } from "fastest-levenshtein";

/**
 * `names` must contain `name`; otherwise the error says which was probably meant, and what there is.
 *
 * @throws RangeError such as `no layer conv6_1 in vgg19; did you mean conv5_1? There are: …`
 */
export function mustBeOneOf<Name extends string>(name: string, names: readonly Name[], what: string, where = ""): Name {
  if ((names as readonly string[]).includes(name)) return name as Name;
  const place = where ? ` in ${where}` : "";
  if (names.length === 0) throw new RangeError(`no ${what} ${name}${place}; there is none at all`);
  throw new RangeError(`no ${what} ${name}${place}; did you mean ${nearest(name, names)}? There are: ${names.join(", ")}`);
}

/** The name that needs the fewest edits; of several, the one whose characters are closest, so that conv6_1 means conv5_1. */
export function nearest(name: string, names: readonly string[]): string {
  const nameDistance = (other: string): number => distance(name, other) + characterDistance(name, other) / 1e6;
  return names.reduce((best, other) => (nameDistance(other) < nameDistance(best) ? other : best));
}

function characterDistance(name: string, other: string): number {
  let sum = 0;
  for (let i = 0; i < Math.min(name.length, other.length); i++) sum += Math.abs(name.charCodeAt(i) - other.charCodeAt(i));
  return sum;
}

/** The first line of an error's message: what comes after it, such as a stack of another language, is for its `cause`. */
export function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).trim().split("\n")[0].trim();
}

/**
 * `a` and `b` must have the same shape; `reason` says what needs it, `names` are what the error calls the two.
 *
 * @throws RangeError such as `activations are compared position by position, so both images must have the same size; the target is
 * 4×6×3, the image is 2×6×3: resize one of the two`
 */
export function mustHaveSameShape(a: readonly number[], b: readonly number[], reason: string, names: readonly [string, string]): void {
  if (a.join() === b.join()) return;
  throw new RangeError(`${reason}, so both images must have the same size; ${names[0]} is ${a.join("×")}, ${names[1]} is ` +
    `${b.join("×")}: resize one of the two`);
}
