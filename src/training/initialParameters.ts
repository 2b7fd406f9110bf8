// Where the parameters of a network begin.
import * as tf from "@tensorflow/tfjs";
import { parameterCount, type ParameterSlot } from "./parameterSlots";

/**
 * Kernels of He et al. 2015, normal with a variance of 2 / (height · width · inputs); scales of 1, all else 0. The same seed gives the same
 * numbers.
 */
export function initialParameters(slots: readonly ParameterSlot[], seed = 0): Float32Array {
  const start = new Float32Array(parameterCount(slots));
  for (const { name, offset, size } of slots) if (name.endsWith(".scale")) start.fill(1, offset, offset + size);
  slots.filter(({ name }) => name.endsWith(".kernel")).forEach(({ shape: [height, width, inputs], offset, size }, i) => {
    const deviation = Math.sqrt(2 / (height * width * inputs));
    const own = seed * 1009 + i + 0.5; // TensorFlow.js takes a seed of 0 for none
    start.set(tf.tidy(() => tf.randomNormal([size], 0, deviation, "float32", own).dataSync()), offset);
  });
  return start;
}
