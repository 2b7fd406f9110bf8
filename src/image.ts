// The type of an image, and operations on images: weights, noise, crop, resize.
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "./errors";
import { rememberSource } from "./imageSource";
import { applySeparable } from "./math/applySeparable";
import { resizeFilters, tapsMatrix, tapsOf, type Resampling, type ResizeFilter, type Taps } from "./math/resample";

/** An image: a `[height, width, 3]` tensor of RGB (sRGB) values in 0…1. Only networks know means, BGR and other scales. */
export type Image = tf.Tensor3D;

/**
 * The size of an image: by its shorter or its longer side, the other in proportion; scaled to exactly `[height, width]`, which
 * distorts an image of another shape; or scaled until it covers `[height, width]` and cropped around the middle to that.
 */
export type Size =
  | { readonly shorter: number }
  | { readonly longer: number }
  | { readonly exactly: readonly [height: number, width: number] }
  | { readonly cover: readonly [height: number, width: number] };

/** One of several images that are averaged; its part is its weight divided by the sum of all weights. */
export interface WeightedImage {
  readonly image: Image;
  readonly weight: number;
}

/**
 * The weights of several images divided by their sum; `what` names the list in errors.
 *
 * @throws RangeError for no image, a negative weight, or weights that are all 0
 */
export function normalizeWeights(images: readonly WeightedImage[], what: string): number[] {
  if (images.length === 0) throw new RangeError(`${what} has no image at all: give one or more { image, weight }`);
  images.forEach(({ image, weight }, i) => {
    mustBeImage(image, `image ${i + 1} of ${what}`);
    if (!(Number.isFinite(weight) && weight >= 0))
      throw new RangeError(`the weight of image ${i + 1} of ${what} must be 0 or more, got ${weight}`);
  });
  const sum = images.reduce((total, { weight }) => total + weight, 0);
  if (sum === 0) throw new RangeError(`all weights of ${what} are 0: at least one must be larger`);
  return images.map(({ weight }) => weight / sum);
}

/**
 * `image` must be a tensor `[height, width, 3]` that is not disposed; `what` names it in the error.
 *
 * @throws TypeError for a promise or another type, Error for a disposed tensor, RangeError for another shape
 */
export function mustBeImage(image: unknown, what: string): asserts image is Image {
  if (image instanceof Promise) throw new TypeError(`${what} is a promise: write \`await\` in front of it`);
  if (!(image instanceof tf.Tensor)) throw new TypeError(`${what} is not an image; load one with sample() or loadImage()`);
  if (image.isDisposed) throw new Error(`${what} was disposed; keep a clone() of what is still needed`);
  if (image.rank !== 3 || image.shape[2] !== 3)
    throw new RangeError(`${what} must be [height, width, 3], got [${image.shape.join(", ")}]`);
}

function mustBeSides(what: string, ...sides: number[]): void {
  if (sides.every((side) => Number.isInteger(side) && side >= 1)) return;
  throw new RangeError(`${what}: the sides of an image are whole numbers of at least 1 pixel, got ${sides.join("×")}`);
}

const sizeNames = ["shorter", "longer", "exactly", "cover"] as const;

/** Which of the four `size` has, and its sides; undefined where it has none. `what` begins the error for two at once. */
export function readSize(what: string, size: Partial<Size>): { name: (typeof sizeNames)[number]; sides: number[] } | undefined {
  const given = size as Partial<Record<(typeof sizeNames)[number], unknown>>;
  const names = sizeNames.filter((name) => given[name] !== undefined);
  if (names.length === 0) return undefined;
  if (names.length > 1)
    throw new RangeError(`${what}: a size is one of shorter, longer, exactly and cover, got ${names.join(" and ")}: use only one of them`);
  const [name] = names;
  const sides = [given[name]].flat() as number[];
  const count = name === "exactly" || name === "cover" ? 2 : 1;
  if (sides.length !== count)
    throw new RangeError(`${what}: ${name} is ${count === 2 ? "[height, width]" : "one side in pixels"}, got ${JSON.stringify(given[name])}`);
  return { name, sides };
}

/**
 * The `[height, width]` that an image of `height`×`width` gets by `size`, in whole pixels, at least 1.
 *
 * @throws RangeError for sides that are not whole numbers of at least 1
 */
export function sizeFor(height: number, width: number, size: Size): [number, number] {
  const found = readSize("resize", size);
  if (!found)
    throw new RangeError("resize: the size is missing: give { shorter }, { longer }, { exactly: [height, width] } or { cover: [height, width] }");
  const { name, sides } = found;
  mustBeSides("resize", ...sides);
  if (name === "exactly" || name === "cover") return [sides[0], sides[1]];
  const factor = sides[0] / (name === "shorter" ? Math.min(height, width) : Math.max(height, width));
  return [Math.max(1, Math.round(height * factor)), Math.max(1, Math.round(width * factor))];
}

/**
 * Uniform noise in 0.5 ± `strength`/2. The caller owns the result.
 *
 * As a start, weak noise: what no layer sees of it stays in the image. From 1, a texture of a 64² painting ended with five times the
 * painting's differences between neighboring pixels, from 0.1 with 1.3 times, at a quarter of the loss (vgg19-mini, 200 steps).
 *
 * @param like an image of the size wanted, or `[height, width]`
 * @param options `seed` (default 0; the same seed gives the same noise on every engine), `strength` in 0…1 (default 1)
 * @throws RangeError for a strength outside 0…1, or sides that are not whole numbers of at least 1
 */
export function noise(
  like: Image | readonly [number, number],
  { seed = 0, strength = 1 }: { seed?: number; strength?: number } = {},
): Image {
  const [height, width] = like instanceof tf.Tensor ? like.shape : like;
  mustBeSides("noise", height, width);
  if (!(strength >= 0 && strength <= 1)) throw new RangeError(`the strength of noise is between 0 and 1, got ${strength}`);
  const [low, high] = [0.5 - strength / 2, 0.5 + strength / 2];
  // The generator runs in JavaScript, so every engine gets the same bytes.
  return rememberSource(tf.randomUniform<tf.Rank.R3>([height, width, 3], low, high, "float32", seed), { noise: { seed, strength } });
}

/**
 * The part of `image` of `height`×`width` pixels that starts at row `top`, column `left` (default: centered; `width` defaults to
 * `height`). The caller owns the result.
 *
 * @throws RangeError where the part does not lie in the image
 */
export function crop(
  image: Image,
  { height, width = height, top, left }: { height: number; width?: number; top?: number; left?: number },
): Image {
  const [rows, columns] = image.shape;
  mustBeSides("crop", height, width);
  const y = top ?? Math.floor((rows - height) / 2);
  const x = left ?? Math.floor((columns - width) / 2);
  if (y < 0 || x < 0 || y + height > rows || x + width > columns)
    throw new RangeError(`cannot crop ${height}×${width} at row ${y}, column ${x} from an image of ${rows}×${columns}; ` +
      "ask for less, or resize it first");
  return tf.slice(image, [y, x, 0], [height, width, 3]);
}

/** A size, and how an image is resampled to it. */
export type ResizeOptions = Size & Partial<Resampling>;

/**
 * `image` at another size. Each new pixel is a weighted mean of old ones; values are clipped to 0…1, and gradients flow through it. The
 * numbers are Pillow's to one level of 255: `Image.resize(size, Image.Resampling.BILINEAR)` is `filter: "bilinear"`. The same on every
 * engine, because it is two matrix products. The caller owns the result.
 *
 * @param size by its sides, and how to resample: `filter`, one of `resizeFilters` (default `"bicubic"`: Keys 1981, a = −0.5, which invents
 *   no halo worth mentioning; `loadImage` has the sharper `"lanczos"`), and `antialias` (default true, except for `"nearest"`). Without,
 *   `"bilinear"` is that of `tf.image.resize` (half-pixel centers) and of scikit-image before 0.14, which Gatys' notebooks used
 * @throws RangeError for sides that are not whole numbers of at least 1, for another filter, and for `"nearest"` with antialiasing
 */
export function resize(image: Image, size: ResizeOptions): Image {
  const [rows, columns] = image.shape;
  const to = sizeFor(rows, columns, size);
  const taps = resizeTaps("resize", [rows, columns], to, "bicubic", size);
  const clip = <T extends tf.Tensor>(x: T): T => tf.clipByValue(x, 0, 1);
  return tf.tidy(() => clip(applySeparable(image, tapsMatrix(taps.rows, rows), tapsMatrix(taps.columns, columns), clip)));
}

/**
 * What each row and column is made of where `[rows, columns]` are resized to `[height, width]`; of an image that shall `cover` that, the
 * rest is cropped. `what` begins errors; `usual` is the filter unless another is asked for.
 */
export function resizeTaps(
  what: string, [rows, columns]: readonly [number, number], [height, width]: readonly [number, number], usual: ResizeFilter,
  { filter = usual, antialias = filter !== "nearest", cover }: Partial<Resampling> & { readonly cover?: unknown },
): { rows: Taps[]; columns: Taps[] } {
  mustBeOneOf(filter, resizeFilters, "filter", what);
  if (filter === "nearest" && antialias)
    throw new RangeError(`${what}: "nearest" takes one pixel for each, which cannot be antialiased: take "box", or leave antialias out`);
  const factor = Math.max(height / rows, width / columns);
  const along = (from: number, to: number): Taps[] => {
    const scaled = cover ? Math.round(from * factor) : to;
    const before = Math.floor((scaled - to) / 2);
    return tapsOf(from, scaled, { filter, antialias }).slice(before, before + to);
  };
  return { rows: along(rows, height), columns: along(columns, width) };
}
