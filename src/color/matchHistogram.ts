// Histogram matching of an image: every channel gets the distribution of values of another image.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";

/**
 * `image` with the histograms of `like`, for red, green and blue each: a value with the fraction q of the channel below it becomes
 * the q-quantile of that channel of `like` (linear between two of its values). Sizes may differ. Pixels of one value get one
 * value, by their mean rank, so a constant stays constant. `math/matchRanks.ts`, which the losses use, must instead use every value
 * of the target once, so it breaks ties; neither can stand for the other.
 */
export async function matchHistogram(image: Image, like: Image): Promise<Image> {
  const [values, targetValues] = await Promise.all([image.data(), like.data()]);
  const matched = new Float32Array(values.length);
  for (let channel = 0; channel < 3; channel++) {
    const [source, target] = [sortChannel(values, channel), sortChannel(targetValues, channel)];
    for (let i = channel; i < values.length; i += 3) {
      const rank = (lowerBound(source, values[i]) + upperBound(source, values[i]) - 1) / 2; // the mean rank of its ties
      matched[i] = interpolate(target, ((rank + 0.5) / source.length) * target.length - 0.5);
    }
  }
  return tf.tensor3d(matched, image.shape);
}

/** The values of one channel, ascending. */
function sortChannel(values: ArrayLike<number>, channel: number): Float32Array {
  return Float32Array.from({ length: values.length / 3 }, (_, pixel) => values[pixel * 3 + channel]).sort();
}

/** The first index whose value is not less than `value`. */
function lowerBound(ascending: Float32Array, value: number): number {
  return firstIndex(ascending, (other) => !(other < value));
}

/** The first index whose value is greater than `value`. */
function upperBound(ascending: Float32Array, value: number): number {
  return firstIndex(ascending, (other) => !(other <= value));
}

/** Binary search for the first index where `condition` holds; it must hold for all later ones. */
function firstIndex(ascending: Float32Array, condition: (other: number) => boolean): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (condition(ascending[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The value at a fractional index, linear between two neighbors and constant beyond the ends. */
function interpolate(ascending: Float32Array, index: number): number {
  const within = Math.min(ascending.length - 1, Math.max(0, index));
  const [below, above] = [ascending[Math.floor(within)], ascending[Math.ceil(within)]];
  return below + (above - below) * (within - Math.floor(within));
}
