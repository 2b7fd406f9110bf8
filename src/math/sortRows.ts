// Sorting along the last axis. TensorFlow.js sorts (`topk`), but its sort has no gradient.
import * as tf from "@tensorflow/tfjs";

/** Every row of `[rows, count]` sorted in descending order. No gradient flows through it: use it for targets. */
export function sortRows(rows: tf.Tensor2D): tf.Tensor2D {
  return tf.topk(rows, rows.shape[1], true).values;
}
