// Blends of images, for runs that start between a photograph and noise, or between two paintings.
import * as tf from "@tensorflow/tfjs";
import { normalizeWeights, resize, type Image, type WeightedImage } from "./image";

/**
 * The weighted mean of several images' pixels, at the size of the first (others are resized to it). The weights are normalized by
 * their sum. A start between photograph and noise:
 * `blendImages([{ image: photo, weight: 3 }, { image: noise(photo), weight: 1 }])`. The caller owns the result.
 *
 * @throws RangeError for no image at all, a negative weight, or weights that are all 0
 */
export function blendImages(images: readonly WeightedImage[]): Image {
  const weights = normalizeWeights(images, "the blend");
  const [height, width] = images[0].image.shape;
  return tf.tidy(() => tf.addN(images.map(({ image }, i) => tf.mul(resizeTo(image, height, width), weights[i]))) as Image);
}

function resizeTo(image: Image, height: number, width: number): Image {
  return image.shape[0] === height && image.shape[1] === width ? image : resize(image, { exactly: [height, width] });
}
