// Features from activations by layer: what a network's `features` returns.
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "../errors";
import type { Features } from "./network";

/** `activations` as `Features`, which own them. `network` names their network in errors. */
export function featuresOf(activations: ReadonlyMap<string, tf.Tensor3D>, network: string): Features {
  const features = (layer: string): tf.Tensor3D =>
    activations.get(mustBeOneOf(layer, [...activations.keys()], "layer", `these features of ${network}`))!;
  return Object.assign(features, { dispose: () => activations.forEach((x) => x.dispose()) });
}
