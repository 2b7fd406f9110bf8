// check(): is a value worked out by hand the right one? If not, how does it differ?
import { inspect } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { formatNumber } from "../platform/drawing/formatNumber";
import { printedAs } from "../printedAs";
import { diagnose } from "./diagnose";
import { isSquare } from "./diagnoseFeatures";
import { bundle, inNotebook } from "./display";
import { relativeError, type Values } from "./relativeError";

/** A number, numbers in arrays, or a tensor. */
export type Checkable = number | ArrayLike<number> | readonly Checkable[] | tf.Tensor;

export interface CheckOptions {
  /** The largest relative error that passes (default 1e-5). */
  readonly tolerance?: number;
  /** What the message adds when it does not pass. */
  readonly hint?: string;
  /** What usual mistakes give that the numbers alone do not tell, by a sentence that names the mistake (equal to the tolerance, or 1e-4). */
  readonly mistakes?: Readonly<Record<string, Checkable>>;
}

export interface Verdict {
  /** "not yet" where there is nothing to compare: `mine` is undefined, as an exercise's stub returns it. */
  readonly verdict: "right" | "wrong" | "not yet";
  /** Whether the verdict is "right". */
  readonly ok: boolean;
  /** The relative error; NaN where the two cannot be compared. */
  readonly error: number;
  readonly tolerance: number;
  /** The verdict as a sentence. */
  readonly message: string;
}

/** The type of what `check` shows as data, for programs that read notebooks. */
export const checkType = "application/vnd.styloscope.check+json";

export interface CheckJson extends Pick<Verdict, "verdict"> {
  readonly label: string;
  /** null where the two cannot be compared. */
  readonly relativeError: number | null;
}

/**
 * Compares `mine` with a reference, and shows the verdict in a notebook. The relative error is
 * `max|x − y| / max(1e-8, max(|x| + |y|))`, the maxima over all elements, so that elements near zero do not count for
 * more than they are. It is the same for too large and too small: half the right value has 1/3, and so has twice. Where it fails, it looks
 * for the usual mistakes: another shape, a constant factor or offset, a sign, a transposed matrix, NaN, a missing `await`; in features a
 * missing ReLU or bias, reversed channels, a window beside its place; in a matrix of
 * channels subtracted means, a product over the wrong axis. It never throws, and disposes nothing.
 *
 * What it shows also holds a `CheckJson`.
 */
export function check(
  name: string, mine: Checkable | undefined, reference: Checkable, { tolerance = 1e-5, hint, mistakes = {} }: CheckOptions = {},
): Verdict {
  const [x, y] = [valuesOf(mine), valuesOf(reference)];
  const { error, problem } = compare(x, y, tolerance, mistakes);
  const ok = problem === undefined && error <= tolerance;
  const verdict = isMissing(mine) ? "not yet" : ok ? "right" : "wrong";
  const measured = Number.isNaN(error) ? "" : `relative error ${formatNumber(error)} (${ok ? "≤" : ">"} ${formatNumber(tolerance)})`;
  const reasons = verdict === "not yet" ? [notYet] : [measured, problem, ok ? undefined : hint].filter(Boolean);
  const mark = { right: "✓", wrong: "✗", "not yet": "○" }[verdict];
  const message = `${mark} ${name}: ${reasons.join("; ")}`;
  if (inNotebook()) {
    const [first, ...rest] = reasons;
    const markdown = `${mark} **${name}**: ${[first, ...rest.map((reason) => `<br>→ ${reason}`)].join("")}`;
    const json: CheckJson = { label: name, verdict, relativeError: Number.isNaN(error) ? null : error };
    bundle({ [checkType]: json, "text/markdown": markdown, "text/plain": message });
  }
  // As the last expression of a cell the verdict is printed, below what it has shown: so it says something else.
  const details = [
    verdict === "not yet" ? "" : `yours: ${described(x)}`, `reference: ${described(y)}`,
    verdict === "wrong" && !Number.isNaN(error) ? "relative error: max|x − y| / max(|x| + |y|)" : "",
  ].filter(Boolean).join(" · ");
  return printedAs({ verdict, ok, error, tolerance, message }, () => details);
}

const notYet = "not yet, there is nothing to check (undefined). Write your code, let it `return` its value, and run both cells again";

/** Nothing to check, or a list of nothings: a stub's value, not a mistake. */
function isMissing(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length > 0 && value.every(isMissing));
}

function compare(
  x: Values | string, y: Values | string, tolerance: number, mistakes: Readonly<Record<string, Checkable>>,
): { error: number; problem?: string } {
  if (typeof x === "string") return { error: NaN, problem: `yours is ${x}` };
  if (typeof y === "string") return { error: NaN, problem: `the reference is ${y}` };
  const differ = misshapen(x, y);
  const problem = notFinite("yours", x) ?? notFinite("the reference", y) ?? (differ && (known(x, mistakes, tolerance) ?? differ));
  if (problem) return { error: NaN, problem };
  const error = relativeError(x.values, y.values);
  return { error, problem: error <= tolerance ? undefined : known(x, mistakes, tolerance) ?? diagnose(x, y, tolerance) };
}

/** The mistake that gives these numbers. */
function known(x: Values, mistakes: Readonly<Record<string, Checkable>>, tolerance: number): string | undefined {
  return Object.keys(mistakes).find((mistake) => {
    const value = valuesOf(mistakes[mistake]);
    return typeof value !== "string" && value.shape.join() === x.shape.join() && relativeError(x.values, value.values) <= Math.max(tolerance, 1e-4);
  });
}

function notFinite(whose: string, { shape, values }: Values): string | undefined {
  const bad = Array.from(values).filter((value) => !Number.isFinite(value)).length;
  if (bad === 0) return undefined;
  const first = Array.from(values).findIndex((value) => !Number.isFinite(value));
  const stride = (axis: number): number => shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const position = shape.map((length, axis) => Math.floor(first / stride(axis)) % length);
  const where = values.length > 1 ? `: ${bad} of ${values.length} values, the first at [${position.join(", ")}]` : "";
  return `${whose} is not finite (${values[first]}${where})`;
}

function misshapen(x: Values, y: Values): string | undefined {
  if (x.values.length === 1 && y.values.length === 1) return undefined;
  if (x.shape.join() === y.shape.join()) return undefined;
  const differ = `the shapes differ: yours is [${x.shape.join(", ")}], the reference [${y.shape.join(", ")}]`;
  if (isSquare(x) && isSquare(y)) return `${differ}: is the sum taken over the other axis, F Fᵀ instead of Fᵀ F?`;
  if (x.values.length !== y.values.length) return differ;
  const diagnosis = x.shape.length === 2 && y.shape.length === 2 && diagnose(x, y, 1e-4);
  if (diagnosis) return `${differ}; ${diagnosis}`;
  return relativeError(x.values, y.values) < 1e-4 ? `${differ}; the numbers are the same, so reshape yours` : differ;
}

function valuesOf(value: unknown): Values | string {
  if (value === undefined) return "undefined";
  if (value instanceof Promise) return "a promise: write `await` in front of it";
  if (typeof value === "number") return { shape: [], values: [value] };
  if (value instanceof tf.Tensor) {
    if (value.isDisposed) return "a tensor that was disposed";
    return { shape: value.shape, values: value.dataSync() };
  }
  if (ArrayBuffer.isView(value)) return { shape: [(value as Float32Array).length], values: value as Float32Array };
  if (!Array.isArray(value)) return `${inspect(value, { depth: 0 })}, neither a number nor an array nor a tensor`;
  const rows = value.map(valuesOf);
  const bad = rows.find((row) => typeof row === "string");
  if (typeof bad === "string") return `an array with an element that is ${bad}`;
  const parts = rows as Values[];
  if (parts.some((row) => row.shape.join() !== parts[0].shape.join()))
    return "an array whose rows have different lengths";
  return { shape: [parts.length, ...(parts[0]?.shape ?? [])], values: parts.flatMap((row) => Array.from(row.values)) };
}

function described(values: Values | string): string {
  if (typeof values === "string") return values;
  const numbers = Array.from(values.values);
  if (numbers.length === 1) return formatNumber(numbers[0], 6);
  const low = numbers.reduce((a, b) => Math.min(a, b), Infinity);
  const high = numbers.reduce((a, b) => Math.max(a, b), -Infinity);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  return `[${values.shape.join(", ")}] ${formatNumber(low, 3)} … ${formatNumber(high, 3)}, mean ${formatNumber(mean, 4)}`;
}
