// Seeded random numbers, drawn in JavaScript, so that every engine gets the same.
import * as tf from "@tensorflow/tfjs";

/** Independent standard normal numbers `[rows, columns]`. The same seed, a whole number, gives the same numbers. */
export function seededNormal(rows: number, columns: number, seed: number): tf.Tensor2D {
  return tf.randomNormal([rows, columns], 0, 1, "float32", seed + 0.5); // tfjs takes a seed of 0 for none
}
