// Images and other fields of numbers at another size, as two matrix products: the same on every engine.
import * as tf from "@tensorflow/tfjs";
import { applySeparable } from "./applySeparable";

export type Kernel = "bilinear" | "bicubic";

/** How far each kernel reaches, in pixels, and its weight at an offset. */
const kernels: Record<Kernel, { readonly reach: number; readonly weight: (offset: number) => number }> = {
  /** A triangle: between two pixels, a straight line. Never below the smallest value. */
  bilinear: { reach: 1, weight: (offset) => Math.max(0, 1 - Math.abs(offset)) },
  /** Keys' cubic convolution with a = −0.5 (1981, eq. 15). It may overshoot. */
  bicubic: { reach: 2, weight: cubic },
};

/**
 * `x` `[height, width, channels]` at another size; the kernel is widened to the pixel spacing when shrinking, so that nothing
 * aliases. Values are not clipped.
 */
export function resample(x: tf.Tensor3D, [height, width]: readonly [number, number], kernel: Kernel): tf.Tensor3D {
  const [rows, columns] = x.shape;
  return tf.tidy(() => applySeparable(x, weights(rows, height, kernel), weights(columns, width, kernel)));
}

/** The matrix `[to, from]` that resamples a line of `from` pixels to `to`; every row sums to 1. */
function weights(from: number, to: number, kernel: Kernel): tf.Tensor2D {
  const { reach, weight } = kernels[kernel];
  const spacing = from / to;
  const spread = Math.max(1, spacing);
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * spacing - 0.5;
    const first = Math.max(0, Math.ceil(center - reach * spread));
    const last = Math.min(from - 1, Math.floor(center + reach * spread));
    let sum = 0;
    for (let j = first; j <= last; j++) sum += matrix[i * from + j] = weight((j - center) / spread);
    for (let j = first; j <= last; j++) matrix[i * from + j] /= sum;
  }
  return tf.tensor2d(matrix, [to, from]);
}

function cubic(offset: number): number {
  const x = Math.abs(offset);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}
