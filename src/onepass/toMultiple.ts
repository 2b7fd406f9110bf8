// Sizes that poolings divide without a rest.
import * as tf from "@tensorflow/tfjs";
import { pad } from "../networks/pad";

/** An image or a mask with its last row and column repeated, until both sides are multiples of `stride`. The caller owns it. */
export function toMultiple(x: tf.Tensor3D, stride: number): tf.Tensor3D {
  const margin = (side: number): readonly [number, number] => [0, Math.ceil(side / stride) * stride - side];
  const [height, width] = x.shape;
  return tf.tidy(() => tf.squeeze<tf.Tensor3D>(pad(tf.expandDims(x, 0), margin(height), margin(width), "replication"), [0]));
}
