// A loss of one layer as a loss that reads features by layer.
import type { TensorContainer } from "@tensorflow/tfjs";
import { needsTarget, type FeaturesByLayer, type LayerLoss, type Loss, type Regularizer } from "./loss";

/** A regularizer that reads features by layer. */
export interface LiftedRegularizer extends Omit<Regularizer, "distance"> {
  readonly layers: readonly string[];
  distance(features: FeaturesByLayer): ReturnType<Regularizer["distance"]>;
}

/** `loss` at one layer: `atLayer(gram(), "relu3_1")` compares what `gram()` compares, of the features at relu3_1. */
export function atLayer<Target extends TensorContainer>(loss: LayerLoss<Target>, layer: string): Loss<Target>;
export function atLayer(loss: Regularizer, layer: string): LiftedRegularizer;
export function atLayer(loss: LayerLoss | Regularizer, layer: string): Loss | LiftedRegularizer;
export function atLayer(loss: LayerLoss | Regularizer, layer: string): Loss | LiftedRegularizer {
  const { name } = loss;
  if (!needsTarget(loss)) return { name, layers: [layer], distance: (features: FeaturesByLayer) => loss.distance(features(layer)) };
  return {
    name,
    layers: [layer],
    prepare: (target) => loss.prepare(target(layer)),
    distance: (features, target) => loss.distance(features(layer), target),
    ...(loss.blend && { blend: loss.blend }),
    ...(loss.ofZeros && { ofZeros: (features: FeaturesByLayer, target: TensorContainer) => loss.ofZeros!(features(layer), target) }),
  };
}
