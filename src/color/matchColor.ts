// Color control (Gatys et al. 2017, section 5): give one image the colors of another, or transfer the luminance alone.
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "../errors";
import { mustBeImage, type Image } from "../image";
import { cholesky, inverse, multiply, power, type Matrix } from "../math/smallMatrices";
import { matchHistogram } from "./matchHistogram";

/** The ways to match colors: three linear maps, and `histogram`, each of red, green and blue on its own. */
export const colorMatchings = ["symmetric", "pca", "cholesky", "histogram"] as const;
export type ColorMatching = (typeof colorMatchings)[number];

/** x′ = `matrix` · x + `offset`, for a color x = (r, g, b). */
export interface ColorMap {
  readonly matrix: Matrix;
  readonly offset: readonly number[];
}

/** Added to every variance: the covariance of a gray or constant image has no inverse, and its colors would all be NaN. */
const epsilon = 1e-5;

/** The rows of Y, U and V of a color (r, g, b). */
const yuv: Matrix = [[0.299, 0.587, 0.114], [-0.147, -0.288, 0.436], [0.615, -0.515, -0.1]];

const maps: Record<Exclude<ColorMatching, "histogram">, (from: Matrix, to: Matrix) => Matrix> = {
  cholesky: (from, to) => multiply(cholesky(to), inverse(cholesky(from))),
  pca: (from, to) => multiply(power(to, 0.5), power(from, -0.5)),
  symmetric: (from, to) => {
    const [root, back] = [power(from, 0.5), power(from, -0.5)];
    return multiply(multiply(back, power(multiply(multiply(root, to), root), 0.5)), back);
  },
};

/**
 * `image` in the colors of `like`: equal mean and covariance of red, green and blue (or, by `histogram`, equal values in each),
 * clipped to 0…1. Usually the painting in the photograph's colors, before the transfer. Gray and constant images are safe.
 *
 * `matchColor(noise(photo), painting)` is a start with the painting's colors and nothing else of it.
 *
 * @param matching default `symmetric`, the map that moves colors least (optimal transport); the authors' code offers
 *   `cholesky` and `pca` too, which turn them
 */
export function matchColor(image: Image, like: Image, matching: ColorMatching = "symmetric"): Image {
  mustBeImage(image, "the image to recolor");
  mustBeImage(like, "the image whose colors are taken");
  mustBeOneOf(matching, colorMatchings, "color matching");
  return matching === "histogram" ? matchHistogram(image, like) : recolored(image, colorMap(image, like, matching));
}

/**
 * The linear map that gives `image` the mean and covariance of `like`, in the open: T (x − μ) + μ′ where T C Tᵀ = C′, with
 * C = covariance + 1e-5 · I. `cholesky`: T = L′ L⁻¹; `pca`: C′^½ C^−½; `symmetric`: C^−½ (C^½ C′ C^½)^½ C^−½.
 */
export function colorMap(image: Image, like: Image, matching: Exclude<ColorMatching, "histogram">): ColorMap {
  mustBeOneOf(matching, Object.keys(maps) as (keyof typeof maps)[], "linear color matching");
  const [from, to] = [moments(image), moments(like)];
  const matrix = maps[matching](from.covariance, to.covariance);
  const moved = multiply(matrix, from.mean.map((value) => [value]));
  return { matrix, offset: to.mean.map((value, i) => value - moved[i][0]) };
}

/**
 * The luminance Y = 0.299 R + 0.587 G + 0.114 B of an image, in all three channels. With `like`, its mean is shifted to the mean
 * luminance of that image, and the values clipped: a painting as dark as the photograph.
 */
export function luminance(image: Image, { like }: { like?: Image } = {}): Image {
  mustBeImage(image, "the image whose luminance is taken");
  return tf.tidy(() => {
    const gray = channelOf(image, 0);
    const shifted = like ? tf.clipByValue(tf.add(gray, tf.sub(tf.mean(channelOf(like, 0)), tf.mean(gray))), 0, 1) : gray;
    return tf.tile(shifted as tf.Tensor3D, [1, 1, 3]);
  });
}

/**
 * The luminance of `picture` with the colors (U and V) of `photo`, clipped to 0…1: what ends a transfer of luminance alone.
 *
 * @throws RangeError where the two have different sizes
 */
export function withColor(picture: Image, photo: Image): Image {
  mustBeImage(picture, "the picture whose luminance is kept");
  mustBeImage(photo, "the photograph whose colors are kept");
  if (picture.shape.join() !== photo.shape.join())
    throw new RangeError(`colors are taken place by place, so both images must have one size; the picture is ` +
      `${picture.shape.join("×")}, the photograph ${photo.shape.join("×")}: resize one of the two`);
  return tf.tidy(() => {
    const parts = tf.concat([channelOf(picture, 0), channelOf(photo, 1), channelOf(photo, 2)], 2) as tf.Tensor3D;
    return recolored(parts, { matrix: inverse(yuv), offset: [0, 0, 0] });
  });
}

/** Y, U or V of an image: `[height, width, 1]`. */
function channelOf(image: Image, which: 0 | 1 | 2): tf.Tensor3D {
  return tf.sum(tf.mul(image, tf.tensor1d([...yuv[which]])), 2, true);
}

function recolored(image: tf.Tensor3D, { matrix, offset }: ColorMap): Image {
  return tf.tidy(() => {
    // Not a matrix product: some devices round its inputs, and colors would move by more than one of 255 levels.
    const channels = matrix.map((row, i) => tf.add(tf.sum(tf.mul(image, tf.tensor1d([...row])), 2, true), offset[i]));
    return tf.clipByValue(tf.concat(channels, 2), 0, 1) as Image;
  });
}

/** Mean and covariance (+ ε) of the colors, added up in float64. */
function moments(image: Image): { mean: number[]; covariance: number[][] } {
  const values = image.dataSync();
  const pixels = values.length / 3;
  const mean = [0, 0, 0];
  for (let i = 0; i < values.length; i++) mean[i % 3] += values[i] / pixels;
  const covariance = [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? epsilon : 0)));
  for (let p = 0; p < values.length; p += 3)
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) covariance[i][j] += ((values[p + i] - mean[i]) * (values[p + j] - mean[j])) / pixels;
  return { mean, covariance };
}
