// A seeded sample without repetition.
import * as tf from "@tensorflow/tfjs";

/** `samples` different indices below `count`, or all of them, in random order. The random numbers come from JavaScript, the same on every engine. */
export function sampleIndices(count: number, samples: number, seed: number): tf.Tensor1D {
  return tf.topk(tf.randomUniform<tf.Rank.R1>([count], 0, 1, "float32", seed), Math.min(samples, count)).indices;
}
