// Quantiles of sorted numbers: two samples of different sizes compare through them.
import * as tf from "@tensorflow/tfjs";

/**
 * Sorted rows `[rows, n]` as `count` quantiles `[rows, count]`: quantile i is the mean of the row's empirical quantile function
 * over [i/count, (i+1)/count], for any two counts. A number on the border of two quantiles counts for each by the part that
 * lies there; with `count` = n the quantiles are the numbers themselves.
 */
export function quantiles(sortedRows: tf.Tensor2D, count: number): tf.Tensor2D {
  const [rows, n] = sortedRows.shape;
  return tf.tidy(() => {
    const group = Math.ceil(n / count); // first up to a multiple of count, which loses nothing; then average whole groups
    const fine = group * count === n ? sortedRows : upsample(sortedRows, group * count);
    return group === 1 ? fine.clone() : tf.mean(tf.reshape(fine, [rows, count, group]), 2) as tf.Tensor2D;
  });
}

/** The quantiles for a `count` of at least n: each covers a part of one number of the row, or of two neighbors. */
function upsample(sortedRows: tf.Tensor2D, count: number): tf.Tensor2D {
  const n = sortedRows.shape[1];
  const first = Int32Array.from({ length: count }, (_, i) => Math.floor((i * n) / count));
  const fraction = Float32Array.from(first, (index, i) => Math.min(n, (index + 1) * count - i * n) / n);
  const next = first.map((index) => Math.min(index + 1, n - 1));
  const gather = (indices: Int32Array): tf.Tensor2D => tf.gather(sortedRows, tf.tensor1d(indices, "int32"), 1);
  return tf.add(tf.mul(gather(first), fraction), tf.mul(gather(next), tf.sub(1, fraction)));
}
