// Adaptive instance normalization: the photograph's activations with the painting's means and deviations.
import * as tf from "@tensorflow/tfjs";

/** Of σ = √(variance + ε), as in Huang & Belongie's code. */
const epsilon = 1e-5;

/** Mean and deviation of every channel, `[…, 1, 1, channels]`. */
export interface ChannelMoments {
  readonly mean: tf.Tensor;
  readonly deviation: tf.Tensor;
}

/**
 * AdaIN (Huang & Belongie 2017, eq. 8), channel by channel:
 *
 *     AdaIN(x, y) = σ(y) (x − μ(x)) / σ(x) + μ(y)
 *
 * @param content x, features `[height, width, channels]`, or a batch of them `[images, height, width, channels]`
 * @param style y, of the same rank and channels; height and width may be others
 * @param options `moments`: μ(x) and σ(x) of the whole picture, where `content` is a part of it (default: those of `content`)
 * @returns features of the shape of `content`. The caller owns them
 * @throws RangeError where the two cannot be of one layer
 */
export function adain<T extends tf.Tensor>(content: T, style: T, { moments }: { moments?: ChannelMoments } = {}): T {
  mustHaveSameChannels(content, style);
  return tf.tidy(() => {
    const [x, y] = [moments ?? channelMoments(content), channelMoments(style)];
    return tf.add(tf.mul(tf.div(tf.sub(content, x.mean), x.deviation), y.deviation), y.mean) as T;
  });
}

/** Mean and deviation of every channel over the positions of features or a batch of them. The caller owns both. */
export function channelMoments(features: tf.Tensor): ChannelMoments {
  const [mean, deviation] = tf.tidy(() => {
    const found = tf.moments(features, [features.rank - 3, features.rank - 2], true);
    return [found.mean, tf.sqrt(tf.add(found.variance, epsilon))];
  });
  return { mean, deviation };
}

/** @throws RangeError where the features of a content and a style cannot be of one layer */
export function mustHaveSameChannels(content: tf.Tensor, style: tf.Tensor): void {
  if (content.rank === style.rank && content.shape.at(-1) === style.shape.at(-1)) return;
  throw new RangeError(`the content's features are [${content.shape.join(", ")}] and the style's [${style.shape.join(", ")}]: `
    + "take both from the same layer of the same network");
}
