// Sliced Wasserstein: look at the cloud of responses from many sides; from every side it must cast the same shadow.
import * as tf from "@tensorflow/tfjs";
import { sortRows } from "../math/sortRows";
import { wasserstein1d } from "../math/wasserstein1d";
import { seededNormal } from "../math/seededNormal";
import { wholeNumber } from "../spec";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * Projects the responses of all positions on directions v of length 1, sorts each projection, and compares rank by rank
 * (Heitz et al. 2021,
 * "A Sliced Wasserstein Loss for Neural Texture Synthesis"):
 *
 *   mean over directions and positions of (sort(vᵀF) − sort(vᵀS))²
 *
 * For all directions, 0 means that both images have the same distribution of responses, not the same moments only. The slope is
 * exact: ranks do not change under small changes. Another number of positions in the target is compared by quantiles.
 *
 * The directions are drawn once, when the target is seen: Heitz et al. draw anew in each step, which would mislead L-BFGS and
 * line searches.
 *
 * @param options `directions`: how many (default: one for each channel, as in the paper); `seed`: which
 */
export function slicedWasserstein(
  { directions, seed = 0 }: { directions?: number; seed?: number } = {},
): LayerLoss<[tf.Tensor2D, tf.Tensor2D]> {
  if (directions !== undefined && !(Number.isInteger(directions) && directions >= 1))
    throw new RangeError(`sliced Wasserstein needs at least 1 direction, a whole number; got ${directions}`);
  return {
    name: "sliced Wasserstein",
    prepare: (target) => tf.tidy(() => {
      const channels = target.shape[2];
      const drawn = seededNormal(directions ?? channels, channels, seed);
      const units = tf.div(drawn, tf.norm(drawn, 2, 1, true)) as tf.Tensor2D;
      return [units, sortRows(projected(target, units))];
    }),
    distance: (seen, [units, target]) => tf.tidy(() => wasserstein1d(projected(seen, units), target)),
  };
}

/** `[directions, positions]`: what every direction sees at every position. */
function projected(features: tf.Tensor3D, units: tf.Tensor2D): tf.Tensor2D {
  const [height, width, channels] = features.shape;
  return tf.matMul(units, tf.reshape(features, [height * width, channels]), false, true);
}

export const slicedWassersteinSpec: LossSpec<{ directions?: number; seed?: number }> = {
  name: "slicedWasserstein", kind: "style", make: slicedWasserstein,
  options: { directions: wholeNumber(undefined, 1), seed: wholeNumber(0) },
  summary: "whole distributions, along many directions", source: "Heitz et al. 2021",
};
