// Masks: where in an image a loss looks.
import * as tf from "@tensorflow/tfjs";
import { applySeparable } from "../math/applySeparable";
import { areaWeights } from "../math/areaWeights";

/** Where to look: `[height, width]`, or `[height, width, regions]` for several at once; 0 is not here, 1 here. As large as its image. */
export type Mask = tf.Tensor2D | tf.Tensor3D;

/** How many regions a mask has. */
export function regions({ shape }: tf.Tensor): number {
  return shape[2] ?? 1;
}

/** @throws RangeError for another rank, a value outside 0…1 or no number, a region that is 0 everywhere; `what` names the mask */
export function mustBeMask(mask: unknown, what: string): asserts mask is Mask {
  if (!(mask instanceof tf.Tensor))
    throw new TypeError(`${what} is not a mask: a mask is a tensor [height, width] with values in 0…1`);
  if (mask.isDisposed) throw new Error(`${what} was disposed; a mask must live as long as the loss that looks through it`);
  if (mask.rank !== 2 && mask.rank !== 3)
    throw new RangeError(`${what} must be [height, width] or [height, width, regions], got [${mask.shape.join(", ")}]`);
  const values = mask.dataSync();
  const wrong = values.find((value) => !(value >= 0 && value <= 1));
  if (wrong !== undefined)
    throw new RangeError(`${what} has a value of ${wrong}: they are from 0, not here, to 1; divide by 255 if it came from bytes`);
  for (let r = 0; r < regions(mask); r++)
    if (values.every((value, at) => at % regions(mask) !== r || value === 0))
      throw new RangeError(`region ${r} of ${what} is empty: it is 0 everywhere, so there is nothing to compare`);
}

/**
 * A mask at a layer's size `[height, width, regions]`: each position has the mean of the mask over what it covers.
 *
 * @throws RangeError where the mask has not the shape of the image that the layer saw
 */
export function maskAtLayer(mask: tf.Tensor, height: number, width: number, what: string): tf.Tensor3D {
  const [tall, wide] = mask.shape;
  // Poolings leave out a last odd row or column, smaller copies of an image are rounded: together 1½ positions at most.
  if (Math.abs(height / tall - width / wide) >= 1.5 / Math.min(tall, wide))
    throw new RangeError(`${what} is ${tall}×${wide}, and does not fit its image, which is ${height}×${width} at this layer: ` +
      "a mask has the size of its image");
  return tf.tidy(() =>
    applySeparable(tf.reshape(mask, [tall, wide, regions(mask)]), areaWeights(tall, height), areaWeights(wide, width)));
}
