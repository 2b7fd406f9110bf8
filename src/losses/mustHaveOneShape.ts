// What every loss that compares position by position needs.
import type * as tf from "@tensorflow/tfjs";

/**
 * `features` and `target` must have one shape, so that nothing is broadcast; `what` says what is compared.
 *
 * @throws RangeError, with both shapes
 */
export function mustHaveOneShape(features: tf.Tensor3D, target: tf.Tensor3D, what: string): void {
  if (features.shape.join() === target.shape.join()) return;
  throw new RangeError(`${what} are compared position by position, so both images must have one size; at this layer the target is ` +
    `${target.shape.join("×")}, the image ${features.shape.join("×")}: resize one of the two`);
}
