// The monotone rearrangement: numbers replaced by those of equal rank in another sample.
import * as tf from "@tensorflow/tfjs";

/**
 * `rows` `[rows, count]` with every number replaced by the number of equal rank in the same row of `sortedRows`, of the same
 * shape and in descending order: the optimal transport map of one-dimensional samples, or histogram matching without bins. Of
 * equal numbers, the first ranks higher, so every number of the target is used once. (To recolor images, where equal pixels must
 * stay equal, see `color/matchHistogram.ts`.)
 */
export function matchRanks(rows: tf.Tensor2D, sortedRows: tf.Tensor2D): tf.Tensor2D {
  const [height, count] = rows.shape;
  return tf.tidy(() => {
    const { indices } = tf.topk(rows, count, true); // of the largest, the second largest, …
    const offsets = tf.reshape(tf.range(0, height * count, count, "int32"), [height, 1]);
    const positions = tf.reshape(tf.add(indices, offsets), [height * count, 1]);
    const values = tf.scatterND(positions as tf.Tensor, tf.reshape(sortedRows, [height * count]), [height * count]);
    return tf.reshape(values, [height, count]) as tf.Tensor2D;
  });
}
