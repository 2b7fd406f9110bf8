// How much a moving picture flickers, in one number.
import * as tf from "@tensorflow/tfjs";
import { mustHaveSameShape } from "../errors";
import type { Image } from "../image";
import { warp, type Flow } from "./warp";

/**
 * The mean squared difference between a picture and the one before it, moved to its place, over the pixels that are seen in both and their colors:
 * Σ m (x − W(y))² / 3 Σ m (Lai et al. 2018, eq. 12). 0 where everything only moves; the root of it is a difference in values of 0…1.
 *
 * @param flow from `image` to `before`: the true one, where it is known, else the frames' `opticalFlow`
 * @param visible `[height, width]`, 1 where a pixel counts: `clip.visible(i, i - 1)`, or `flowCertainty`
 * @throws RangeError for sizes that differ, or where no pixel counts
 */
export async function warpingError(image: Image, before: Image, flow: Flow, visible: tf.Tensor2D): Promise<number> {
  mustHaveSameShape(image.shape, before.shape, "pictures are compared pixel by pixel", ["the picture", "the one before"]);
  const [sum, count] = tf.tidy(() => {
    const squares = tf.square(tf.sub(image, warp(before, flow)));
    return [tf.sum(tf.mul(squares, tf.expandDims(visible, 2))), tf.sum(visible)];
  });
  const [[total], [pixels]] = await Promise.all([sum.data(), count.data()]);
  tf.dispose([sum, count]);
  if (!(pixels > 0)) throw new RangeError("no pixel is visible in both pictures, so there is nothing to compare");
  return total / (3 * pixels);
}
