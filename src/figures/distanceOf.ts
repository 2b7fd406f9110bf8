// A loss between two images' pixels, or the activations of one layer.
import * as tf from "@tensorflow/tfjs";
import type { LayerLoss } from "../losses/loss";

/** What `loss` measures of `image` where `target` is its target: images, or activations `[height, width, channels]`. */
export function distanceOf(loss: LayerLoss, image: tf.Tensor3D, target: tf.Tensor3D): number {
  return tf.tidy(() => loss.distance(image, loss.prepare(target)).dataSync()[0]);
}
