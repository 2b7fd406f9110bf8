// Whitening and coloring: the photograph's activations with the painting's means and covariances.
import * as tf from "@tensorflow/tfjs";
import { covarianceMatrix } from "../losses/covariance";
import { eigen, multiply, transpose, type Matrix } from "../math/smallMatrices";
import { mustHaveSameChannels } from "./adain";

/** Directions with less of the largest eigenvalue are noise, and are left out, as in Li et al.'s code. */
const least = 1e-5;

/**
 * Whitening and coloring transform (Li et al. 2017, eqs. 2 and 3), over the positions of x and y without their means, with covariances
 * E_x D_x E_xᵀ and E_y D_y E_yᵀ:
 *
 *     WCT(x, y) = E_y D_y^½ E_yᵀ · E_x D_x^−½ E_xᵀ · (x − μ(x)) + μ(y)
 *
 * The result has the style's means and covariances, where AdaIN has its means and variances only. It reads the covariances back, since their
 * eigenvalues are computed in float64; so it is async, and has no gradient.
 *
 * @param content x, features `[height, width, channels]`
 * @param style y, features of the same channels; height and width may be others
 * @returns features of the shape of `content`. The caller owns them
 */
export async function wct(content: tf.Tensor3D, style: tf.Tensor3D): Promise<tf.Tensor3D> {
  mustHaveSameChannels(content, style);
  const moments = [content, style].map(meanAndCovariance);
  try {
    const [x, y] = await Promise.all(moments.map(({ covariance }) => covariance.array()));
    const map = multiply(covariancePower(y, 0.5), covariancePower(x, -0.5));
    return tf.tidy(() => {
      const [height, width, channels] = content.shape;
      const centered = tf.reshape(tf.sub(content, moments[0].mean), [height * width, channels]) as tf.Tensor2D;
      // Rows are positions, so the map is applied from the right, transposed.
      const colored = tf.matMul(centered, tf.tensor2d(map), false, true);
      return tf.add(tf.reshape(colored, content.shape), moments[1].mean) as tf.Tensor3D;
    });
  } finally {
    tf.dispose(moments.map(({ mean, covariance }) => [mean, covariance]));
  }
}

/** The means `[channels]` and the covariances `[channels, channels]` of features, over the number of positions. */
export function meanAndCovariance(features: tf.Tensor3D): { mean: tf.Tensor1D; covariance: tf.Tensor2D } {
  return tf.tidy(() => ({ mean: tf.mean(features, [0, 1]) as tf.Tensor1D, covariance: covarianceMatrix(features) }));
}

/**
 * A covariance to a power, without its directions of no variance: −½ whitens, ½ colors. Rows of plain numbers, as
 * `tf.tensor2d` takes them.
 */
export function covariancePower(matrix: Matrix, exponent: number): number[][] {
  const { values, vectors } = eigen(matrix);
  const floor = least * Math.max(...values);
  const powers = values.map((value) => (value > floor ? value ** exponent : 0));
  return multiply(vectors.map((row) => row.map((value, k) => value * powers[k])), transpose(vectors));
}
