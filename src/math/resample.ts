// Resampling by a filter, as Pillow does it: each new pixel is a weighted mean of old ones, along the columns and then the rows.
import * as tf from "@tensorflow/tfjs";
import { applySeparable } from "./applySeparable";

/** A filter by the name that Pillow gives it. */
export type ResizeFilter = "nearest" | "box" | "bilinear" | "hamming" | "bicubic" | "lanczos";

/** Each filter's support (half its width, in pixels), and its weight at an offset. */
const filters: Readonly<Record<ResizeFilter, { readonly support: number; readonly weight: (offset: number) => number }>> = {
  /** The one pixel in which the new pixel's center lies. */
  nearest: { support: 0.5, weight: box },
  /** The mean of the pixels whose centers the new pixel covers; enlarged, it is `nearest`. */
  box: { support: 0.5, weight: box },
  /** A triangle: linear between two pixels, so it never leaves the range of the values. */
  bilinear: { support: 1, weight: (offset) => Math.max(0, 1 - Math.abs(offset)) },
  /** A sinc under a Hamming window: sharper than `bilinear`, and as fast. */
  hamming: { support: 1, weight: (offset) => (Math.abs(offset) < 1 ? sinc(offset) * (0.54 + 0.46 * Math.cos(Math.PI * offset)) : 0) },
  /** Keys' cubic convolution with a = −0.5 (1981, eq. 15). It may overshoot. */
  bicubic: { support: 2, weight: cubic },
  /** A sinc under the wider lobe of another, three pixels to each side. It may overshoot. */
  lanczos: { support: 3, weight: (offset) => (Math.abs(offset) < 3 ? sinc(offset) * sinc(offset / 3) : 0) },
};

/** Every filter's name. */
export const resizeFilters: readonly ResizeFilter[] = Object.keys(filters) as ResizeFilter[];

/** How an image is resampled. */
export interface Resampling {
  readonly filter: ResizeFilter;
  /**
   * When shrinking, whether the filter is widened to the spacing of the new pixels, so that every old pixel counts and nothing aliases.
   * Without, a filter looks at as few pixels as when enlarging. `nearest` never is.
   */
  readonly antialias: boolean;
}

/** What a new pixel is made of along one axis: `weights[k]` of the old pixel `first + k`. The weights' sum is 1. */
export interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

/** The taps of each of `to` pixels, made of a line of `from`. Offsets are computed as Pillow does, so that ties fall the same way. */
export function tapsOf(from: number, to: number, { filter, antialias }: Resampling): Taps[] {
  if (from === to) return Array.from({ length: to }, (_, first) => ({ first, weights: Float64Array.of(1) }));
  const { support, weight } = filters[filter];
  const spacing = from / to;
  const widening = antialias && filter !== "nearest" ? Math.max(1, spacing) : 1;
  return Array.from({ length: to }, (_, i) => {
    const center = (i + 0.5) * spacing;
    const first = Math.max(0, Math.floor(center - support * widening + 0.5));
    const end = Math.min(from, Math.floor(center + support * widening + 0.5));
    const weights = Float64Array.from({ length: end - first }, (_, k) => weight((first + k - center + 0.5) * (1 / widening)));
    const sum = weights.reduce((total, value) => total + value, 0);
    return { first, weights: weights.map((value) => value / sum) };
  });
}

/** `x` `[rows, columns, channels]` resampled to `[height, width, channels]`, antialiased. Values are not clipped. */
export function resample(x: tf.Tensor3D, [height, width]: readonly [number, number], filter: ResizeFilter): tf.Tensor3D {
  const [rows, columns] = x.shape;
  const [rowTaps, columnTaps] = [[rows, height], [columns, width]].map(([from, to]) => tapsOf(from, to, { filter, antialias: true }));
  return tf.tidy(() => applySeparable(x, tapsMatrix(rowTaps, rows), tapsMatrix(columnTaps, columns)));
}

/** Taps as a matrix `[to, from]`, so that a tensor is resampled by a product, the same on every engine. */
export function tapsMatrix(taps: readonly Taps[], from: number): tf.Tensor2D {
  const matrix = new Float32Array(taps.length * from);
  taps.forEach(({ first, weights }, i) => matrix.set(weights, i * from + first));
  return tf.tensor2d(matrix, [taps.length, from]);
}

/** Half open, so that a pixel on the border of two counts for one of them. */
function box(offset: number): number {
  return offset > -0.5 && offset <= 0.5 ? 1 : 0;
}

function cubic(offset: number): number {
  const x = Math.abs(offset);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
