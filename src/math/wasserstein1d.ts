// The Wasserstein-2 distance between samples of numbers, in closed form: sort both, and compare rank by rank.
import * as tf from "@tensorflow/tfjs";
import { matchRanks } from "./matchRanks";
import { quantiles } from "./quantiles";
import { sortRows } from "./sortRows";
import { withGradient } from "./withGradient";

/**
 * The squared Wasserstein-2 distance of each row of `rows` `[rows, count]` to the same row of `sortedRows` `[rows, n]` (in
 * descending order, as `sortRows` gives it), averaged over the rows: mean (sorted x − sorted s)². Ranks do not change under a small
 * change of x, so the gradient is 2 (x − R) / size, R the target rearranged by the ranks of x. Equal numbers have equal gradients, by
 * the mean of the target at their ranks: the slope where they move together.
 *
 * Where the counts differ, the target's quantiles are compared; their spread within a quantile, which is constant, is left out.
 */
export function wasserstein1d(rows: tf.Tensor2D, sortedRows: tf.Tensor2D): tf.Scalar {
  return withGradient(rows, (x) => {
    const target = quantiles(sortedRows, x.shape[1]);
    return {
      value: tf.mean(tf.squaredDifference(sortRows(x), target)), gradient: tf.sub(x, matchRanks(x, target)), factor: 2 / x.size,
    };
  });
}
