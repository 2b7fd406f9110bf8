// The smallest of all style statistics: the mean of every channel.
import * as tf from "@tensorflow/tfjs";
import type { NoOptions } from "../spec";
import { fromStatistic } from "./fromStatistic";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * Compares the mean activation of every channel: mean (μ_F − μ_S)² over the channels, μ `[channels]`. This is MMD with a linear
 * kernel (Li et al. 2017, "Demystifying Neural Style Transfer"), divided by the number of channels.
 */
export function channelMeans(): LayerLoss<tf.Tensor1D> {
  return fromStatistic((features) => tf.mean(features, [0, 1]) as tf.Tensor1D, "channel means");
}

export const channelMeansSpec: LossSpec<NoOptions> = {
  name: "channelMeans", kind: "style", make: channelMeans, options: {},
  summary: "the mean of every channel", source: "Li et al. 2017, linear MMD",
};
