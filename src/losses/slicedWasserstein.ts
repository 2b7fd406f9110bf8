// Sliced Wasserstein: the distribution of activations is compared through its projections on many directions.
import * as tf from "@tensorflow/tfjs";
import { seededNormal } from "../math/seededNormal";
import { sortRows } from "../math/sortRows";
import { wasserstein1d } from "../math/wasserstein1d";
import { wholeNumber } from "../spec";
import { flattenPositions } from "./flattenPositions";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * Projects the activations of all positions on directions v of length 1, sorts each projection, and compares rank by rank
 * (Heitz et al. 2021, "A Sliced Wasserstein Loss for Neural Texture Synthesis"):
 *
 *   mean over directions and positions of (sort(vᵀF) − sort(vᵀS))²
 *
 * If it is 0 for all directions, both images have the same distribution of activations, and not only the same moments. The gradient
 * is exact: ranks do not change under small changes. If the target has a different number of positions, quantiles are compared.
 *
 * The directions are drawn once, when the target is prepared. Heitz et al. draw new ones in each step, which would mislead L-BFGS
 * and line searches.
 *
 * @param options `directions`: how many (default: one for each channel, as in the paper); `seed` of the random directions
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
      const normal = seededNormal(directions ?? channels, channels, seed);
      const v = tf.div(normal, tf.norm(normal, 2, 1, true)) as tf.Tensor2D;
      return [v, sortRows(project(target, v))];
    }),
    distance: (features, [v, target]) => tf.tidy(() => wasserstein1d(project(features, v), target)),
  };
}

/** The activations of every position projected on every direction v: `[directions, positions]`. */
function project(features: tf.Tensor3D, v: tf.Tensor2D): tf.Tensor2D {
  return tf.matMul(v, flattenPositions(features), false, true);
}

export const slicedWassersteinSpec: LossSpec<{ directions?: number; seed?: number }> = {
  name: "slicedWasserstein", kind: "style", make: slicedWasserstein,
  options: { directions: wholeNumber(undefined, 1), seed: wholeNumber(0) },
  summary: "whole distributions, along many directions", source: "Heitz et al. 2021",
};
