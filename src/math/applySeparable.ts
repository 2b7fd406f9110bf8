// A separable linear map of a feature map: resampling, area averages and 2-D transforms are all of this form.
import * as tf from "@tensorflow/tfjs";

/**
 * R x Cᵀ for every channel of `x` `[rows, columns, channels]`: `rowMatrix` R `[height, rows]` mixes the rows, `columnMatrix` C
 * `[width, columns]` the columns. Returns `[height, width, channels]`.
 */
export function applySeparable(x: tf.Tensor3D, rowMatrix: tf.Tensor2D, columnMatrix: tf.Tensor2D): tf.Tensor3D {
  const [rows, columns, channels] = x.shape;
  const [height, width] = [rowMatrix.shape[0], columnMatrix.shape[0]];
  const tall = tf.matMul(rowMatrix, tf.reshape(x, [rows, columns * channels]));
  const columnsFirst = tf.transpose(tf.reshape(tall, [height, columns, channels]), [1, 0, 2]);
  const wide = tf.matMul(columnMatrix, tf.reshape(columnsFirst, [columns, height * channels]));
  return tf.transpose(tf.reshape(wide, [width, height, channels]), [1, 0, 2]);
}
