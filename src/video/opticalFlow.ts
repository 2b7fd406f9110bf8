// Optical flow: where each pixel of one image is in another.
import * as tf from "@tensorflow/tfjs";
import { mustHaveSameShape } from "../errors";
import { mustBeImage, type Image } from "../image";
import { doubled, halved, plane, smooth, type Plane } from "./plane";
import { tvL1, type Motion, type TvL1Options } from "./tvL1";
import type { Flow } from "./warp";

export type OpticalFlowOptions = Partial<TvL1Options>;

/** The smallest side of the pyramid's top. */
const smallest = 12;

/**
 * The motion from image `from` to image `to`, as a flow `[height, width, 2]`: `warp(to, await opticalFlow(from, to))` looks like `from`.
 *
 * TV-L1 (Zach, Pock & Bischof 2007; the equation is at `tvL1`) on the gray values, from coarse to fine: at each size of a pyramid the flow
 * of half that size is the start, so that motions of many pixels are found. Deterministic, on one core, in plain JavaScript, so that every engine
 * has the same bytes. The caller owns the result.
 *
 * @param options `dataWeight` (λ, default 0.15; less is smoother), `warps` (5) and `iterations` (30) at each size
 * @throws TypeError or RangeError for what is not an image, or for two of different sizes
 */
export async function opticalFlow(
  from: Image, to: Image, { dataWeight = 0.15, warps = 5, iterations = 30 }: OpticalFlowOptions = {},
): Promise<Flow> {
  mustBeImage(from, "the image that the flow begins at");
  mustBeImage(to, "the image that the flow leads to");
  mustHaveSameShape(from.shape, to.shape, "a flow is from pixel to pixel", ["the first", "the second"]);
  const [height, width] = from.shape;
  const [first, second] = [pyramid(await grayPlane(from)), pyramid(await grayPlane(to))];
  let motion: Motion | undefined;
  for (let level = first.length - 1; level >= 0; level--) {
    const size = first[level];
    const start = (half?: Plane): Plane => (half ? doubled(half, size.height, size.width, 2) : plane(size.height, size.width));
    motion = tvL1(size, second[level], { u: start(motion?.u), v: start(motion?.v) }, { dataWeight, warps, iterations });
  }
  const interleaved = new Float32Array(2 * height * width);
  for (let i = 0; i < height * width; i++) interleaved.set([motion!.u.values[i], motion!.v.values[i]], 2 * i);
  return tf.tensor3d(interleaved, [height, width, 2]);
}

/** Luma (BT.601) in 0…255, a little smoothed. */
async function grayPlane(image: Image): Promise<Plane> {
  const [height, width] = image.shape;
  const values = await image.data();
  const gray = Float32Array.from({ length: height * width }, (_, i) => 255 * (0.299 * values[3 * i] + 0.587 * values[3 * i + 1] + 0.114 * values[3 * i + 2]));
  return smooth(plane(height, width, gray));
}

/** The plane, and it at half, a quarter, … of its size. */
function pyramid(whole: Plane): Plane[] {
  const levels = [whole];
  for (let last = whole; Math.min(last.height, last.width) >= 2 * smallest; levels.push(last)) last = halved(last);
  return levels;
}
