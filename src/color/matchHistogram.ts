// Histogram matching: every channel takes the values of another image, in the order of its own.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";

/**
 * `image` with the values of `like`: the darkest red becomes the darkest red there, the middle one the middle one, and so on for
 * red, green and blue each. Pixels of one value keep one value (so a constant stays constant); sizes may differ.
 */
export function matchHistogram(image: Image, like: Image): Image {
  const [values, wanted] = [image.dataSync(), like.dataSync()];
  const matched = new Float32Array(values.length);
  for (let channel = 0; channel < 3; channel++) {
    const [own, theirs] = [sorted(values, channel), sorted(wanted, channel)];
    for (let i = channel; i < values.length; i += 3) {
      const rank = (firstAt(own, values[i], false) + firstAt(own, values[i], true) - 1) / 2; // the middle one of its equals
      matched[i] = valueAt(theirs, ((rank + 0.5) / own.length) * theirs.length - 0.5);
    }
  }
  return tf.tensor3d(matched, image.shape);
}

function sorted(values: ArrayLike<number>, channel: number): Float32Array {
  return Float32Array.from({ length: values.length / 3 }, (_, pixel) => values[pixel * 3 + channel]).sort();
}

/** The first place whose value is at least `value`, or, with `above`, more than it. */
function firstAt(ascending: Float32Array, value: number, above: boolean): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < value || (above && ascending[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The value at a place between two, on the straight line that joins them. */
function valueAt(ascending: Float32Array, place: number): number {
  const within = Math.min(ascending.length - 1, Math.max(0, place));
  const [below, above] = [ascending[Math.floor(within)], ascending[Math.ceil(within)]];
  return below + (above - below) * (within - Math.floor(within));
}
