// Peak signal-to-noise ratio: how near the pixels of two images are.
import * as tf from "@tensorflow/tfjs";
import { mustHaveSameShape } from "../errors";
import { mustBeImage, type Image } from "../image";

/**
 * Peak signal-to-noise ratio in dB of two images of one size in 0…1: −10 log₁₀ mean (x − y)². Infinity for equal images; each factor
 * of 10 in the mean squared error is 10 dB.
 *
 * @throws RangeError for images of different sizes
 */
export async function psnr(image: Image, reference: Image): Promise<number> {
  mustBeImage(image, "the image");
  mustBeImage(reference, "the reference");
  mustHaveSameShape(image.shape, reference.shape, "PSNR compares pixel by pixel", ["the image", "the reference"]);
  const error = tf.tidy(() => tf.mean(tf.squaredDifference(image, reference)));
  const [value] = await error.data().finally(() => error.dispose());
  return -10 * Math.log10(value);
}
