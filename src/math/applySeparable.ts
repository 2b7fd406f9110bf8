// A matrix for the rows and one for the columns: what resampling, averaging over areas and waves are.
import * as tf from "@tensorflow/tfjs";

/** `down` `[height, rows]` applied to every column of `x` `[rows, columns, channels]`, then `across` `[width, columns]` to every row. */
export function applySeparable(x: tf.Tensor3D, down: tf.Tensor2D, across: tf.Tensor2D): tf.Tensor3D {
  const [rows, columns, channels] = x.shape;
  const [height, width] = [down.shape[0], across.shape[0]];
  const tall = tf.matMul(down, tf.reshape(x, [rows, columns * channels]));
  const turned = tf.transpose(tf.reshape(tall, [height, columns, channels]), [1, 0, 2]);
  const wide = tf.matMul(across, tf.reshape(turned, [columns, height * channels]));
  return tf.transpose(tf.reshape(wide, [width, height, channels]), [1, 0, 2]);
}
