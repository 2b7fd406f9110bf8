// The content loss: the same activations at the same positions.
import * as tf from "@tensorflow/tfjs";
import { mustHaveSameShape } from "../errors";
import { contentFactor, type Convention } from "./conventions";
import { squaredError } from "./fromStatistic";
import type { LayerLoss } from "./loss";

/**
 * Compares activations position by position: mean (F − P)². Gatys et al. 2016, eq. 1 has ½ Σ (F − P)²: `contentAs("paper")`. The
 * image must have the target's size.
 */
export function activations(): LayerLoss<tf.Tensor3D> {
  return {
    name: "activations",
    prepare: (target) => target.clone(),
    distance(features, target) {
      mustHaveSameShape(target.shape, features.shape, "activations are compared position by position", ["the target", "the image"]);
      return squaredError(features, target);
    },
  };
}

/**
 * The content loss exactly as one system defines it, factor included, so that weights published for that system mean the same
 * here: `content(photo, { loss: contentAs("johnson"), weight: 5 })`.
 *
 * @throws RangeError for the one convention (deepTextures) without a content term
 */
export function contentAs(convention: Convention): LayerLoss<tf.Tensor3D> {
  contentFactor(convention, { channels: 1, positions: 1 }); // throws now rather than in the first step if there is none
  return {
    name: `activations (${convention})`,
    prepare: activations().prepare,
    distance(features, target) {
      const [height, width, channels] = features.shape;
      const factor = contentFactor(convention, { channels, positions: height * width });
      return tf.tidy(() => tf.mul(activations().distance(features, target), factor * features.size) as tf.Scalar);
    },
  };
}
