// Mistakes that are made with features and matrices of channels: a missing ReLU or bias, a window beside its place, an axis taken for another.
import { relativeError, type Values } from "./relativeError";

/**
 * Says which mistake of this kind makes `mine` differ from the reference, if one does. Both are finite and have one shape; `close` is the
 * relative error below which numbers count as the same.
 */
export function diagnoseFeatures(mine: Values, reference: Values, close: number): string | undefined {
  const [x, y] = [Array.from(mine.values), Array.from(reference.values)];
  const channels = reference.shape.at(-1) ?? 1;
  const rows = x.length / channels;
  const apart = (a: number, b: number): boolean => Math.abs(a - b) > close * largest(y);
  const reversed = (list: readonly number[], i: number): number => list[i - (i % channels) + channels - 1 - (i % channels)];

  const active = y.flatMap((value, i) => (value === 0 ? [] : [i]));
  if (active.length >= 3 && active.length < y.length && active.every((i) => !apart(x[i], y[i])))
    return "yours is right wherever the reference is not 0, and is not 0 where the reference is: is a ReLU missing, or its gradient?";
  if (reference.shape.length < 2) return undefined;
  if (channels > 1 && relativeError(x.map((_, i) => reversed(x, i)), y) <= close) return "yours has its channels in reverse order: BGR for RGB?";
  const follows = (a: readonly number[], b: readonly number[]): boolean => relativeError(a.slice(channels), b.slice(0, -channels)) <= close;
  if (rows >= 3 && (follows(x, y) || follows(y, x)))
    return "yours is the reference moved by one place along the first axis: does a window or a list begin one too early or too late?";
  if (rows >= 3 && isOffByConstants(x, y, channels, apart))
    return "in every channel yours differs from the reference by a constant, wherever neither is 0: is the bias missing?";
  return isSquare(reference) ? diagnoseSquare(x, y, channels, close) : undefined;
}

/** Of matrices `[channels, channels]`. */
function diagnoseSquare(x: readonly number[], y: readonly number[], channels: number, close: number): string | undefined {
  if (relativeError([...x].reverse(), y) <= close) return "yours has its channels in reverse order: BGR for RGB?";
  const missing = y.map((value, i) => value - x[i]);
  const diagonal = (list: readonly number[]): number[] => Array.from({ length: channels }, (_, i) => list[i * channels + i]);
  const own = diagonal(missing);
  const size = largest(missing);
  // m mᵀ has m_i² on its diagonal, and is known from that but for signs.
  const isOuter = missing.every((value, i) => Math.abs(value ** 2 - own[Math.floor(i / channels)] * own[i % channels]) <= 1e-3 * size ** 2);
  if (channels >= 3 && isOuter && own.every((value) => value >= -1e-3 * size))
    return "the reference minus yours is m mᵀ for a vector m: were the channels' means subtracted? That gives a covariance";
  const trace = (list: readonly number[]): number => diagonal(list).reduce((a, b) => a + b, 0);
  return channels >= 3 && relativeError([trace(x)], [trace(y)]) <= close
    ? "the diagonals have the same sum, the entries are others: did a reshape mix up positions and channels?" : undefined;
}

function isOffByConstants(x: readonly number[], y: readonly number[], channels: number, apart: (a: number, b: number) => boolean): boolean {
  let compared = 0;
  for (let channel = 0; channel < channels; channel++) {
    const both = y.map((_, i) => i).filter((i) => i % channels === channel && x[i] !== 0 && y[i] !== 0);
    if (both.some((i) => apart(y[i] - x[i], y[both[0]] - x[both[0]]))) return false;
    if (both.length >= 2) compared++;
  }
  return compared >= 1;
}

export function isSquare({ shape }: Values): boolean {
  return shape.length === 2 && shape[0] === shape[1];
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
