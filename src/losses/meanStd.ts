// Mean and deviation of every channel: the statistics that batch normalization keeps.
import * as tf from "@tensorflow/tfjs";
import type { NoOptions } from "../spec";
import { blendTargets } from "./blendTargets";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * Compares mean μ and standard deviation σ of every channel: (Σ (μ_F − μ_S)² + Σ (σ_F − σ_S)²) / N over N channels (Li et al.
 * 2017, who call them BN statistics). Cheaper than a Gram matrix, and blind to which channels respond together.
 *
 * σ = √(variance + 1e-8): the root of a silent channel's variance would have no slope.
 */
export function meanStd(): LayerLoss<tf.Tensor2D> {
  return {
    name: "mean and deviation",
    prepare: meanAndDeviation,
    distance: (seen, memory) => tf.tidy(() =>
      tf.div(tf.sum(tf.square(tf.sub(meanAndDeviation(seen), memory))), seen.shape[2]) as tf.Scalar),
    // As if the targets stood side by side: means blend, and second moments.
    blend: (memories, weights) => tf.tidy(() => {
      const squares = memories.map((memory) => tf.sum(tf.square(memory), 0)); // μ² + σ² of each channel
      const [mean] = tf.unstack(blendTargets(memories, weights));
      return tf.stack([mean, tf.sqrt(tf.sub(blendTargets(squares, weights), tf.square(mean)))]) as tf.Tensor2D;
    }),
  };
}

/** Means and deviations `[2, channels]` of features `[height, width, channels]`. */
function meanAndDeviation(features: tf.Tensor3D): tf.Tensor2D {
  return tf.tidy(() => {
    const { mean, variance } = tf.moments(features, [0, 1]);
    return tf.stack([mean, tf.sqrt(tf.add(variance, 1e-8))]) as tf.Tensor2D;
  });
}

export const meanStdSpec: LossSpec<NoOptions> = {
  name: "meanStd", kind: "style", make: meanStd, options: {},
  summary: "mean and deviation of every channel", source: "Li et al. 2017; Huang & Belongie 2017",
};
