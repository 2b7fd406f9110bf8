// Masks: the part of an image that a loss compares, as weights of its pixels.
import * as tf from "@tensorflow/tfjs";
import { applySeparable } from "../math/applySeparable";
import { areaWeights } from "../math/areaWeights";

/**
 * A mask `[height, width]`, or several regions at once `[height, width, regions]`: 0 outside, 1 inside, and anything between on soft
 * edges. It has the height and width of its image. A smaller one is taken only at layers that are no larger than it, such as a mask
 * that was made for the layer, and a larger one of the image's aspect ratio too: a mask is averaged down to a layer, never enlarged.
 */
export type Mask = tf.Tensor2D | tf.Tensor3D;

/** The number of regions of a mask. */
export function regions({ shape }: tf.Tensor): number {
  return shape[2] ?? 1;
}

/**
 * `mask` must be a mask; `what` names it in the error. It reads the values synchronously, because a loss such as `guidedGram(…)` is
 * made in an expression, without `await`. That is cheap: a mask is small, and usually came from JavaScript.
 *
 * @throws TypeError for what is not a tensor; RangeError for another rank, a value that is not in 0…1, a region that is 0 everywhere
 */
export function mustBeMask(mask: unknown, what: string): asserts mask is Mask {
  mustHaveMaskShape(mask, what);
  mustHaveMaskValues(mask.dataSync(), regions(mask), what);
}

/** The part of `mustBeMask` that reads no values. */
export function mustHaveMaskShape(mask: unknown, what: string): asserts mask is Mask {
  if (!(mask instanceof tf.Tensor))
    throw new TypeError(`${what} is not a mask: a mask is a tensor [height, width] with values in 0…1`);
  if (mask.isDisposed) throw new Error(`${what} was disposed; a mask must live as long as the loss that uses it`);
  if (mask.rank !== 2 && mask.rank !== 3)
    throw new RangeError(`${what} must be [height, width] or [height, width, regions], got [${mask.shape.join(", ")}]`);
}

/** The part of `mustBeMask` about the mask's values. */
export function mustHaveMaskValues(values: Float32Array | Int32Array | Uint8Array, count: number, what: string): void {
  const wrong = values.find((value: number) => !(value >= 0 && value <= 1));
  if (wrong !== undefined)
    throw new RangeError(`${what} has a value of ${wrong}: values are from 0, outside, to 1, inside; divide by 255 if it came from bytes`);
  for (let region = 0; region < count; region++)
    if (values.every((value: number, i: number) => i % count !== region || value === 0))
      throw new RangeError(`region ${region} of ${what} is empty: it is 0 everywhere, so there is nothing to compare`);
}

/**
 * A mask resized to a layer, `[height, width, regions]`: each position has the mean of the mask over the area that it covers.
 *
 * @throws RangeError where the mask is smaller than the layer, or has another aspect ratio
 */
export function maskAtLayer(mask: tf.Tensor, height: number, width: number, what: string): tf.Tensor3D {
  const [maskHeight, maskWidth] = mask.shape;
  const sizes = (problem: string): RangeError => new RangeError(`${what} is ${maskHeight}×${maskWidth}, and ${problem} its image, which is ` +
    `${height}×${width} at this layer: a mask has the size of its image`);
  // Pooling drops an odd last row or column, and sizes of smaller copies are rounded: together 1½ positions at most.
  if (Math.abs(height / maskHeight - width / maskWidth) >= 1.5 / Math.min(maskHeight, maskWidth))
    throw sizes("does not fit");
  if (height > maskHeight || width > maskWidth) throw sizes("is too small for");
  return tf.tidy(() => applySeparable(
    tf.reshape(mask, [maskHeight, maskWidth, regions(mask)]), areaWeights(maskHeight, height), areaWeights(maskWidth, width)));
}
