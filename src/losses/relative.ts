// A loss made from a loss: in units of the target, so that one weight serves every layer, network and size.
import * as tf from "@tensorflow/tfjs";
import { blendTargets } from "./blendTargets";
import type { Loss } from "./loss";

/**
 * `loss` divided by the target's distance from no response at all: 0 for the target, about 1 for an image that shows none of
 * it. For `activations` that is ‖F − P‖²/‖P‖², for `gram` ‖G − A‖²/‖A‖². Layers, networks, conventions and image sizes then
 * weigh alike, whatever the scale of their responses. Of several targets that blend, the unit is the mean of theirs.
 */
export function relative(loss: Loss): Loss<[tf.TensorContainer, tf.Scalar]> {
  return {
    name: `relative ${loss.name}`,
    prepare: (target) => tf.tidy(() => {
      const memory = loss.prepare(target);
      const silence = loss.distance(tf.zerosLike(target), memory);
      return [memory, tf.add(silence, 1e-20) as tf.Scalar]; // 1e-20: a target without response is no division by 0
    }),
    distance: (seen, [memory, size]) => tf.tidy(() => tf.div(loss.distance(seen, memory), size) as tf.Scalar),
    blend: loss.blend && ((memories, weights) => [
      loss.blend!(memories.map(([memory]) => memory), weights), blendTargets(memories.map(([, size]) => size), weights),
    ]),
  };
}
