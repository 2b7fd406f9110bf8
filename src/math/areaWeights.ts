// Averaging over areas, as a matrix.
import * as tf from "@tensorflow/tfjs";

/**
 * The matrix `[to, from]` that takes a line of `from` numbers to one of `to`: each output is the mean of the inputs that it
 * covers, by the length covered. Every row sums to 1, and every input counts somewhere.
 */
export function areaWeights(from: number, to: number): tf.Tensor2D {
  const matrix = new Float32Array(to * from);
  const step = from / to;
  for (let row = 0; row < to; row++)
    for (let at = Math.floor(row * step); at < Math.min(from, (row + 1) * step); at++)
      matrix[row * from + at] = (Math.min(at + 1, (row + 1) * step) - Math.max(at, row * step)) / step;
  return tf.tensor2d(matrix, [to, from]);
}
