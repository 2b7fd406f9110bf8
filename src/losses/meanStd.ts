// Mean and standard deviation of every channel: the statistics of batch normalization.
import * as tf from "@tensorflow/tfjs";
import type { NoOptions } from "../spec";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";
import { blendMeansAndDeviations, meanAndDeviation } from "./meanAndDeviation";

/**
 * Compares mean μ and standard deviation σ of every channel: (Σ (μ_F − μ_S)² + Σ (σ_F − σ_S)²) / N over N channels, the squared
 * differences of Li et al. 2017, who call them BN statistics. AdaIN's style loss (Huang & Belongie 2017, eq. 13) compares the same
 * statistics by their Euclidean distances ‖μ_F − μ_S‖ + ‖σ_F − σ_S‖, not squared; their code squares them. Cheaper than a Gram
 * matrix, but it ignores which channels are active together.
 */
export function meanStd(): LayerLoss<tf.Tensor2D> {
  return {
    name: "mean and deviation",
    prepare: meanAndDeviation,
    distance: (features, target) => tf.tidy(() =>
      tf.div(tf.sum(tf.square(tf.sub(meanAndDeviation(features), target))), features.shape[2]) as tf.Scalar),
    blend: blendMeansAndDeviations,
  };
}

export const meanStdSpec: LossSpec<NoOptions> = {
  name: "meanStd", kind: "style", make: meanStd, options: {},
  summary: "mean and deviation of every channel", source: "Li et al. 2017; Huang & Belongie 2017, there not squared",
};
