// Whether two images show the same things at the same places, whatever their colors and contrast.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import type { Network } from "../networks/network";
import { contentLayers } from "../terms";

/**
 * The cosine of what `judge` sees at relu4_2 of two images of one size, in −1…1; of each image, the activations minus those of a flat image
 * of its mean color, so that neither that color counts nor the border that zero padding draws into every image.
 *
 * The relative distance ‖F − P‖²/‖P‖², which stood here before, was wrong: it is mostly color and brightness, above all for a network with
 * random filters. A valley in reddish colors was nearer to a still life than to the valley (a test has it).
 */
export async function contentCorrelation(judge: Network, image: Image, photo: Image): Promise<number> {
  const cosine = tf.tidy(() => {
    const [a, b] = [image, photo].map((one) => {
      const flat = tf.mul(tf.onesLike(one), tf.mean(one, [0, 1])) as Image;
      const [features, ofColor] = [one, flat].map((seen) => judge.features(seen, contentLayers)(contentLayers[0]));
      const shown = tf.sub(features, ofColor);
      return tf.div(shown, tf.add(tf.norm(shown), 1e-20));
    });
    return tf.sum(tf.mul(a, b));
  });
  const [value] = await cosine.data().finally(() => cosine.dispose());
  return value;
}
