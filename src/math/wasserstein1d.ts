// The Wasserstein-2 distance between samples of numbers, in closed form: sort both, and compare rank by rank.
import * as tf from "@tensorflow/tfjs";
import { matchRanks } from "./matchRanks";
import { quantiles } from "./quantiles";

/**
 * The squared Wasserstein-2 distance of each row of `rows` `[rows, count]` to the same row of `sortedRows` `[rows, n]` (in
 * descending order, as `sortRows` gives it), averaged over the rows: mean (x − R)², R the target rearranged by the ranks of x.
 * Ranks do not change under a small change of x, so R is a constant of the gradient, which is 2 (x − R) / size.
 *
 * Where the counts differ, R is made of the target's quantiles; their spread within a quantile, which is constant, is left out.
 */
export function wasserstein1d(rows: tf.Tensor2D, sortedRows: tf.Tensor2D): tf.Scalar {
  const compare = tf.customGrad((x, save) => {
    const target = quantiles(sortedRows, rows.shape[1]);
    const difference = tf.sub(x as tf.Tensor2D, matchRanks(x as tf.Tensor2D, target));
    (save as tf.GradSaveFunc)([difference]);
    return {
      value: tf.mean(tf.square(difference)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(saved[0], tf.mul(dy, 2 / difference.size)),
    };
  });
  return tf.tidy(() => compare(rows) as tf.Scalar);
}
