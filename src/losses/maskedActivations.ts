// The content loss inside a mask: the same activations at the same positions, within a region only.
import * as tf from "@tensorflow/tfjs";
import { mustHaveSameShape } from "../errors";
import { maskAtLayer, mustBeMask, regions } from "../masks/mask";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * Compares activations inside the mask: mean (m ∘ (F − P))², m the mask at the layer's size, the mean still over all positions.
 * So with a mask of ones it is `activations`, and for masks of 0 and 1 that add up to 1 the losses add up to it. (The gradient has
 * the square of a soft mask, m² (F − P); codes with hand-written gradients multiply by m once.)
 *
 * @param mask `[height, width]`, 0…1, of the content image's size, or what else a `Mask` may have. It stays the caller's, and must live
 *   as long as the loss
 * @throws RangeError for a mask that is empty, has values outside 0…1, or, at a layer, does not fit its image
 */
export function maskedActivations(mask: tf.Tensor2D): LayerLoss<[tf.Tensor3D, tf.Tensor3D]> {
  mustBeMask(mask, "the mask of the content");
  if (regions(mask) !== 1)
    throw new RangeError(`the mask of the content has ${regions(mask)} regions: give each region its own term`);
  return {
    name: "masked activations",
    prepare: (target) => tf.tidy(() =>
      [target.clone(), maskAtLayer(mask, target.shape[0], target.shape[1], "the mask of the content")] as [tf.Tensor3D, tf.Tensor3D]),
    distance: (features, [target, maskThere]) => tf.tidy(() => {
      // Checked before a mask of one position could broadcast.
      mustHaveSameShape(target.shape, features.shape, "activations are compared position by position", ["the target", "the image"]);
      return tf.mean(tf.square(tf.mul(maskThere, tf.sub(features, target)))) as tf.Scalar;
    }),
  };
}

export const maskedActivationsSpec: LossSpec<{ mask: tf.Tensor2D }> = {
  name: "maskedActivations", kind: "content", positional: true, make: ({ mask }) => maskedActivations(mask),
  options: {
    mask: {
      required: true, expects: "a tensor [height, width], so that a sweep takes the loss itself: maskedActivations(mask)",
      accepts: (value) => value instanceof tf.Tensor,
    },
  },
  summary: "activations, where a mask is", source: "spatial guidance, Gatys et al. 2017",
};
