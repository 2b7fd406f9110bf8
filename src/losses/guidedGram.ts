// A Gram matrix for each region: the sky is painted like the sky, the ground like the ground.
import * as tf from "@tensorflow/tfjs";
import { maskAtLayer, mustBeMask, regions } from "../masks/mask";
import { type Option } from "../spec";
import { blendTargets } from "./blendTargets";
import { squaredError } from "./fromStatistic";
import { gramMatrix } from "./gram";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * Spatial guidance (Gatys et al. 2017, section 4). Activations are multiplied by each region's guidance channel before their Gram
 * matrix is computed, and the losses of the regions are averaged:
 *
 *   mean over r of mean (G_r − A_r)²,  G_r = (g_r ∘ F)ᵀ (g_r ∘ F) / M
 *
 * At every layer a guide is resized to the layer (each position has the mean of the guide over the area that it covers: the
 * authors' "simple" propagation) and normalized to root mean square 1, so that a small region counts as much as a large one. With
 * a guide of ones it is `gram`.
 *
 * @param guides `image`: where the regions are in the image that is optimized, `[height, width, regions]`, or `[height, width]`
 *   for one; values from 0, outside, to 1, inside. `target`: the same regions, in the same order, of the style, which may have another
 *   shape. Each has the size of its image, or what else a `Mask` may have. They stay the caller's, and must live as long as the loss
 * @throws RangeError for guides of different numbers of regions, an empty region, a value outside 0…1; at
 *   a layer, for a guide that does not fit its image
 */
export function guidedGram({ image, target }: { image: tf.Tensor; target: tf.Tensor }): LayerLoss<tf.Tensor3D> {
  mustBeMask(image, "the guide of the image");
  mustBeMask(target, "the guide of the target");
  const [imageRegions, targetRegions] = [regions(image), regions(target)];
  if (imageRegions !== targetRegions)
    throw new RangeError(
      `the guide of the image has ${imageRegions} regions, that of the target ${targetRegions}: give each region in both`);
  return {
    name: "guided gram",
    prepare: (features) => tf.tidy(() => guidedGrams(features, target, "target")),
    distance: (features, targetGrams) => tf.tidy(() => squaredError(guidedGrams(features, image, "image"), targetGrams)),
    blend: blendTargets,
  };
}

/** The Gram matrix of every region: `[regions, channels, channels]`. */
function guidedGrams(features: tf.Tensor3D, guide: tf.Tensor, which: string): tf.Tensor3D {
  const [height, width] = features.shape;
  const guides = tf.split(normalizedGuide(guide, height, width, which), regions(guide), 2) as tf.Tensor3D[];
  return tf.stack(guides.map((g) => gramMatrix(tf.mul(features, g)))) as tf.Tensor3D;
}

/** The guide at a layer's size, each region of root mean square 1: `[height, width, regions]`. */
function normalizedGuide(guide: tf.Tensor, height: number, width: number, which: string): tf.Tensor3D {
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
