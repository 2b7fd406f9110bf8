// A loss in units of its target, so that one weight serves every layer, network and size.
import * as tf from "@tensorflow/tfjs";
import { blendTargets } from "./blendTargets";
import { isCrossLayer, mustBeLoss, type Comparison, type FeaturesByLayer, type LayerLoss, type Loss } from "./loss";

/** The prepared target of the inner loss, and the distance of zero activations from it. */
type RelativeTarget = [target: tf.TensorContainer, unit: tf.Scalar];

/**
 * `loss` divided by its value for zero activations: 0 for the target, about 1 for an image that shows none of it. For
 * `activations()` that is ‖F − P‖²/‖P‖², for `gram()` ‖G − A‖²/‖A‖². A weight then means the same for every layer, network,
 * convention and image size, whatever the scale of the activations. The unit of several targets that blend is the mean of theirs.
 */
export function relative(loss: Loss): Loss<RelativeTarget>;
export function relative(loss: LayerLoss): LayerLoss<RelativeTarget>;
export function relative(loss: LayerLoss | Loss): LayerLoss<RelativeTarget> | Loss<RelativeTarget> {
  mustBeLoss(loss, "the loss in relative(…)");
  if (!isCrossLayer(loss)) return inUnitsOf(loss, (features) => tf.zerosLike(features));
  return { ...inUnitsOf(loss, (features): FeaturesByLayer => (layer) => tf.zerosLike(features(layer))), layers: loss.layers };
}

function inUnitsOf<Input>(loss: Comparison<Input, any>, zerosLike: (features: Input) => Input): Comparison<Input, RelativeTarget> {
  const { blend } = loss;
  return {
    name: `relative ${loss.name}`,
    prepare: (features) => tf.tidy(() => {
      const target = loss.prepare(features);
      const unit = loss.distance(zerosLike(features), target);
      return [target, tf.add(unit, 1e-20)] as RelativeTarget; // 1e-20: no division by 0 for a target of zeros
    }),
    distance: (features, [target, unit]) => tf.tidy(() => tf.div(loss.distance(features, target), unit) as tf.Scalar),
    ...(blend && {
      blend: (targets, weights) =>
        [blend(targets.map(([target]) => target), weights), blendTargets(targets.map(([, unit]) => unit), weights)],
    }),
  };
}
