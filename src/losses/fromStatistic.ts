// From a statistic of activations to a loss: compare the statistic of the image with that of the target.
import * as tf from "@tensorflow/tfjs";
import { blendTargets } from "./blendTargets";
import type { FeaturesByLayer, LayerLoss, Loss } from "./loss";

/** The mean of squared differences: mean((x − y)²), a scalar. */
export function squaredError(x: tf.Tensor, y: tf.Tensor): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.square(tf.sub(x, y))) as tf.Scalar);
}

/**
 * The loss mean (s(F) − s(S))² of a statistic s: `prepare` computes the target's, `distance` is the squared error between the
 * two. A custom loss is one line: `const brightness = fromStatistic((features) => tf.mean(features, [0, 1]), "brightness")`.
 *
 * Targets blend by their weighted mean. That is the target of their images side by side, as `blend` of a loss must be, where the
 * statistic is a mean over positions; for another statistic write `{ ...fromStatistic(…), blend: undefined }`, or a blend of its own.
 *
 * @param statistic from features `[height, width, channels]` to a tensor of a shape that does not depend on the size of the
 *   image (unless the target has the same size, as content has)
 * @param name the name of the loss in terms and curves; default: the function's name
 * @throws RangeError in `distance` where the statistics of image and target differ in shape
 */
export function fromStatistic<T extends tf.Tensor>(
  statistic: (features: tf.Tensor3D) => T, name: string = statistic.name || "statistic",
): LayerLoss<T> {
  return comparing(statistic, name);
}

/**
 * The same for a statistic of several layers at once:
 * `acrossLayers(["relu1_1", "relu1_2"], (features) => crossGram(features("relu1_1"), features("relu1_2")), "cross-layer Gram")`.
 *
 * @param layers the layers that the statistic reads; a term with this loss names no `layers` itself
 */
export function acrossLayers<T extends tf.Tensor>(
  layers: readonly string[], statistic: (features: FeaturesByLayer) => T, name: string = statistic.name || "statistic",
): Loss<T> {
  return { ...comparing(statistic, name), layers };
}

function comparing<Input, T extends tf.Tensor>(statistic: (features: Input) => T, name: string) {
  return {
    name,
    prepare: (target: Input): T => tf.tidy(() => statistic(target).clone() as T),
    distance: (features: Input, target: T): tf.Scalar => tf.tidy(() => {
      const value = statistic(features);
      if (value.shape.join() !== target.shape.join())
        throw new RangeError(`the statistic ${name} is [${value.shape.join(", ")}] for the image and [${target.shape.join(", ")}] ` +
          "for the target: resize one of the two images, or take a statistic whose shape does not depend on the size, such as a mean");
      return squaredError(value, target);
    }),
    blend: blendTargets,
  };
}
