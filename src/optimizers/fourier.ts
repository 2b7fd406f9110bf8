// The Fourier parameterization: an image as a spectrum of decorrelated colors, so that coarse and fine structure converge alike.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import { applySeparable } from "../math/applySeparable";
import { hartley } from "../math/hartley";
import { inverse, transpose, type Matrix } from "../math/smallMatrices";
import type { Parameterization } from "./reparameterize";

/** Columns: three uncorrelated color directions of photographs, each as long as its standard deviation (ImageNet; Lucid's numbers). */
const colors: Matrix = [[0.26, 0.09, 0.02], [0.27, 0, -0.05], [0.27, -0.09, 0.03]];

/**
 * The parameterization of Lucid (Olah et al. 2017, "Feature Visualization"): Fourier coefficients in units of their amplitude in
 * photographs, 1/f at f cycles per pixel, for three colors that are uncorrelated in photographs. Neighboring pixels and the three
 * channels no longer have to agree by many small steps: large shapes and colors are found first, and fine noise last.
 *
 *   image = ½ + H (s ∘ z) H Cᵀ,  s ∝ 1 / max(f, 1/longer side)
 *
 * The transform is real: H[j,k] = (cos + sin)(2πjk/n)/√n, the Hartley transform, which is its own inverse; as two matrix products
 * it is the same on every engine. s and C are scaled so that a step in z moves an image as far, in the mean over directions, as
 * the same step in pixels: learning rates keep their meaning.
 *
 * @param like an image of the size wanted, or `[height, width]`
 */
export function fourier(like: Image | readonly [number, number]): Parameterization {
  const [height, width] = like instanceof tf.Tensor ? like.shape : like;
  const unit = Math.sqrt(colors.flat().reduce((sum, value) => sum + value ** 2, 0) / 3);
  const mixing = colors.map((row) => row.map((value) => value / unit));
  const [scales, rowMatrix, columnMatrix] = [amplitudes(height, width), hartley(height), hartley(width)];
  /** The Hartley transform of every channel, or its inverse, which is the same. */
  const transform = (x: tf.Tensor3D): tf.Tensor3D =>
    applySeparable(x, tf.tensor2d(rowMatrix, [height, height]), tf.tensor2d(columnMatrix, [width, width]));
  /** A 3×3 matrix applied to every color. */
  const mapColors = (x: tf.Tensor3D, matrix: Matrix): tf.Tensor3D =>
    tf.reshape(tf.matMul(tf.reshape(x, [height * width, 3]), tf.tensor2d(transpose(matrix))), [height, width, 3]);
  const scale = (): tf.Tensor3D => tf.tensor3d(scales, [height, width, 1]);
  return {
    name: "waves",
    shape: [height, width, 3],
    toImage: (z) => tf.tidy(() =>
      tf.add(mapColors(transform(tf.mul(tf.reshape(z, [height, width, 3]), scale())), mixing), 0.5)),
    toParameters: (image) => tf.tidy(() =>
      tf.reshape(tf.div(transform(mapColors(tf.sub(image, 0.5), inverse(mixing))), scale()), [height * width * 3])),
  };
}

/** s `[height · width]`: the amplitudes 1/f, with a mean square of 1. */
function amplitudes(height: number, width: number): Float32Array {
  const least = 1 / Math.max(height, width);
  const cycles = (k: number, n: number): number => Math.min(k, n - k) / n;
  const raw = Float32Array.from({ length: height * width }, (_, i) =>
    1 / Math.max(Math.hypot(cycles(Math.floor(i / width), height), cycles(i % width, width)), least));
  const rms = Math.sqrt(raw.reduce((sum, value) => sum + value ** 2, 0) / raw.length);
  return raw.map((value) => value / rms);
}
