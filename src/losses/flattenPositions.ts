// Features as a matrix: one row for each position of the layer.
import * as tf from "@tensorflow/tfjs";

/** Features `[height, width, channels]` as a matrix F `[positions, channels]`, M = height · width positions. */
export function flattenPositions(features: tf.Tensor3D): tf.Tensor2D {
  const [height, width, channels] = features.shape;
  return tf.reshape(features, [height * width, channels]);
}
