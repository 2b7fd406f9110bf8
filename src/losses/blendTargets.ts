// Several prepared targets as one: their weighted mean.
import * as tf from "@tensorflow/tfjs";

/**
 * Σ weightᵢ · targetᵢ, tensor by tensor, for weights that sum to 1: how prepared targets that are statistics blend. For Gram
 * matrices, the Gram matrix of an image that is partly the one and partly the other.
 */
export function blendTargets<Target extends tf.TensorContainer>(targets: readonly Target[], weights: readonly number[]): Target {
  const [first] = targets;
  if (first instanceof tf.Tensor)
    return tf.tidy(() => tf.addN(targets.map((target, i) => tf.mul(target as tf.Tensor, weights[i])))) as unknown as Target;
  if (!Array.isArray(first)) throw new TypeError(`targets that blend are tensors, or arrays of tensors; got ${first === null ? "null" : typeof first}: give the loss a blend of its own`);
  return first.map((_, index) =>
    blendTargets(targets.map((target) => (target as unknown as tf.TensorContainer[])[index]), weights)) as unknown as Target;
}
