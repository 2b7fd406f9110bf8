// The Wasserstein-2 distance between samples of numbers, in closed form: sort both, and compare rank by rank.
import * as tf from "@tensorflow/tfjs";
import { matchRanks } from "./matchRanks";
import { quantiles } from "./quantiles";
import { sortRows } from "./sortRows";

/**
 * The squared Wasserstein-2 distance of each row of `rows` `[rows, count]` to the same row of `sortedRows` `[rows, n]` (in
 * descending order, as `sortRows` gives it), averaged over the rows: mean (sorted x − sorted s)². Ranks do not change under a small
 * change of x, so the gradient is 2 (x − R) / size, R the target rearranged by the ranks of x. Equal numbers have equal gradients, by
 * the mean of the target at their ranks: the slope where they move together.
 *
 * Where the counts differ, the target's quantiles are compared; their spread within a quantile, which is constant, is left out.
 */
export function wasserstein1d(rows: tf.Tensor2D, sortedRows: tf.Tensor2D): tf.Scalar {
  const compare = tf.customGrad((x, save) => {
    const target = quantiles(sortedRows, rows.shape[1]);
    (save as tf.GradSaveFunc)([x as tf.Tensor2D, target]);
    return {
      value: tf.mean(tf.squaredDifference(sortRows(x as tf.Tensor2D), target)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [seen, wanted] = saved as [tf.Tensor2D, tf.Tensor2D];
        return tf.mul(tf.sub(seen, matchRanks(seen, wanted)), tf.mul(dy, 2 / seen.size));
      },
    };
  });
  return tf.tidy(() => compare(rows) as tf.Scalar);
}
