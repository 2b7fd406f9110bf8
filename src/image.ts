// The type of an image, and operations on images: weights, noise, crop, resize.
import * as tf from "@tensorflow/tfjs";
import { resample } from "./math/resample";

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
 * Uniform noise in 0.5 ± `strength`/2, the usual start of a reconstruction or a texture. The caller owns the result.
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
  return tf.randomUniform<tf.Rank.R3>([height, width, 3], low, high, "float32", seed);
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

/**
 * `image` at another size: bicubic (Keys 1981, a = −0.5), with antialiasing when shrinking; values are clipped to 0…1. The same on
 * every engine, because it is two matrix products. The caller owns the result.
 *
 * @throws RangeError for sides that are not whole numbers of at least 1
 */
export function resize(image: Image, size: Size): Image {
  const [rows, columns] = image.shape;
  const [height, width] = sizeFor(rows, columns, size);
  const covering = Math.max(height / rows, width / columns);
  const scaled: [number, number] = readSize("resize", size)?.name === "cover"
    ? [Math.round(rows * covering), Math.round(columns * covering)] : [height, width];
  return tf.tidy(() => crop(tf.clipByValue(resample(image, scaled, "bicubic"), 0, 1), { height, width }));
}
