// The largest singular value of a matrix, by power iteration.
import { norm } from "./vectors";

/** What `powerIteration` found: σ = vᵀWu, and the directions of length 1; begin with its u to continue. */
export interface SingularDirections {
  readonly sigma: number;
  readonly u: Float32Array;
  readonly v: Float32Array;
}

/**
 * The largest singular value σ of W `[rows, columns]`, row by row in `matrix`, begun with u of `columns` numbers:
 *
 *     v ← W u / ‖W u‖,  u ← Wᵀ v / ‖Wᵀ v‖,  σ = vᵀ W u
 *
 * σ is at most the largest singular value, and rises to it. Of zeros, σ is 0.
 *
 * @param iterations how often (default 1: where W changes little between calls, one each is enough)
 */
export function powerIteration(matrix: Float32Array, u: Float32Array, iterations = 1): SingularDirections {
  const columns = u.length;
  const rows = matrix.length / columns;
  let v: Float32Array = new Float32Array(rows);
  let sigma = 0;
  for (let i = 0; i < iterations; i++) {
    v = unit(v.map((_, row) => {
      let sum = 0;
      for (let column = 0; column < columns; column++) sum += matrix[row * columns + column] * u[column];
      return sum;
    }));
    const next = new Float64Array(columns);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) next[column] += matrix[row * columns + column] * v[row];
    u = Float32Array.from(next);
    sigma = norm(u);
    u = unit(u);
  }
  return { sigma, u, v };
}

function unit(x: Float32Array): Float32Array {
  const length = norm(x) || 1;
  return Float32Array.from(x, (value) => value / length);
}
