// Color control (Gatys et al. 2017, section 5): give an image the colors of another, or transfer style in luminance only.
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf, mustHaveSameShape } from "../errors";
import { mustBeImage, type Image } from "../image";
import { cholesky, inverse, multiply, power, type Matrix } from "../math/smallMatrices";
import { matchHistogram } from "./matchHistogram";

/** The ways to match colors: three linear maps of the colors, and `histogram`, each of red, green and blue by itself. */
export const colorMatchings = ["symmetric", "pca", "cholesky", "histogram"] as const;
export type ColorMatching = (typeof colorMatchings)[number];

type LinearMatching = Exclude<ColorMatching, "histogram">;

/** An affine map of colors: x′ = `matrix` · x + `offset`, for a color x = (r, g, b). */
export interface ColorMap {
  readonly matrix: Matrix;
  readonly offset: readonly number[];
}

/** Added to every variance: the covariance of a gray or constant image is singular, and all its colors would be NaN. */
const epsilon = 1e-5;

/** The color transform from RGB to YUV (BT.601): its rows give Y, U and V of a color (r, g, b). */
const yuv: Matrix = [[0.299, 0.587, 0.114], [-0.147, -0.288, 0.436], [0.615, -0.515, -0.1]];

/** The matrix T of each linear matching, from the two covariances. */
const maps: Record<LinearMatching, (from: Matrix, to: Matrix) => Matrix> = {
  cholesky: (from, to) => multiply(cholesky(to), inverse(cholesky(from))),
  pca: (from, to) => multiply(power(to, 0.5), power(from, -0.5)),
  symmetric: (from, to) => {
    const [root, inverseRoot] = [power(from, 0.5), power(from, -0.5)];
    return multiply(multiply(inverseRoot, power(multiply(multiply(root, to), root), 0.5)), inverseRoot);
  },
};

/**
 * `image` `[height, width, 3]` in the colors of `like`, of any size, clipped to 0…1: with the same mean and covariance of red, green
 * and blue (Gatys et al. 2017, section 5), or, by `histogram`, with the same values in each channel. Usually the painting in the
 * photograph's colors, before the transfer. Gray and constant images are safe. The caller owns the result.
 *
 * `await matchColor(noise(photo), painting)` is a start with the painting's color statistics and nothing else of it.
 *
 * @param options `matching`: default `symmetric`, the map that moves colors least (optimal transport between Gaussians); `pca` and
 *   `cholesky` are in the authors' code too, and also rotate the colors; `histogram` matches each channel by itself
 * @throws TypeError or RangeError for what is not an image, RangeError for an unknown matching
 */
export async function matchColor(
  image: Image, like: Image, { matching = "symmetric" }: { matching?: ColorMatching } = {},
): Promise<Image> {
  mustBeImage(image, "the image to recolor");
  mustBeImage(like, "the image whose colors are taken");
  mustBeOneOf(matching, colorMatchings, "color matching");
  if (matching === "histogram") return matchHistogram(image, like);
  return applyColorMap(image, await colorMap(image, like, { matching }));
}

/**
 * The affine map by which `matchColor` gives `image` the mean μ′ and covariance C′ of `like`: x′ = T (x − μ) + μ′, where T C Tᵀ = C′
 * and both covariances have 1e-5 · I added. `cholesky`: T = L′ L⁻¹; `pca`: T = C′^½ C^−½; `symmetric`:
 * T = C^−½ (C^½ C′ C^½)^½ C^−½.
 *
 * @param options `matching`: default `symmetric`
 * @throws RangeError for `histogram`, which is not a linear map
 */
export async function colorMap(
  image: Image, like: Image, { matching = "symmetric" }: { matching?: LinearMatching } = {},
): Promise<ColorMap> {
  mustBeImage(image, "the image to recolor");
  mustBeImage(like, "the image whose colors are taken");
  mustBeOneOf(matching, Object.keys(maps) as LinearMatching[], "linear color matching");
  const [from, to] = await Promise.all([colorMoments(image), colorMoments(like)]);
  const matrix = maps[matching](from.covariance, to.covariance);
  const mappedMean = multiply(matrix, from.mean.map((value) => [value]));
  return { matrix, offset: to.mean.map((value, i) => value - mappedMean[i][0]) };
}

/**
 * The luminance Y = 0.299 R + 0.587 G + 0.114 B of an image, in all three channels (Gatys et al. 2017, section 5): for a transfer in
 * luminance only, which `withColor` completes.
 *
 * @param options `like`: an image whose mean luminance the result gets, by adding a constant and clipping to 0…1, such as the
 *   photograph's for the painting's luminance. Default: no shift
 */
export function luminance(image: Image, { like }: { like?: Image } = {}): Image {
  mustBeImage(image, "the image whose luminance is taken");
  if (like !== undefined) mustBeImage(like, "the image whose mean luminance is taken");
  return tf.tidy(() => {
    const gray = yuvChannel(image, 0);
    const shifted = like ? tf.clipByValue(tf.add(gray, tf.sub(tf.mean(yuvChannel(like, 0)), tf.mean(gray))), 0, 1) : gray;
    return tf.tile(shifted as tf.Tensor3D, [1, 1, 3]);
  });
}

/**
 * The luminance (Y) of `image` with the colors (U and V) of `photo`, of the same size, clipped to 0…1: the last step of a transfer in
 * luminance only.
 *
 * @throws RangeError where the two have different sizes
 */
export function withColor(image: Image, photo: Image): Image {
  mustBeImage(image, "the image whose luminance is taken");
  mustBeImage(photo, "the photograph whose colors are taken");
  mustHaveSameShape(image.shape, photo.shape, "colors are taken pixel by pixel", ["the image", "the photograph"]);
  return tf.tidy(() => {
    const yuvImage = tf.concat([yuvChannel(image, 0), yuvChannel(photo, 1), yuvChannel(photo, 2)], 2) as tf.Tensor3D;
    return applyColorMap(yuvImage, { matrix: inverse(yuv), offset: [0, 0, 0] });
  });
}

/** Y, U or V of an image: `[height, width, 1]`. */
function yuvChannel(image: Image, channel: 0 | 1 | 2): tf.Tensor3D {
  return tf.sum(tf.mul(image, tf.tensor1d([...yuv[channel]])), 2, true);
}

function applyColorMap(image: tf.Tensor3D, { matrix, offset }: ColorMap): Image {
  return tf.tidy(() => {
    // Not a matrix product: some devices round its inputs, and colors would change by more than one of 255 levels.
    const channels = matrix.map((row, i) => tf.add(tf.sum(tf.mul(image, tf.tensor1d([...row])), 2, true), offset[i]));
    return tf.clipByValue(tf.concat(channels, 2), 0, 1) as Image;
  });
}

/** Mean and covariance (+ ε · I) of the colors, accumulated in float64. */
async function colorMoments(image: Image): Promise<{ mean: number[]; covariance: number[][] }> {
  const values = await image.data();
  const pixels = values.length / 3;
  const mean = [0, 0, 0];
  for (let i = 0; i < values.length; i++) mean[i % 3] += values[i] / pixels;
  const covariance = [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? epsilon : 0)));
  for (let p = 0; p < values.length; p += 3)
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) covariance[i][j] += ((values[p + i] - mean[i]) * (values[p + j] - mean[j])) / pixels;
  return { mean, covariance };
}
