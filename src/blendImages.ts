// Starts that are partly one image and partly another.
import * as tf from "@tensorflow/tfjs";
import { normalizeWeights, resize, type Image, type WeightedImage } from "./image";

/**
 * Several images as one, by their weights: the mean of their pixels, at the size of the first. A start between photograph and
 * noise: `mix([{ image: photo, weight: 3 }, { image: noise(photo), weight: 1 }])`.
 */
export function blendImages(shares: readonly WeightedImage[]): Image {
  const parts = normalizeWeights(shares, "the mix");
  const [height, width] = shares[0].image.shape;
  return tf.tidy(() => tf.addN(shares.map(({ image }, i) => tf.mul(fitted(image, height, width), parts[i]))) as Image);
}

function fitted(image: Image, height: number, width: number): Image {
  return image.shape[0] === height && image.shape[1] === width ? image : resize(image, { exactly: [height, width] });
}
