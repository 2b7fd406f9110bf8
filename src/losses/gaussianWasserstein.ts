// The Wasserstein-2 distance of two Gaussians: how far the responses would have to move to get the target's mean and covariance.
import * as tf from "@tensorflow/tfjs";
import { polarFactor, squareRoot } from "../math/squareRoot";
import type { NoOptions } from "../spec";
import { blendTargets } from "./blendTargets";
import { covarianceMatrix } from "./covariance";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * The squared Wasserstein-2 distance between the Gaussians with the mean and covariance of both sets of responses, over the
 * number of channels N (as crowsonkb/style-transfer-pytorch has it):
 *
 *   (‖μ_F − μ_S‖² + tr(C_F + C_S − 2 (C_S^½ C_F C_S^½)^½)) / N
 *
 * It is in the unit of squared responses, a Gram loss in their fourth power: strong channels rule it less. Each covariance
 * gets 1e-3 of its Frobenius norm on the diagonal, since with fewer positions than channels it is singular, and float32 cannot
 * tell smaller variances from rounding. The trace is taken as ‖C_F^½ − W C_S^½‖², W the best rotation: a sum of squares is
 * never negative, and loses nothing where the two are nearly equal.
 */
export function gaussianWasserstein(): LayerLoss<[tf.Tensor1D, tf.Tensor2D, tf.Scalar]> {
  return {
    name: "Gaussian Wasserstein",
    prepare: (target) => tf.tidy(() => {
      const { spread, bound } = regular(covarianceMatrix(target));
      return [tf.mean(target, [0, 1]) as tf.Tensor1D, roots(spread, bound).root, bound];
    }),
    distance: (seen, [mean, root, bound]) => tf.tidy(() => {
      const shift = tf.sum(tf.square(tf.sub(tf.mean(seen, [0, 1]), mean)));
      return tf.div(tf.add(shift, spreadDistance(covarianceMatrix(seen), root, bound)), seen.shape[2]) as tf.Scalar;
    }),
    // Means and second moments blend, as if the targets stood side by side; covariances would forget how far the means are apart.
    blend: (memories, weights) => tf.tidy(() => {
      const outer = (mean: tf.Tensor1D): tf.Tensor2D => tf.outerProduct(mean, mean);
      const covarianceOf = (root: tf.Tensor2D, bound: tf.Scalar): tf.Tensor2D =>
        tf.sub(tf.matMul(root, root), tf.mul(tf.eye(root.shape[0]), tf.mul(bound, least)));
      const mean = blendTargets(memories.map(([each]) => each), weights);
      const moments = memories.map(([each, root, bound]) => tf.add<tf.Tensor2D>(covarianceOf(root, bound), outer(each)));
      const { spread, bound } = regular(tf.sub(blendTargets(moments, weights), outer(mean)));
      return [mean, roots(spread, bound).root, bound];
    }),
  };
}

const epsilon = 1e-3;
/** What the smallest eigenvalue of a regular covariance is at least, in units of its bound. */
const least = epsilon / (1 + epsilon);

/** A covariance with 1e-3 of its norm on the diagonal, and a bound of its eigenvalues. 1e-20: a constant image has norm 0. */
function regular(covariance: tf.Tensor2D): { spread: tf.Tensor2D; bound: tf.Scalar } {
  const norm = tf.sqrt(tf.add(tf.sum(tf.square(covariance)), 1e-20)) as tf.Scalar;
  const spread = tf.add(covariance, tf.mul(tf.eye(covariance.shape[0]), tf.mul(norm, epsilon))) as tf.Tensor2D;
  return { spread, bound: tf.mul(norm, 1 + epsilon) };
}

/** C^½ and C^−½ of a regular covariance. */
function roots(spread: tf.Tensor2D, bound: tf.Scalar): { root: tf.Tensor2D; inverse: tf.Tensor2D } {
  const { root, inverse } = squareRoot(tf.div(spread, bound), least);
  return { root: tf.mul(root, tf.sqrt(bound)), inverse: tf.div(inverse, tf.sqrt(bound)) };
}

/**
 * ‖K − W R‖² with K = C_F^½, R = C_S^½ and W the rotation nearest to KR. Its slope in C_F is 1 − R Wᵀ K⁻¹: one minus the
 * linear map that transports F's Gaussian to S's. No slope is taken through the iterations.
 */
function spreadDistance(covariance: tf.Tensor2D, targetRoot: tf.Tensor2D, targetBound: tf.Scalar): tf.Tensor {
  const { spread, bound } = regular(covariance);
  const compare = tf.customGrad((x, save) => {
    const { root, inverse } = roots(x as tf.Tensor2D, bound);
    const product = tf.div(tf.matMul(root, targetRoot), tf.sqrt(tf.mul(bound, targetBound))) as tf.Tensor2D;
    const rotation = polarFactor(product, least);
    const transport = tf.matMul(targetRoot, tf.matMul(rotation, inverse, true, false));
    (save as tf.GradSaveFunc)([tf.sub(tf.eye(covariance.shape[0]), transport)]);
    return {
      value: tf.sum(tf.square(tf.sub(root, tf.matMul(rotation, targetRoot)))),
      gradFunc: (dy: tf.Tensor, [slope]: tf.Tensor[]) => tf.mul(slope, dy),
    };
  });
  return compare(spread);
}

export const gaussianWassersteinSpec: LossSpec<NoOptions> = {
  name: "gaussianWasserstein", kind: "style", make: gaussianWasserstein, options: {},
  summary: "means and covariances, as distance of Gaussians", source: "Wasserstein-2, closed form",
};
