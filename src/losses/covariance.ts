// The Gram matrix of the features after the mean of every channel is subtracted.
import * as tf from "@tensorflow/tfjs";
import type { NoOptions } from "../spec";
import { blendMoments } from "./blendTargets";
import { flattenPositions } from "./flattenPositions";
import { squaredError } from "./fromStatistic";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * The covariance matrix `[channels, channels]` of features `[height, width, channels]`:
 *
 *   C[i,j] = Σₚ (F[p,i] − μ[i]) (F[p,j] − μ[j]) / M,  M = height · width positions
 *
 * A Gram matrix is C + μμᵀ: it cannot tell a large mean from a large variance. The means are subtracted first, since the
 * difference of the two matrices would lose a small variance beside a large mean.
 */
export function covarianceMatrix(features: tf.Tensor3D): tf.Tensor2D {
  const [height, width] = features.shape;
  return tf.tidy(() => {
    const flat = flattenPositions(features);
    const centered = tf.sub(flat, tf.mean(flat, 0, true));
    return tf.div(tf.matMul(centered, centered, true, false), height * width) as tf.Tensor2D;
  });
}

/** mean (C_F − C_S)²: a Gram loss that ignores the channels' means. A constant image has covariance 0. */
export function covariance(): LayerLoss<[mean: tf.Tensor1D, covariance: tf.Tensor2D]> {
  return {
    name: "covariance",
    prepare: (target) => tf.tidy(() => [tf.mean(target, [0, 1]) as tf.Tensor1D, covarianceMatrix(target)]), // the mean, for blends
    distance: (features, [, target]) => tf.tidy(() => squaredError(covarianceMatrix(features), target)),
    blend: (targets, weights) => blendMoments(targets, weights, (shift) => tf.outerProduct(shift, shift)),
  };
}

export const covarianceSpec: LossSpec<NoOptions> = {
  name: "covariance", kind: "style", make: covariance, options: {},
  summary: "the Gram matrix about the means", source: "centered Gram",
};
