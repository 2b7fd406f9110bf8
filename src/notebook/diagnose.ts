// Which of the usual mistakes explains that two lists of numbers differ.
import { formatNumber } from "../platform/drawing/formatNumber";
import { diagnoseFeatures } from "./diagnoseFeatures";
import { relativeError, type Values } from "./relativeError";

/** Says which of the usual mistakes makes `mine` differ from the reference, if one does. Both are finite and equally many. */
export function diagnose(mine: Values, reference: Values, tolerance: number): string | undefined {
  const close = Math.max(tolerance, 1e-4);
  const [x, y] = [Array.from(mine.values), Array.from(reference.values)];
  const same = (a: readonly number[], b: readonly number[]): boolean => relativeError(a, b) <= close;
  const oneShape = mine.shape.join() === reference.shape.join();
  if (oneShape && same(x, y)) return undefined;   // only not exact enough
  const flipped = transposed(mine);
  if (flipped && same(flipped, y)) return "yours is the reference transposed";
  if (!oneShape && x.length > 1) return undefined;
  if (x.every((value) => value === 0)) return "yours is 0 everywhere";
  if (y.every((value) => value === 0)) return undefined;
  if (same(x.map((value) => -value), y)) return "yours has the opposite sign";
  if (same(x.map((value) => value * value), y))
    return "yours is the square root of the reference: is a square missing?";
  if (y.every((value) => value >= 0) && same(x, y.map((value) => value * value)))
    return "yours is the square of the reference: is a square root missing?";
  // The least-squares factor of x = factor · y. A single number is some factor of any other: only a plain one counts.
  const factor = dot(x, y) / dot(y, y);
  const times = plainFactor(factor) ?? (x.length > 1 ? digitsOf(factor) : undefined);
  if (factor !== 0 && times && same(x, y.map((value) => factor * value)))
    return `yours is ${times.replace("-", "−")} × the reference${x.length > 1 ? " everywhere" : ""}${missingFactor(times)}`;
  const offset = x.reduce((sum, value, i) => sum + value - y[i], 0) / x.length;
  if (x.length > 1 && same(x, y.map((value) => value + offset)))
    return `yours is the reference ${offset > 0 ? "plus" : "minus"} ${formatNumber(Math.abs(offset), 4)} everywhere`;
  return oneShape ? diagnoseFeatures(mine, reference, close) : undefined;
}

function transposed({ shape, values }: Values): number[] | undefined {
  if (shape.length !== 2 || shape[0] < 2 || shape[1] < 2) return undefined;
  const [rows, columns] = shape;
  return Array.from({ length: rows * columns }, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]);
}

// Factors that may be a forgotten number of positions or channels: 2, 4096, 1/4096.
function plainFactor(factor: number): string | undefined {
  const isWhole = (value: number): boolean =>
    Math.abs(value) > 1.5 && Math.abs(value - Math.round(value)) < Math.max(1e-3, 1e-6 * Math.abs(value));
  if (isWhole(factor)) return `${Math.round(factor)}`;
  if (isWhole(1 / factor)) return `${factor < 0 ? "-" : ""}1/${Math.abs(Math.round(1 / factor))}`;
  return undefined;
}

/** As few digits as tell it from 1, which would say that nothing is wrong. */
function digitsOf(factor: number): string {
  const shown = [4, 6, 8].map((digits) => `${Number(factor.toPrecision(digits))}`);
  return shown.find((text) => text !== "1") ?? shown[2];
}

function missingFactor(times: string): string {
  const [, inverse, number] = /^(1\/)?(\d+)$/.exec(times) ?? [];
  if (number === undefined || number === "1") return "";
  return inverse ? `: is a factor of ${number} missing?` : `: is a division by ${number} missing?`;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
