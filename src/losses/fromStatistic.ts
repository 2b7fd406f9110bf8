// From a statistic of features to a loss: compare the statistic of what is seen with the statistic of the target.
import * as tf from "@tensorflow/tfjs";
import { blendTargets } from "./blendTargets";
import type { Loss } from "./loss";

/** The mean of squared differences: mean((x − y)²), a scalar. */
export function squaredError(x: tf.Tensor, y: tf.Tensor): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.square(tf.sub(x, y))) as tf.Scalar);
}

/**
 * A loss made from one statistic: `remember` keeps the target's, `distance` is the squared error between the two. A loss of
 * your own is one line: `const brightness = matching((features) => tf.mean(features, [0, 1]))`.
 *
 * @param statistic from features `[height, width, channels]` to a tensor of a shape that does not depend on the size of the
 *   image (unless the target has the same size, as content has)
 * @param name what the loss is called in terms and curves; default: the function's name
 */
export function fromStatistic<T extends tf.Tensor>(
  statistic: (features: tf.Tensor3D) => T,
  name: string = statistic.name || "matching",
): Loss<T> {
  return {
    name,
    prepare: (target) => tf.tidy(() => statistic(target).clone() as T),
    distance: (seen, memory) => tf.tidy(() => squaredError(statistic(seen), memory)),
    blend: blendTargets,
  };
}
