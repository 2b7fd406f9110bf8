// A loss in units of its target, so that one weight serves every layer, network and size.
import * as tf from "@tensorflow/tfjs";
import { stopGradient } from "../math/stopGradient";
import { isCrossLayer, mustBeLoss, type Comparison, type FeaturesByLayer, type LayerLoss, type Loss } from "./loss";

/**
 * `loss` divided by its value for zero activations of the image's shape: 0 for the target, 1 for an image that shows none of it. For
 * `activations()` that is ‖F − P‖²/‖P‖², for `gram()` ‖G − A‖²/‖A‖². A weight then means the same for every layer, network,
 * convention and image size, whatever the scale of the activations. Several targets blend as those of `loss` do, and the unit is that
 * of their blend.
 */
export function relative<Target extends tf.TensorContainer>(loss: Loss<Target>): Loss<Target>;
export function relative<Target extends tf.TensorContainer>(loss: LayerLoss<Target>): LayerLoss<Target>;
export function relative(loss: LayerLoss): LayerLoss; // one of several losses, whose targets differ
export function relative(loss: LayerLoss | Loss): LayerLoss | Loss {
  mustBeLoss(loss, "the loss in relative(…)");
  if (!isCrossLayer(loss)) return inUnitsOf(loss, (features) => tf.zerosLike(features));
  return { ...inUnitsOf(loss, (features): FeaturesByLayer => (layer) => tf.zerosLike(features(layer))), layers: loss.layers };
}

function inUnitsOf<Input>(loss: Comparison<Input, any>, zerosLike: (features: Input) => Input): Comparison<Input, any> {
  // Measured in every step, not prepared: of the image's shape only the image tells, and a mask makes it another than the target's.
  const unit = (features: Input, target: tf.TensorContainer): tf.Scalar =>
    stopGradient(() => loss.ofZeros?.(features, target) ?? loss.distance(zerosLike(features), target));
  return {
    name: `relative ${loss.name}`,
    prepare: loss.prepare,
    distance: (features, target) => tf.tidy(() =>
      tf.div(loss.distance(features, target), tf.add(unit(features, target), 1e-20)) as tf.Scalar), // 1e-20: for a target of zeros
    ...(loss.blend && { blend: loss.blend }),
  };
}
