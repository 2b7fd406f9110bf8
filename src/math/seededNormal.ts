// Seeded normal random numbers. TensorFlow.js draws them in JavaScript, so every engine gets the same ones.
import * as tf from "@tensorflow/tfjs";

/** Independent standard normal numbers `[rows, columns]`; the same `seed` (a whole number) gives the same numbers. */
export function seededNormal(rows: number, columns: number, seed: number): tf.Tensor2D {
  return tf.randomNormal([rows, columns], 0, 1, "float32", seed + 0.5); // for TensorFlow.js, a seed of 0 is no seed
}
