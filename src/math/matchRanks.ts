// The monotone rearrangement: numbers replaced by those of equal rank in another sample.
import * as tf from "@tensorflow/tfjs";

/**
 * `rows` `[rows, count]` with every number replaced by the number of equal rank in the same row of `sortedRows`, of the same
 * shape and in descending order: the optimal transport map of one-dimensional samples, or histogram matching without bins. Equal
 * numbers share their ranks, and get the mean of the target's numbers there: what is constant stays constant.
 */
export function matchRanks(rows: tf.Tensor2D, sortedRows: tf.Tensor2D): tf.Tensor2D {
  const [height, count] = rows.shape;
  if (count === 1) return sortedRows.clone();
  return tf.tidy(() => {
    const { values, indices } = tf.topk(rows, count, true); // of the largest, the second largest, …
    const rowStarts = tf.reshape(tf.range(0, height * count, count, "int32"), [height, 1]);
    const changes = tf.notEqual(tf.slice(values, [0, 1]), tf.slice(values, [0, 0], [height, count - 1]));
    const ties = tf.cumsum(tf.concat([tf.zeros([height, 1], "int32"), tf.cast(changes, "int32")], 1), 1);
    const groups = tf.reshape(tf.add(ties, rowStarts), [height * count]) as tf.Tensor1D; // a number for each group of equals
    const sum = (numbers: tf.Tensor): tf.Tensor => tf.gather(tf.unsortedSegmentSum(numbers, groups, height * count), groups);
    const targets = tf.reshape(sortedRows, [height * count]);
    const means = tf.div(sum(targets), sum(tf.onesLike(targets)));
    const positions = tf.reshape(tf.add(indices, rowStarts), [height * count, 1]);
    return tf.reshape(tf.scatterND(positions as tf.Tensor, means, [height * count]), [height, count]) as tf.Tensor2D;
  });
}
