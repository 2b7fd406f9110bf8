// The paper's network: every filter scaled so that its mean activation is 1 (Gatys et al. 2016, section 2).
import * as tf from "@tensorflow/tfjs";
import { mustBeImage, type Image } from "../image";
import type { Filter } from "./applyLayer";
import { materialize } from "./materialize";
import { vggFrom, type Vgg } from "./vgg";

/**
 * A channel that is hardly ever active on the images would be magnified without bound, and dominate all others on the next
 * image. So no mean counts as less than this fraction of its layer's: a departure from the paper, which used many images.
 */
const smallestMean = 0.01;

/**
 * `network` with each filter scaled so that the mean of its rectified activations, over all positions of all `images`, is 1.
 * Positive factors pass through ReLU and pooling, so the next layer divides them out again and nothing else changes: at
 * every layer the new activation is the old one divided by that channel's mean. The weights of the paper's losses are only
 * meaningful on such a network.
 *
 * W′ₗ[i,j] = Wₗ[i,j] · aₗ₋₁[j] / aₗ[i],  b′ₗ[i] = bₗ[i] / aₗ[i],  a = mean activation of the original network
 *
 * The result has its own filters; dispose both networks.
 */
export function normalized(network: Vgg, images: Image | readonly Image[]): Vgg {
  const all: readonly Image[] = Array.isArray(images) ? images : [images as Image];
  if (all.length === 0) throw new RangeError("normalized() needs at least one image to take mean activations from");
  all.forEach((image, i) => mustBeImage(image, all.length === 1 ? "the image of normalized()" : `image ${i + 1} of normalized()`));
  const names = [...network.filters.keys()];
  const means = meanActivations(network, all, names);
  const filters = new Map<string, Filter>();
  names.forEach((name, index) => {
    const { kernel, bias } = network.filters.get(name)!;
    const mean = means.get(name)!;
    const before = index === 0 ? tf.ones([3]) : means.get(names[index - 1])!;
    filters.set(name, tf.tidy(() => ({
      kernel: tf.div(tf.mul(kernel, tf.reshape(before, [1, 1, -1, 1])), mean) as tf.Tensor4D,
      bias: tf.div(bias, mean) as tf.Tensor1D,
    })) as unknown as Filter);
    if (index === 0) before.dispose();
  });
  means.forEach((mean) => mean.dispose());
  return vggFrom(materialize(filters), { ...network, name: `${network.name} normalized` });
}

/** By convolution name, the mean of its rectified activations per channel, over all positions of all images. */
function meanActivations(network: Vgg, images: readonly Image[], names: readonly string[]): Map<string, tf.Tensor1D> {
  const relus = names.map((name) => name.replace("conv", "relu"));
  const positions = relus.map(() => 0);
  const means = tf.tidy(() => {
    let total: tf.Tensor1D[] = relus.map(() => tf.scalar(0) as unknown as tf.Tensor1D);
    for (const image of images)
      total = tf.tidy(() => {
        const features = network.features(image, relus);
        return relus.map((layer, i) => {
          positions[i] += features(layer).shape[0] * features(layer).shape[1];
          return tf.add(total[i], tf.sum(features(layer), [0, 1])) as tf.Tensor1D;
        });
      });
    return total.map((sum, i) => {
      const mean = tf.div(sum, positions[i]);
      return tf.add(tf.maximum(mean, tf.mul(tf.mean(mean), smallestMean)), 1e-20) as tf.Tensor1D;
    });
  });
  return new Map(names.map((name, i) => [name, means[i]]));
}
