// The pixel loss: the same colors at the same positions, without a network.
import * as tf from "@tensorflow/tfjs";
import type { NoOptions } from "../spec";
import { activations } from "./activations";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * The mean squared difference of two images' pixels, values 0…1: `content(photo, { layers: ["pixels"], loss: pixels() })`. The
 * baseline of perceptual losses: −10 log₁₀ of it is the peak signal-to-noise ratio in decibels. It is `activations` at the
 * layer "pixels", and refuses any other layer.
 */
export function pixels(): LayerLoss<tf.Tensor3D> {
  return {
    name: "pixels",
    prepare(target) {
      if (target.shape[2] !== 3)
        throw new RangeError(`the pixel loss compares images, not ${target.shape[2]} channels of activations: give it layers: ["pixels"]`);
      return activations().prepare(target);
    },
    distance: activations().distance,
  };
}

export const pixelsSpec: LossSpec<NoOptions> = {
  name: "pixels", kind: "content", positional: true, make: pixels, options: {},
  summary: "colors, position by position", source: "mean squared error",
};
