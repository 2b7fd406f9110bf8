// Whether two images show the same things at the same places, whatever their colors and contrast.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import type { Network } from "../networks/network";
import { contentLayers } from "../terms";

/**
 * Pearson's correlation of the activations of two images of one size at relu4_2, in −1…1, each channel without its mean over the
 * positions: 1 where `judge` sees the same content.
 *
 * The distance ‖F − P‖² cannot say which of two photographs is nearer: ‖F − P‖² − ‖F − Q‖² has ‖P‖² − ‖Q‖² in it, so an image of a
 * painting's colors and contrast is nearer to the paler photograph, whatever it shows. Nor can ‖F − P‖²/‖P‖², which favors the stronger.
 */
export async function contentCorrelation(judge: Network, image: Image, photo: Image): Promise<number> {
  const correlation = tf.tidy(() => {
    const [a, b] = [image, photo].map((one) => {
      const features = judge.features(one, contentLayers)(contentLayers[0]);
      const centered = tf.sub(features, tf.mean(features, [0, 1]));
      return tf.div(centered, tf.add(tf.norm(centered), 1e-20));
    });
    return tf.sum(tf.mul(a, b));
  });
  const [value] = await correlation.data().finally(() => correlation.dispose());
  return value;
}
