// Matrix square roots and polar factors, by matrix products alone: every engine computes them, and TensorFlow.js differentiates
// through them.
import * as tf from "@tensorflow/tfjs";

/**
 * The square root of a symmetric matrix and the inverse of that root, both symmetric. Coupled Newton–Schulz iteration
 * (Higham, "Functions of Matrices", section 6.7): from Y = matrix, Z = 1, repeat T = (3 − ρ²ZY)/2, Y ← ρYT, Z ← ρTZ.
 *
 * @param least a lower bound of the eigenvalues: all must lie in [least, 1]
 */
export function squareRoot(matrix: tf.Tensor2D, least: number): { root: tf.Tensor2D; inverse: tf.Tensor2D } {
  return tf.tidy(() => {
    let root = matrix;
    let inverse: tf.Tensor2D = tf.eye(matrix.shape[0]);
    for (const scale of scales(Math.sqrt(least))) {
      const step = correction(tf.matMul(inverse, root), scale);
      root = tf.matMul(root, step);
      inverse = tf.matMul(step, inverse);
    }
    return { root, inverse };
  });
}

/**
 * The orthogonal factor of a matrix: W of its polar decomposition W·H, H symmetric. It is the matrix nearest to the given one whose
 * rows, or, if there are fewer, whose columns are orthonormal. Newton–Schulz iteration: from W = matrix, repeat
 * W ← ρW (3 − ρ²WᵀW)/2, or the same from the left where WWᵀ is smaller.
 *
 * @param least a lower bound of the singular values: all must lie in [least, 1]. One below it ends between 0 and 1 instead of at 1
 */
export function polarFactor(matrix: tf.Tensor2D, least: number): tf.Tensor2D {
  const wide = matrix.shape[0] < matrix.shape[1];
  return tf.tidy(() => scales(least).reduce((factor, scale) => (wide
    ? tf.matMul(correction(tf.matMul(factor, factor, false, true), scale), factor)
    : tf.matMul(factor, correction(tf.matMul(factor, factor, true, false), scale))), matrix.clone()));
}

/** ρ (3 − ρ²P)/2 of a product P that converges to the identity. */
function correction(product: tf.Tensor2D, scale: number): tf.Tensor2D {
  const three = tf.mul(tf.eye(product.shape[0]), 1.5 * scale);
  return tf.sub(three, tf.mul(product, scale ** 3 / 2));
}

/**
 * The factor ρ of each iteration. With ρ = 1 a small value s only grows by a factor of 1.5; ρ = √(3/(1 + l + l²)) maps [l, 1]
 * into [l′, 1] with the largest possible l′ (Chen & Chow 2014, "A Stable Scaling of Newton–Schulz"). Ends when all
 * values are 1 to float32 precision.
 */
function scales(least: number): number[] {
  const factors: number[] = [];
  for (let low = least; 1 - low > 1e-8;) {
    const scale = low < 0.99 ? Math.sqrt(3 / (1 + low + low ** 2)) : 1;
    factors.push(scale);
    low = (scale * low * (3 - scale ** 2 * low ** 2)) / 2;
  }
  return factors;
}
