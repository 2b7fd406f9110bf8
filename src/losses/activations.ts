// The content loss: the same activations at the same positions.
import * as tf from "@tensorflow/tfjs";
import { mustHaveSameShape } from "../errors";
import { oneOf, type NoOptions } from "../spec";
import { contentFactor, conventions, type Convention } from "./conventions";
import { squaredError } from "./fromStatistic";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

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

export const activationsSpec: LossSpec<NoOptions> = {
  name: "activations", kind: "content", positional: true, make: activations, options: {},
  summary: "activations, position by position", source: "Gatys et al. 2016, eq. 1",
};

export const contentAsSpec: LossSpec<{ convention: Convention }> = {
  name: "contentAs", kind: "content", positional: true, make: ({ convention }) => contentAs(convention),
  options: { convention: oneOf((Object.keys(conventions) as Convention[]).filter((name) => conventions[name].content)) },
  shorthand: "convention",
  summary: "the same in the unit of a published system", source: "the papers and code of twelve systems",
};
