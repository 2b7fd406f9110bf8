// An image as waves of decorrelated colors: large shapes and small ones move alike.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import { applySeparable } from "../math/applySeparable";
import { inverse, transpose, type Matrix } from "../math/smallMatrices";
import type { Parameterization } from "./reparameterize";

/** Columns: three uncorrelated directions of the colors of photographs, as long as these vary (ImageNet; Lucid's numbers). */
const colors: Matrix = [[0.26, 0.09, 0.02], [0.27, 0, -0.05], [0.27, -0.09, 0.03]];

/**
 * The parameters of Lucid (Olah et al. 2017, "Feature Visualization"): amplitudes of waves, in units of what photographs have,
 * 1/f at f cycles a pixel, for three colors that are uncorrelated in photographs. Neighboring pixels and the three
 * channels no longer have to agree by many small steps: large shapes and colors are found first, and noise last.
 *
 *   image = ½ + H (s ∘ z) H Cᵀ,  s ∝ 1 / max(f, 1/longer side)
 *
 * The waves are real: H[j,k] = (cos + sin)(2πjk/n)/√n, Hartley's form of the Fourier transform, which is its own inverse;
 * two matrix products, the same on every engine. s and C are scaled so that a step in z moves an image as far, in the mean
 * over directions, as the same step in pixels: rates keep their meaning.
 *
 * @param like an image whose size to take, or `[height, width]`
 */
export function fourier(like: Image | readonly [number, number]): Parameterization {
  const [height, width] = like instanceof tf.Tensor ? like.shape : like;
  const unit = Math.sqrt(colors.flat().reduce((sum, value) => sum + value ** 2, 0) / 3);
  const mixing = colors.map((row) => row.map((value) => value / unit));
  const [scales, tall, wide] = [amplitudes(height, width), waves(height), waves(width)];
  /** Every channel turned into waves, or back. */
  const turned = (x: tf.Tensor3D): tf.Tensor3D =>
    applySeparable(x, tf.tensor2d(tall, [height, height]), tf.tensor2d(wide, [width, width]));
  const mixed = (x: tf.Tensor3D, matrix: Matrix): tf.Tensor3D =>
    tf.reshape(tf.matMul(tf.reshape(x, [height * width, 3]), tf.tensor2d(transpose(matrix))), [height, width, 3]);
  const scale = (): tf.Tensor3D => tf.tensor3d(scales, [height, width, 1]);
  return {
    name: "waves",
    shape: [height, width, 3],
    toImage: (z) => tf.tidy(() =>
      tf.add(mixed(turned(tf.mul(tf.reshape(z, [height, width, 3]), scale())), mixing), 0.5)),
    toParameters: (image) => tf.tidy(() =>
      tf.reshape(tf.div(turned(mixed(tf.sub(image, 0.5), inverse(mixing))), scale()), [height * width * 3])),
  };
}

/** H `[n, n]`: symmetric, and its own inverse. */
function waves(n: number): Float32Array {
  const matrix = new Float32Array(n * n);
  for (let j = 0; j < n; j++)
    for (let k = 0; k < n; k++) {
      const angle = (2 * Math.PI * ((j * k) % n)) / n;
      matrix[j * n + k] = (Math.cos(angle) + Math.sin(angle)) / Math.sqrt(n);
    }
  return matrix;
}

/** s `[height · width]`: 1/f, with a mean square of 1. */
function amplitudes(height: number, width: number): Float32Array {
  const least = 1 / Math.max(height, width);
  const cycles = (k: number, n: number): number => Math.min(k, n - k) / n;
  const raw = Float32Array.from({ length: height * width }, (_, at) =>
    1 / Math.max(Math.hypot(cycles(Math.floor(at / width), height), cycles(at % width, width)), least));
  const size = Math.sqrt(raw.reduce((sum, value) => sum + value ** 2, 0) / raw.length);
  return raw.map((value) => value / size);
}
