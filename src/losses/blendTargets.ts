// Several targets as one: the mean of what is remembered of each.
import * as tf from "@tensorflow/tfjs";

/**
 * Σ weightᵢ · memoryᵢ, tensor by tensor, for weights that sum to 1: how the memories of a statistic blend. For Gram matrices, the
 * Gram matrix of an image that is partly the one and partly the other.
 */
export function blendTargets<Memory extends tf.TensorContainer>(memories: readonly Memory[], weights: readonly number[]): Memory {
  const [first] = memories;
  if (first instanceof tf.Tensor)
    return tf.tidy(() => tf.addN(memories.map((memory, i) => tf.mul(memory as tf.Tensor, weights[i])))) as unknown as Memory;
  if (!Array.isArray(first)) throw new TypeError("memories that blend are tensors, or arrays of them");
  return first.map((_, at) =>
    blendTargets(memories.map((memory) => (memory as unknown as tf.TensorContainer[])[at]), weights)) as unknown as Memory;
}
