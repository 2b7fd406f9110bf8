// Where the parameters of a network begin.
import * as tf from "@tensorflow/tfjs";
import { packParameters, type ParameterSlot } from "./parameterSlots";

/**
 * Kernels of He et al. 2015, normal with a variance of 2 / (height · width · inputs); scales of 1, all else 0. The same seed gives the same
 * numbers.
 */
export function initialParameters(slots: readonly ParameterSlot[], seed = 0): Float32Array {
  return packParameters(slots, new Map(slots.map(({ name, shape, size }, i): [string, ArrayLike<number>] => {
    if (!name.endsWith(".kernel")) return [name, new Float32Array(size).fill(name.endsWith(".scale") ? 1 : 0)];
    const deviation = Math.sqrt(2 / (shape[0] * shape[1] * shape[2]));
    const own = seed * 1000 + i + 1; // TensorFlow.js takes a seed of 0 for none
    return [name, tf.tidy(() => tf.randomNormal([size], 0, deviation, "float32", own).dataSync())];
  })));
}
