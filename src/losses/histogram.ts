// The histogram loss: every channel must have the same histogram of activations as the target.
import * as tf from "@tensorflow/tfjs";
import { sortRows } from "../math/sortRows";
import { wasserstein1d } from "../math/wasserstein1d";
import type { NoOptions } from "../spec";
import { flattenPositions } from "./flattenPositions";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * Compares the features F with themselves after their histograms are matched to the target's, channel by channel (Risser et
 * al. 2017): mean (F − R(F))², where R replaces every activation of a channel by the target's activation of equal rank; no
 * gradient flows through R. The paper sums where this takes the mean, and matches with bins where this sorts.
 *
 * It distinguishes the mean, variance and skewness of a channel, which a Gram matrix confuses, but not which channels are active
 * together: Risser et al. add it to the Gram loss, at relu1_1 and relu4_1. If the target has a different number of positions,
 * quantiles are compared.
 */
export function histogram(): LayerLoss<tf.Tensor2D> {
  return {
    name: "histogram",
    prepare: (target) => tf.tidy(() => sortRows(channelRows(target))),
    distance: (features, target) => tf.tidy(() => wasserstein1d(channelRows(features), target)),
  };
}

/** Features as rows of channels, `[channels, positions]`. */
function channelRows(features: tf.Tensor3D): tf.Tensor2D {
  return tf.transpose(flattenPositions(features));
}

export const histogramSpec: LossSpec<NoOptions> = {
  name: "histogram", kind: "style", make: histogram, options: {},
  summary: "the distribution of every channel", source: "Risser et al. 2017",
};
