// The one image convention, and what can be done to an image without knowing where it came from.
import * as tf from "@tensorflow/tfjs";

/** An image: a `[height, width, 3]` tensor, RGB, sRGB values in 0…1. Only networks know means, BGR and scales. */
export type Image = tf.Tensor3D;

/** How large an image shall be: by one side (the other keeps the shape), or exactly `[height, width]`. */
export type Size =
  | { readonly shorter: number }
  | { readonly longer: number }
  | { readonly exactly: readonly [height: number, width: number] };

/** `image` must be a tensor `[height, width, 3]` that is not disposed; `what` names it in the error. */
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

/** The `[height, width]` that `size` asks of an image of `height`×`width`; sides are whole and at least 1. */
export function sizeFor(height: number, width: number, size: Size): [number, number] {
  if ("exactly" in size) {
    mustBeSides("resize", ...size.exactly);
    return [...size.exactly];
  }
  const wanted = "shorter" in size ? size.shorter : size.longer;
  mustBeSides("resize", wanted);
  const factor = wanted / ("shorter" in size ? Math.min(height, width) : Math.max(height, width));
  return [Math.max(1, Math.round(height * factor)), Math.max(1, Math.round(width * factor))];
}

/**
 * Uniform noise, the usual start of a reconstruction or a texture: every value is 0.5 ± `strength`/2.
 *
 * @param like an image whose size to take, or `[height, width]`
 * @param options `seed` (same seed, same noise), `strength` in 0…1
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

/** The part of `image` that starts at `top`, `left`; without them, from the middle. Sizes in pixels. */
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
 * `image` at another size: bicubic (a = −0.5), widened to the pixel spacing when shrinking, so that nothing aliases;
 * values are clipped to 0…1. The same on every engine, because it is two matrix products.
 */
export function resize(image: Image, size: Size): Image {
  const [rows, columns] = image.shape;
  const [height, width] = sizeFor(rows, columns, size);
  return tf.tidy(() => {
    const tall = tf.matMul(cubicWeights(rows, height), tf.reshape(image, [rows, columns * 3]));
    const turned = tf.transpose(tf.reshape(tall, [height, columns, 3]), [1, 0, 2]);
    const wide = tf.matMul(cubicWeights(columns, width), tf.reshape(turned, [columns, height * 3]));
    const back = tf.transpose(tf.reshape(wide, [width, height, 3]), [1, 0, 2]);
    return tf.clipByValue(back, 0, 1) as Image;
  });
}

/** The matrix `[to, from]` that resamples a line of `from` pixels to `to`; every row sums to 1. */
function cubicWeights(from: number, to: number): tf.Tensor2D {
  const spacing = from / to;
  const spread = Math.max(1, spacing);
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * spacing - 0.5;
    const first = Math.max(0, Math.ceil(centre - 2 * spread));
    const last = Math.min(from - 1, Math.floor(centre + 2 * spread));
    let sum = 0;
    for (let j = first; j <= last; j++) sum += matrix[i * from + j] = cubic((j - centre) / spread);
    for (let j = first; j <= last; j++) matrix[i * from + j] /= sum;
  }
  return tf.tensor2d(matrix, [to, from]);
}

/** Keys' cubic convolution kernel with a = −0.5 (1981, eq. 15). */
function cubic(offset: number): number {
  const x = Math.abs(offset);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}
