// The Wasserstein-2 distance of two Gaussians: how far activations have to move to have the target's mean and covariance.
import * as tf from "@tensorflow/tfjs";
import { polarFactor, squareRoot } from "../math/squareRoot";
import type { NoOptions } from "../spec";
import { blendTargets } from "./blendTargets";
import { covarianceMatrix } from "./covariance";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * The squared Wasserstein-2 distance between two Gaussians with the means and covariances of the image's and the target's
 * activations, divided by the number of channels N (as in crowsonkb/style-transfer-pytorch):
 *
 *   (‖μ_F − μ_S‖² + tr(C_F + C_S − 2 (C_S^½ C_F C_S^½)^½)) / N
 *
 * It has the unit of squared activations, a Gram loss that of their fourth power: strong channels dominate it less. Each
 * covariance gets 1e-3 of its Frobenius norm added to the diagonal, since with fewer positions than channels it is singular, and
 * float32 cannot tell smaller variances from rounding. The trace is computed as ‖C_F^½ − W C_S^½‖², W the best rotation: a sum of
 * squares is never negative, and has no cancellation where the two are nearly equal.
 */
export function gaussianWasserstein(): LayerLoss<[tf.Tensor1D, tf.Tensor2D, tf.Scalar]> {
  return {
    name: "Gaussian Wasserstein",
    prepare: (target) => tf.tidy(() => {
      const { matrix, bound } = regularize(covarianceMatrix(target));
      return [tf.mean(target, [0, 1]) as tf.Tensor1D, roots(matrix, bound).root, bound];
    }),
    distance: (features, [mean, root, bound]) => tf.tidy(() => {
      const shift = tf.sum(tf.square(tf.sub(tf.mean(features, [0, 1]), mean)));
      return tf.div(tf.add(shift, covarianceDistance(covarianceMatrix(features), root, bound)), features.shape[2]) as tf.Scalar;
    }),
    // As for one image with the targets side by side: means and second moments are averaged. An average of the covariances would
    // leave out the distance between the means.
    blend: (targets, weights) => tf.tidy(() => {
      const outer = (mean: tf.Tensor1D): tf.Tensor2D => tf.outerProduct(mean, mean);
      const covarianceOf = (root: tf.Tensor2D, bound: tf.Scalar): tf.Tensor2D =>
        tf.sub(tf.matMul(root, root), tf.mul(tf.eye(root.shape[0]), tf.mul(bound, least)));
      const mean = blendTargets(targets.map(([each]) => each), weights);
      const moments = targets.map(([each, root, bound]) => tf.add<tf.Tensor2D>(covarianceOf(root, bound), outer(each)));
      const { matrix, bound } = regularize(tf.sub(blendTargets(moments, weights), outer(mean)));
      return [mean, roots(matrix, bound).root, bound];
    }),
  };
}

const epsilon = 1e-3;
/** A lower bound for the eigenvalues of a regularized covariance, in units of its upper bound. */
const least = epsilon / (1 + epsilon);

/** A covariance plus 1e-3 of its norm on the diagonal, and an upper bound of its eigenvalues. 1e-20: a constant image has norm 0. */
function regularize(covariance: tf.Tensor2D): { matrix: tf.Tensor2D; bound: tf.Scalar } {
  const norm = tf.sqrt(tf.add(tf.sum(tf.square(covariance)), 1e-20)) as tf.Scalar;
  const matrix = tf.add(covariance, tf.mul(tf.eye(covariance.shape[0]), tf.mul(norm, epsilon))) as tf.Tensor2D;
  return { matrix, bound: tf.mul(norm, 1 + epsilon) };
}

/** C^½ and C^−½ of a regularized covariance. */
function roots(covariance: tf.Tensor2D, bound: tf.Scalar): { root: tf.Tensor2D; inverse: tf.Tensor2D } {
  const { root, inverse } = squareRoot(tf.div(covariance, bound), least);
  return { root: tf.mul(root, tf.sqrt(bound)), inverse: tf.div(inverse, tf.sqrt(bound)) };
}

/**
 * ‖K − W R‖² with K = C_F^½, R = C_S^½ and W the rotation nearest to KR. Its gradient with respect to C_F is I − R Wᵀ K⁻¹: the
 * identity minus the linear map that transports F's Gaussian to S's. The iterations are not differentiated.
 */
function covarianceDistance(covariance: tf.Tensor2D, targetRoot: tf.Tensor2D, targetBound: tf.Scalar): tf.Tensor {
  const { matrix, bound } = regularize(covariance);
  const compare = tf.customGrad((x, save) => {
    const { root, inverse } = roots(x as tf.Tensor2D, bound);
    const product = tf.div(tf.matMul(root, targetRoot), tf.sqrt(tf.mul(bound, targetBound))) as tf.Tensor2D;
    const rotation = polarFactor(product, least);
    const transport = tf.matMul(targetRoot, tf.matMul(rotation, inverse, true, false));
    (save as tf.GradSaveFunc)([tf.sub(tf.eye(covariance.shape[0]), transport)]);
    return {
      value: tf.sum(tf.square(tf.sub(root, tf.matMul(rotation, targetRoot)))),
      gradFunc: (dy: tf.Tensor, [gradient]: tf.Tensor[]) => tf.mul(gradient, dy),
    };
  });
  return compare(matrix);
}

export const gaussianWassersteinSpec: LossSpec<NoOptions> = {
  name: "gaussianWasserstein", kind: "style", make: gaussianWasserstein, options: {},
  summary: "means and covariances, as distance of Gaussians", source: "Wasserstein-2, closed form",
};
