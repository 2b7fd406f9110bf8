// What optimizers refuse: options outside their range, and vectors that do not belong together.
import type { Option } from "../spec";

/** A range that every coordinate is kept in, `[low, high]`, or `false` for none. */
export type Clip = readonly [low: number, high: number] | false;

/** `clip` as an option of a spec. */
export const clipOption: Option<Clip> = {
  default: [0, 1], expects: "[low, high] with low below high, or false",
  accepts: (value) => value === false || (Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] < value[1]),
};

/** Throws a RangeError that says what was expected and what came, unless the option holds. */
export function expectOption(optimizer: string, option: string, value: unknown, holds: boolean, wanted: string): void {
  if (!holds) throw new RangeError(`${optimizer}: expected \`${option}\` to be ${wanted}, got ${show(value)}.`);
}

/** A finite number above 0. */
export function isPositive(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}

/** A whole number, 1 or more. */
export function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}

/** A number in 0 ≤ value < 1: what a momentum or a decay may be. */
export function isFraction(value: number): boolean {
  return value >= 0 && value < 1;
}

/** Checks `clip` and gives its two ends: −∞ and ∞ for `false`. */
export function clipEnds(optimizer: string, clip: Clip): readonly [low: number, high: number] {
  const ends = clip === false ? ([-Infinity, Infinity] as const) : clip;
  const holds = Array.isArray(ends) && ends.length === 2 && ends[0] < ends[1];
  expectOption(optimizer, "clip", clip, holds, "[low, high] with low below high, or false for no clipping");
  return ends;
}

/** Throws unless the gradient that `f` gave has one number for each coordinate of the point. */
export function expectGradient(optimizer: string, gradient: Float32Array, x: Float32Array): void {
  if (gradient.length === x.length) return;
  throw new RangeError(
    `${optimizer}: the point has ${x.length} coordinates, but f returned a gradient of ${gradient.length}. ` +
      "Return one derivative for each coordinate, in the same order.",
  );
}

/** Throws unless a vector of the memory has the length of the point: a state belongs to one size of image. */
export function expectState(optimizer: string, vector: Float32Array, x: Float32Array): void {
  if (vector.length === x.length) return;
  throw new RangeError(
    `${optimizer}: the state is for points of ${vector.length} coordinates, but this one has ${x.length}. ` +
      "Start again with init(x), or resize the state's vectors with the image.",
  );
}

function show(value: unknown): string {
  return typeof value === "string" || Array.isArray(value) ? JSON.stringify(value) : String(value);
}
