// The histogram loss: every channel must show each of its responses as often as the target does.
import * as tf from "@tensorflow/tfjs";
import { sortRows } from "../math/sortRows";
import { wasserstein1d } from "../math/wasserstein1d";
import type { NoOptions } from "../spec";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * Compares the features F with themselves after their histograms were matched to the target's, channel by channel (Risser et
 * al. 2017): mean (F − R(F))², where R gives every response of a channel the target's response of equal rank and
 * counts as a constant. The paper sums where this takes the mean, and matches with bins where this sorts.
 *
 * It sees mean, spread and skew of a channel, which a Gram matrix confuses, but not which channels respond together: Risser
 * et al. add it to the Gram loss, at relu1_1 and relu4_1. Another number of positions in the target is compared by quantiles.
 */
export function histogram(): LayerLoss<tf.Tensor2D> {
  return {
    name: "histogram",
    prepare: (target) => tf.tidy(() => sortRows(byChannel(target))),
    distance: (seen, memory) => tf.tidy(() => wasserstein1d(byChannel(seen), memory)),
  };
}

/** `[channels, positions]`. */
function byChannel(features: tf.Tensor3D): tf.Tensor2D {
  const [height, width, channels] = features.shape;
  return tf.transpose(tf.reshape(features, [height * width, channels]));
}

export const histogramSpec: LossSpec<NoOptions> = {
  name: "histogram", kind: "style", make: histogram, options: {},
  summary: "the distribution of every channel", source: "Risser et al. 2017",
};
