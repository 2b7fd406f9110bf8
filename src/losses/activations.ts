// The content loss: the same things in the same places.
import * as tf from "@tensorflow/tfjs";
import { mustHaveSameShape } from "../errors";
import { oneOf, type NoOptions } from "../spec";
import { contentFactor, conventions, type Convention } from "./conventions";
import { squaredError } from "./fromStatistic";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * Compares responses position by position: mean (F − P)². Gatys et al. 2016, eq. 1 has ½ Σ (F − P)²: `contentAs("paper")`. The
 * image must have the target's size.
 */
export function activations(): LayerLoss<tf.Tensor3D> {
  return {
    name: "activations",
    prepare: (target) => target.clone(),
    distance(seen, memory) {
      mustHaveSameShape(memory.shape, seen.shape, "activations are compared position by position", ["the target", "the image"]);
      return squaredError(seen, memory);
    },
  };
}

/**
 * The content loss exactly as one system writes it, factor included, so that weights published for that system mean the same
 * here: `content(photo, { loss: contentAs("johnson"), weight: 5 })`.
 *
 * @throws RangeError for the one convention (deepTextures) without a content term
 */
export function contentAs(convention: Convention): LayerLoss<tf.Tensor3D> {
  contentFactor(convention, { channels: 1, positions: 1 }); // says now, not in the first step, that there is none
  return {
    name: `activations (${convention})`,
    prepare: activations().prepare,
    distance(seen, memory) {
      const [height, width, channels] = seen.shape;
      const factor = contentFactor(convention, { channels, positions: height * width });
      return tf.tidy(() => tf.mul(activations().distance(seen, memory), factor * seen.size) as tf.Scalar);
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
