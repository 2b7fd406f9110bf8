// Area averaging ("box" or "area" resampling) along one axis, as a matrix.
import * as tf from "@tensorflow/tfjs";

/**
 * The matrix `[to, from]` that resamples a line of `from` numbers to `to` by area: each output is the mean of the inputs that
 * it covers, weighted by the length covered. Every row sums to 1, and every input has some weight.
 */
export function areaWeights(from: number, to: number): tf.Tensor2D {
  const matrix = new Float32Array(to * from);
  const step = from / to;
  for (let row = 0; row < to; row++)
    for (let i = Math.floor(row * step); i < Math.min(from, (row + 1) * step); i++)
      matrix[row * from + i] = (Math.min(i + 1, (row + 1) * step) - Math.max(i, row * step)) / step;
  return tf.tensor2d(matrix, [to, from]);
}
