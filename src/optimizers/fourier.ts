// The Fourier parameterization: an image as a spectrum of decorrelated colors, so that coarse and fine structure converge alike.
import * as tf from "@tensorflow/tfjs";
import { applySeparable } from "../math/applySeparable";
import { hartley } from "../math/hartley";
import { inverse, transpose, type Matrix } from "../math/smallMatrices";
import type { ImageShape } from "./optimizer";
import type { Parameterization } from "./reparameterize";

/** Columns: three uncorrelated color directions of photographs, each as long as its standard deviation (ImageNet; Lucid's numbers). */
const colors: Matrix = [[0.26, 0.09, 0.02], [0.27, 0, -0.05], [0.27, -0.09, 0.03]];

export interface FourierOptions {
  /** How much more a step moves long waves than short ones: their units are 1/f to this power, 0…2 (default 0.5). With 0 all waves are alike. */
  readonly exponent?: number;
  /** How much more a step moves luminance than chroma: a color's unit is its deviation to this power, 0…2 (default 0.5). With 0 all are alike. */
  readonly colorExponent?: number;
}

/**
 * The parameterization of Lucid (Olah et al. 2017, "Feature Visualization"): Fourier coefficients in units that grow with the wavelength,
 * for three colors that are uncorrelated in photographs. Neighboring pixels and the three channels no longer have to agree by many
 * small steps: large shapes and colors are found first, and fine noise last.
 *
 *   image = ½ + H (s ∘ z) H Cᵀ,  s ∝ max(f, 1/longer side)^−exponent at f cycles per pixel
 *
 * Lucid's exponents are 1, the amplitudes of photographs. Long waves and luminance then have such large units that fine structure comes
 * late, the later the larger the image. With 0.5 (and colors as Lucid's), a transfer by VGG-19 at 512² has the losses that it has with 1
 * after 50, 100 and 200 evaluations after 27, 58 and 113 (valley × strokes, `gaussianWasserstein` 30, L-BFGS). With vgg19-mini at 128²,
 * loss and color fringe after 50 steps are, for valley × strokes and table × mosaic: 2.33 and 9.9, 1.78 and 9.4; with Lucid's 2.45 and 8.5,
 * 1.90 and 8.1; for pixels 2.32 and 14.4 (valley × strokes).
 *
 * The transform is real: H[j,k] = (cos + sin)(2πjk/n)/√n, the Hartley transform, which is its own inverse; as two matrix products
 * it is the same on every engine. s and C are scaled so that a step in z moves an image as far, in the mean over directions, as
 * the same step in pixels: learning rates keep their meaning.
 *
 * At another size, a wave of so many cycles per image is still the same wave: an optimizer's state is carried over wave by wave.
 *
 * @throws RangeError for an exponent outside 0…2
 */
export function fourier({ exponent = 0.5, colorExponent = 0.5 }: FourierOptions = {}): Parameterization {
  for (const [name, value] of Object.entries({ exponent, colorExponent }))
    if (!(value >= 0 && value <= 2)) throw new RangeError(`the ${name} of fourier is a number in 0…2, got ${value}`);
  const mixing = mixingOf(colorExponent);
  const tables = new Map<string, Tables>(); // for each size that occurs
  const tablesFor = ([height, width]: ImageShape): Tables => {
    const key = `${height}×${width}`;
    if (!tables.has(key)) tables.set(key, { scales: amplitudes(height, width, exponent), rows: hartley(height), columns: hartley(width) });
    return tables.get(key)!;
  };
  /** The Hartley transform of every channel, or its inverse, which is the same. */
  const transform = (x: tf.Tensor3D): tf.Tensor3D => {
    const [height, width] = x.shape;
    const { rows, columns } = tablesFor(x.shape);
    return applySeparable(x, tf.tensor2d(rows, [height, height]), tf.tensor2d(columns, [width, width]));
  };
  const scale = ([height, width]: ImageShape): tf.Tensor3D =>
    tf.tensor3d(tablesFor([height, width, 3]).scales, [height, width, 1]);
  return {
    name: "waves",
    settings: { exponent, colorExponent },
    toImage: (z, [height, width]) => tf.tidy(() => {
      const shape: [number, number, number] = [height, width, 3];
      return tf.add(mapColors(transform(tf.mul(tf.reshape(z, shape), scale(shape))), mixing), 0.5);
    }),
    toParameters: (image) => tf.tidy(() =>
      tf.reshape(tf.div(transform(mapColors(tf.sub(image, 0.5), inverse(mixing))), scale(image.shape)), [image.size])),
    resize: (vector, kind, from, to) => tf.tidy(() => {
      const z = tf.tensor3d(vector, [...from]);
      const [before, after] = [scale(from), scale(to)];
      // The same wave has √(pixels) times the coefficient in a larger image, since H is orthonormal.
      const pixels = Math.sqrt((to[0] * to[1]) / (from[0] * from[1]));
      const waves = (x: tf.Tensor3D): tf.Tensor3D => applySeparable(x, sameWaves(from[0], to[0]), sameWaves(from[1], to[1]));
      // A coefficient z of a small image is as many z′ = D z of a large one, so its derivative is D⁻¹ times.
      const resized = {
        change: () => tf.div(tf.mul(waves(tf.mul(z, before)), pixels), after),
        gradient: () => tf.div(tf.mul(waves(tf.div(z, before)), after), pixels),
        squaredGradient: () => tf.div(tf.mul(nearestWaves(tf.div(z, tf.square(before)), to), tf.square(after)), pixels ** 2),
      }[kind]();
      return resized.dataSync<"float32">();
    }),
  };
}

/** For one size: s `[height · width]`, and the Hartley matrices of both sides. */
interface Tables { readonly scales: Float32Array; readonly rows: Float32Array; readonly columns: Float32Array }

/** C: the color directions with their lengths to the power `exponent`, and a mean square of 1. */
function mixingOf(exponent: number): Matrix {
  const factors = transpose(colors).map((direction) => Math.hypot(...direction) ** (exponent - 1));
  const scaled = colors.map((row) => row.map((value, i) => value * factors[i]));
  const unit = Math.sqrt(scaled.flat().reduce((sum, value) => sum + value ** 2, 0) / 3);
  return scaled.map((row) => row.map((value) => value / unit));
}

/** A 3×3 matrix applied to every color. */
function mapColors(x: tf.Tensor3D, matrix: Matrix): tf.Tensor3D {
  return tf.reshape(tf.matMul(tf.reshape(x, [-1, 3]), tf.tensor2d(transpose(matrix))), x.shape);
}

/** Cycles per image of index k of n: k and n − k are the two phases of one wave. */
const cycles = (k: number, n: number): number => Math.min(k, n - k);

/**
 * The matrix `[to, from]` that gives the coefficients of a line of `to` pixels those of the same waves in a line of `from`; waves that only
 * one of the two can show are left out. Pixel 0's center lies elsewhere in the image, which turns each wave a little:
 * cas(θ + δ) = cos δ cas(θ) + sin δ cas(−θ).
 */
function sameWaves(from: number, to: number): tf.Tensor2D {
  const matrix = new Float32Array(to * from);
  const highest = Math.ceil(Math.min(from, to) / 2) - 1;
  for (let k = 0; k < from; k++) {
    const m = cycles(k, from);
    if (m > highest) continue;
    const signed = k === m ? m : -m;
    const index = (wave: number): number => (wave + to) % to;
    const turn = Math.PI * signed * (1 / to - 1 / from);
    matrix[index(signed) * from + k] += Math.cos(turn);
    matrix[index(-signed) * from + k] += Math.sin(turn);
  }
  return tf.tensor2d(matrix, [to, from]);
}

/** For numbers that are ≥ 0 and have no phase: each wave's, or where the small image has none so fine, that of its finest. */
function nearestWaves(x: tf.Tensor3D, [height, width]: ImageShape): tf.Tensor3D {
  const pick = (from: number, to: number): number[] => Array.from({ length: to }, (_, k) => {
    const m = Math.min(cycles(k, to), Math.floor(from / 2));
    return k === cycles(k, to) ? m : (from - m) % from;
  });
  const rows = tf.gather(x, tf.tensor1d(pick(x.shape[0], height), "int32"), 0);
  return tf.gather(rows, tf.tensor1d(pick(x.shape[1], width), "int32"), 1);
}

/** s `[height · width]`: 1/f to the power `exponent`, with a mean square of 1. */
function amplitudes(height: number, width: number, exponent: number): Float32Array {
  const least = 1 / Math.max(height, width);
  const raw = Float32Array.from({ length: height * width }, (_, i) =>
    1 / Math.max(Math.hypot(cycles(Math.floor(i / width), height) / height, cycles(i % width, width) / width), least) ** exponent);
  const rms = Math.sqrt(raw.reduce((sum, value) => sum + value ** 2, 0) / raw.length);
  return raw.map((value) => value / rms);
}
