// The mean and the standard deviation of every channel.
import * as tf from "@tensorflow/tfjs";
import { blendMoments } from "./blendTargets";

/**
 * Means μ and standard deviations σ over all positions, `[2, channels]`, of features `[height, width, channels]`.
 *
 * σ = √(variance + 1e-8): the square root has no finite derivative at 0, the variance of a constant channel.
 */
export function meanAndDeviation(features: tf.Tensor3D): tf.Tensor2D {
  return tf.tidy(() => {
    const { mean, variance } = tf.moments(features, [0, 1]);
    return tf.stack([mean, tf.sqrt(tf.add(variance, 1e-8))]) as tf.Tensor2D;
  });
}

/** Means and deviations `[2, channels]` of images side by side, from those of each. */
export function blendMeansAndDeviations(targets: readonly tf.Tensor2D[], weights: readonly number[]): tf.Tensor2D {
  return tf.tidy(() => {
    const moments = targets.map((target) => tf.unstack(target) as tf.Tensor1D[])
      .map(([mean, deviation]) => [mean, tf.square(deviation)] as const);
    const [mean, variance] = blendMoments(moments, weights, (shift) => tf.square(shift));
    return tf.stack([mean, tf.sqrt(variance)]) as tf.Tensor2D;
  });
}
