// Sorted rows, and the Wasserstein-2 distance between rows of numbers. TensorFlow.js sorts (`topk`) but knows no slope of it.
import * as tf from "@tensorflow/tfjs";

/** Every row of `[rows, count]` sorted, the largest first. Without slope: for targets. */
export function sorted(rows: tf.Tensor2D): tf.Tensor2D {
  return tf.topk(rows, rows.shape[1], true).values;
}

/**
 * Sorted rows `[rows, n]` as `count` quantiles `[rows, count]`: quantile i is the mean of the row over the share i/count to
 * (i+1)/count of its numbers, a number that lies on a border counting for each side by what lies there. Equal counts, and
 * multiples (every number repeated, or whole groups averaged), are exact.
 */
export function quantiles(sortedRows: tf.Tensor2D, count: number): tf.Tensor2D {
  const [rows, n] = sortedRows.shape;
  return tf.tidy(() => {
    const group = Math.ceil(n / count); // go up to a multiple of count that loses nothing, then average whole groups
    const fine = group * count === n ? sortedRows : stretched(sortedRows, group * count);
    return group === 1 ? fine.clone() : tf.mean(tf.reshape(fine, [rows, count, group]), 2) as tf.Tensor2D;
  });
}

/** Quantiles for a `count` of at least n: each lies within one number of the row, or across two neighbors. */
function stretched(sortedRows: tf.Tensor2D, count: number): tf.Tensor2D {
  const n = sortedRows.shape[1];
  const first = Int32Array.from({ length: count }, (_, i) => Math.floor((i * n) / count));
  const share = Float32Array.from(first, (at, i) => Math.min(n, (at + 1) * count - i * n) / n);
  const next = first.map((at) => Math.min(at + 1, n - 1));
  const numbers = (at: Int32Array): tf.Tensor2D => tf.gather(sortedRows, tf.tensor1d(at, "int32"), 1);
  return tf.add(tf.mul(numbers(first), share), tf.mul(numbers(next), tf.sub(1, share)));
}

/**
 * `rows` `[rows, count]`, every number replaced by the number of equal rank in the same row of `sortedRows`, of the same
 * shape: the monotone rearrangement, which is histogram matching without bins. Of equal numbers, the first ranks higher.
 */
export function matchRanks(rows: tf.Tensor2D, sortedRows: tf.Tensor2D): tf.Tensor2D {
  const [height, count] = rows.shape;
  return tf.tidy(() => {
    const { indices } = tf.topk(rows, count, true); // where the largest is, the second largest, …
    const starts = tf.reshape(tf.range(0, height * count, count, "int32"), [height, 1]);
    const places = tf.reshape(tf.add(indices, starts), [height * count, 1]);
    const values = tf.scatterND(places as tf.Tensor, tf.reshape(sortedRows, [height * count]), [height * count]);
    return tf.reshape(values, [height, count]) as tf.Tensor2D;
  });
}

/**
 * The squared Wasserstein-2 distance of each row of `rows` to the same row of `sortedRows`, as distributions of numbers,
 * averaged over the rows: mean (x − R)², R the rearrangement of the target by the ranks of x. Ranks do not change under a
 * small change of x, so R counts as a constant and the slope is 2 (x − R) / size.
 *
 * Where the counts differ, the target's quantiles are taken; left out is their spread within a quantile, which is constant.
 */
export function wasserstein1d(rows: tf.Tensor2D, sortedRows: tf.Tensor2D): tf.Scalar {
  const compare = tf.customGrad((x, save) => {
    const target = quantiles(sortedRows, rows.shape[1]);
    const difference = tf.sub(x as tf.Tensor2D, matchRanks(x as tf.Tensor2D, target));
    (save as tf.GradSaveFunc)([difference]);
    return {
      value: tf.mean(tf.square(difference)),
      gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => tf.mul(kept[0], tf.mul(dy, 2 / difference.size)),
    };
  });
  return tf.tidy(() => compare(rows) as tf.Scalar);
}
