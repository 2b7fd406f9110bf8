// The mean and the standard deviation of every channel.
import * as tf from "@tensorflow/tfjs";

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
