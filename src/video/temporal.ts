// The temporal loss: a picture shall look like the one before it, where that can be known.
import * as tf from "@tensorflow/tfjs";
import { mustHaveSameShape } from "../errors";
import type { Image } from "../image";
import type { LayerLoss } from "../losses/loss";
import { maskAtLayer, mustHaveMaskShape, regions } from "../masks/mask";
import type { Term } from "../terms";

/**
 * Ruder et al. 2016, eq. 7, at the layer "pixels": mean c (x − ω)² over pixels and colors, ω the picture before, warped to this frame
 * (`warp`), c where that can be believed (`flowCertainty`). Unlike `maskedActivations` it weighs each square by c itself, and c may be 0
 * everywhere, as after a cut.
 *
 * @param certainty `[height, width]`, 0…1, of the image's size; a smaller copy of the image sees it averaged. It stays the caller's, and must live as long as
 *   the loss
 */
export function temporalLoss(certainty: tf.Tensor2D): LayerLoss<[tf.Tensor3D, tf.Tensor3D]> {
  mustHaveMaskShape(certainty, "the certainty");
  if (regions(certainty) !== 1) throw new RangeError(`the certainty is one mask [height, width], got [${certainty.shape.join(", ")}]`);
  return {
    name: "temporal consistency",
    prepare: (target) => tf.tidy(() =>
      [target.clone(), maskAtLayer(certainty, target.shape[0], target.shape[1], "the certainty")] as [tf.Tensor3D, tf.Tensor3D]),
    distance: (features, [target, c]) => tf.tidy(() => {
      mustHaveSameShape(target.shape, features.shape, "pictures are compared pixel by pixel", ["the warped one", "the image"]);
      return tf.mean(tf.mul(c, tf.square(tf.sub(features, target)))) as tf.Scalar;
    }),
  };
}

/**
 * The weight of a temporal term beside the default recipe of `transfer`, whose content has 1 and whose style 30, both relative. Of 1000 the
 * warping error is a quarter less, but what appears from behind is searched too little, and stays dark.
 */
export const temporalWeight = 100;

/** The term that keeps an image near `warped`, the picture before as this frame sees it, where `certainty` is 1. */
export function temporal(
  warped: Image, certainty: tf.Tensor2D, { weight = temporalWeight, name = "temporal" }: { weight?: number; name?: string } = {},
): Term {
  return { name, kind: "temporal", target: warped, layers: ["pixels"], loss: temporalLoss(certainty), weight };
}

/**
 * The weights of several earlier frames (Ruder et al. 2016, section 4.3), closest first: a frame that is further away counts only where no
 * closer one is certain, c_long(j) = max(c(j) − Σ c(closer), 0). So what was hidden for a while comes back as it was. The caller owns them.
 *
 * @param certainties those of each earlier frame, closest first
 */
export function longTermCertainties(certainties: readonly tf.Tensor2D[]): tf.Tensor2D[] {
  return tf.tidy(() => certainties.map((c, i) => tf.relu(certainties.slice(0, i).reduce((left, closer) => tf.sub(left, closer), tf.clone(c)))));
}
