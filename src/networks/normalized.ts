// The paper's network: every filter scaled so that its mean response is 1 (Gatys et al. 2016, section 2).
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import { materialize, type Filter } from "./applyLayer";
import { vggFrom, type Vgg } from "./vgg";

/**
 * A channel that hardly ever responds on the images would be magnified without bound, and drown all others on the next
 * image. So no mean counts as less than this share of its layer's: a departure from the paper, which used many images.
 */
const faint = 0.01;

/**
 * `network` with each filter scaled so that the mean of its rectified responses, over all positions of all `images`, is 1.
 * Positive factors pass through ReLU and pooling, so the next layer divides them out again and nothing else changes: at
 * every layer the new response is the old one over that channel's mean. The weights of the paper's losses are only
 * meaningful on such a network.
 *
 * W′ₗ[i,j] = Wₗ[i,j] · aₗ₋₁[j] / aₗ[i],  b′ₗ[i] = bₗ[i] / aₗ[i],  a = mean response of the original network
 *
 * The result has filters of its own; dispose both networks.
 */
export function normalized(network: Vgg, images: Image | readonly Image[]): Vgg {
  const all: readonly Image[] = images instanceof tf.Tensor ? [images] : images;
  if (all.length === 0) throw new RangeError("normalized() needs at least one image to take mean responses from");
  const names = [...network.filters.keys()];
  const means = meanResponses(network, all, names);
  const filters = new Map<string, Filter>();
  names.forEach((name, at) => {
    const { kernel, bias } = network.filters.get(name)!;
    const own = means.get(name)!;
    const before = at === 0 ? tf.ones([3]) : means.get(names[at - 1])!;
    filters.set(name, tf.tidy(() => ({
      kernel: tf.div(tf.mul(kernel, tf.reshape(before, [1, 1, -1, 1])), own) as tf.Tensor4D,
      bias: tf.div(bias, own) as tf.Tensor1D,
    })) as unknown as Filter);
    if (at === 0) before.dispose();
  });
  means.forEach((mean) => mean.dispose());
  return vggFrom(materialize(filters), { ...network, name: `${network.name} normalized` });
}

/** By convolution name, the mean of its rectified response per channel, over all places of all images. */
function meanResponses(network: Vgg, images: readonly Image[], names: readonly string[]): Map<string, tf.Tensor1D> {
  const relus = names.map((name) => name.replace("conv", "relu"));
  const places = relus.map(() => 0);
  const sums = tf.tidy(() => {
    let total: tf.Tensor1D[] = relus.map(() => tf.scalar(0) as unknown as tf.Tensor1D);
    for (const image of images)
      total = tf.tidy(() => {
        const seen = network.features(image, relus);
        return relus.map((layer, i) => {
          places[i] += seen(layer).shape[0] * seen(layer).shape[1];
          return tf.add(total[i], tf.sum(seen(layer), [0, 1])) as tf.Tensor1D;
        });
      });
    return total.map((sum, i) => {
      const mean = tf.div(sum, places[i]);
      return tf.add(tf.maximum(mean, tf.mul(tf.mean(mean), faint)), 1e-20) as tf.Tensor1D;
    });
  });
  return new Map(names.map((name, i) => [name, sums[i]]));
}
