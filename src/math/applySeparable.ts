// A separable linear map of a feature map: resampling, area averages and 2-D transforms are all of this form.
import * as tf from "@tensorflow/tfjs";

/**
 * R x Cᵀ for every channel of `x` `[rows, columns, channels]`: `columnMatrix` C `[width, columns]` mixes the columns, then `rowMatrix` R
 * `[height, rows]` the rows. Returns `[height, width, channels]`. `between` is applied to x Cᵀ, such as a limit of its values.
 */
export function applySeparable(
  x: tf.Tensor3D, rowMatrix: tf.Tensor2D, columnMatrix: tf.Tensor2D, between: (x: tf.Tensor2D) => tf.Tensor2D = (x) => x,
): tf.Tensor3D {
  const [rows, columns, channels] = x.shape;
  const [height, width] = [rowMatrix.shape[0], columnMatrix.shape[0]];
  const columnsFirst = tf.reshape<tf.Rank.R2>(tf.transpose(x, [1, 0, 2]), [columns, rows * channels]);
  const wide = between(tf.matMul(columnMatrix, columnsFirst));
  const rowsFirst = tf.transpose(tf.reshape(wide, [width, rows, channels]), [1, 0, 2]);
  return tf.reshape(tf.matMul(rowMatrix, tf.reshape(rowsFirst, [rows, width * channels])), [height, width, channels]);
}
