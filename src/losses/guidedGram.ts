// A Gram matrix for each region: the sky painted like the sky, the ground like the ground.
import * as tf from "@tensorflow/tfjs";
import { maskAtLayer, mustBeMask, regions } from "../masks/mask";
import { type Option } from "../spec";
import { blendTargets } from "./blendTargets";
import { gramMatrix } from "./gram";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * Spatial guidance (Gatys et al. 2017, section 4). Responses are multiplied by each region's guide before their Gram matrix
 * is taken, and the losses of the regions are averaged:
 *
 *   mean over r of mean (G_r − A_r)²,  G_r = (g_r ∘ F)ᵀ (g_r ∘ F) / M
 *
 * At every layer a guide is brought to the layer's size (each position has the mean of the guide over what it covers: the
 * authors' "simple" propagation) and normalized to root mean square 1, so that a small region counts as much as a large one. A
 * guide of ones is `gram`.
 *
 * @param guides `image`: where the regions are in the image that is made, `[height, width, regions]`, or `[height, width]` for
 *   one; values from 0, outside, to 1; as large as the image, or in its shape. `target`: the same regions, in the same order,
 *   of the style. They stay the caller's, and must live as long as the loss is used
 * @throws RangeError for guides of different numbers of regions, an empty region, a value outside 0…1; at
 *   a layer, for a guide of another shape than the image it is laid over
 */
export function guidedGram({ image, target }: { image: tf.Tensor; target: tf.Tensor }): LayerLoss<tf.Tensor3D> {
  mustBeMask(image, "the guide of the image");
  mustBeMask(target, "the guide of the target");
  const [here, there] = [regions(image), regions(target)];
  if (here !== there)
    throw new RangeError(`the guide of the image has ${here} regions, that of the target ${there}: give each region in both`);
  return {
    name: "guided gram",
    prepare: (seen) => tf.tidy(() => guidedGrams(seen, target, "target")),
    distance: (seen, memory) => tf.tidy(() => tf.mean(tf.square(tf.sub(guidedGrams(seen, image, "image"), memory))) as tf.Scalar),
    blend: blendTargets,
  };
}

/** The Gram matrix of every region: `[regions, channels, channels]`. */
function guidedGrams(features: tf.Tensor3D, guide: tf.Tensor, which: string): tf.Tensor3D {
  const [height, width] = features.shape;
  const channels = tf.split(normalized(guide, height, width, which), regions(guide), 2) as tf.Tensor3D[];
  return tf.stack(channels.map((g) => gramMatrix(tf.mul(features, g)))) as tf.Tensor3D;
}

/** The guide at a layer's size, each region of root mean square 1: `[height, width, regions]`. */
function normalized(guide: tf.Tensor, height: number, width: number, which: string): tf.Tensor3D {
  const resized = maskAtLayer(guide, height, width, `the guide of the ${which}`);
  return tf.div(resized, tf.sqrt(tf.mean(tf.square(resized), [0, 1]))) as tf.Tensor3D;
}

const guide: Option<tf.Tensor> = {
  required: true, expects: "a tensor [height, width, regions], so that a sweep takes the loss itself: guidedGram({ image, target })",
  accepts: (value) => value instanceof tf.Tensor,
};

export const guidedGramSpec: LossSpec<{ image: tf.Tensor; target: tf.Tensor }> = {
  name: "guidedGram", kind: "style", positional: true, make: guidedGram, options: { image: guide, target: guide },
  summary: "a Gram matrix for each region", source: "Gatys et al. 2017",
};
