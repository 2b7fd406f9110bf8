// Checks shared by the optimizers: options within their range, and vectors of matching length.
import type { Option } from "../spec";

/** The range to which every coordinate is clipped, `[low, high]`, or `false` for no clipping. */
export type Clip = readonly [low: number, high: number] | false;

/** `clip` as an option of a spec. */
export const clipOption: Option<Clip> = {
  default: [0, 1], expects: "[low, high] with low below high, or false",
  accepts: (value) => value === false || (Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] < value[1]),
};

/** Throws a RangeError with what was expected and what the option is, unless `holds`. */
export function expectOption(optimizer: string, option: string, value: unknown, holds: boolean, expected: string): void {
  if (!holds) throw new RangeError(`${optimizer}: expected \`${option}\` to be ${expected}, got ${show(value)}.`);
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

/** Checks `clip` and returns its two ends: −∞ and ∞ for `false`. */
export function clipEnds(optimizer: string, clip: Clip): readonly [low: number, high: number] {
  const ends = clip === false ? ([-Infinity, Infinity] as const) : clip;
  const holds = Array.isArray(ends) && ends.length === 2 && ends[0] < ends[1];
  expectOption(optimizer, "clip", clip, holds, "[low, high] with low below high, or false for no clipping");
  return ends;
}

/** Throws unless the gradient that `f` returned has one number for each coordinate of the point. */
export function expectGradient(optimizer: string, gradient: Float32Array, x: Float32Array): void {
  if (gradient.length === x.length) return;
  throw new RangeError(
    `${optimizer}: the point has ${x.length} coordinates, but f returned a gradient of ${gradient.length}. ` +
      "Return one derivative for each coordinate, in the same order.",
  );
}

/** Throws unless a vector of the state has the length of the point: a state belongs to one size of image. */
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
