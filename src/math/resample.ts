// Resampling by interpolation, as two matrix products: the same on every engine.
import * as tf from "@tensorflow/tfjs";
import { applySeparable } from "./applySeparable";

export type Kernel = "bilinear" | "bicubic";

/** Each kernel's support (half its width, in pixels), and its weight at an offset. */
const kernels: Record<Kernel, { readonly support: number; readonly weight: (offset: number) => number }> = {
  /** A triangle: linear between two pixels, so it never leaves the range of the values. */
  bilinear: { support: 1, weight: (offset) => Math.max(0, 1 - Math.abs(offset)) },
  /** Keys' cubic convolution with a = −0.5 (1981, eq. 15). It may overshoot. */
  bicubic: { support: 2, weight: cubic },
};

/**
 * `x` `[rows, columns, channels]` resampled to `[height, width, channels]`. When shrinking, the kernel is widened to the new pixel
 * spacing, so that nothing aliases (antialiasing). Values are not clipped.
 */
export function resample(x: tf.Tensor3D, [height, width]: readonly [number, number], kernel: Kernel): tf.Tensor3D {
  const [rows, columns] = x.shape;
  return tf.tidy(() => applySeparable(x, weights(rows, height, kernel), weights(columns, width, kernel)));
}

/** The matrix `[to, from]` that resamples a line of `from` pixels to `to`; every row sums to 1. */
function weights(from: number, to: number, kernel: Kernel): tf.Tensor2D {
  const { support, weight } = kernels[kernel];
  const spacing = from / to;
  const widening = Math.max(1, spacing);
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * spacing - 0.5;
    const first = Math.max(0, Math.ceil(center - support * widening));
    const last = Math.min(from - 1, Math.floor(center + support * widening));
    let sum = 0;
    for (let j = first; j <= last; j++) sum += matrix[i * from + j] = weight((j - center) / widening);
    for (let j = first; j <= last; j++) matrix[i * from + j] /= sum;
  }
  return tf.tensor2d(matrix, [to, from]);
}

function cubic(offset: number): number {
  const x = Math.abs(offset);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}
