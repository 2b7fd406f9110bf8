// Histogram matching of an image: every channel gets the distribution of values of another image.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import { matchRanks } from "../math/matchRanks";
import { quantiles } from "../math/quantiles";
import { sortRows } from "../math/sortRows";

/**
 * `image` with the histograms of `like`, for red, green and blue each: a value becomes the value of equal rank of that channel of
 * `like`. Where the sizes differ, quantiles of `like` take the place of its values. Pixels of one value get one value, the mean of
 * those at their ranks, so a constant stays constant.
 */
export function matchHistogram(image: Image, like: Image): Image {
  return tf.tidy(() => {
    const channels = (x: Image): tf.Tensor2D => tf.transpose(tf.reshape(x, [x.size / 3, 3]));
    const rows = channels(image);
    const target = quantiles(sortRows(channels(like)), rows.shape[1]);
    return tf.reshape(tf.transpose(matchRanks(rows, target)), image.shape);
  });
}
