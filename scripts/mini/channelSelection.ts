// Which channels a smaller network keeps, and how it predicts the others from them.
import { solve } from "../../src/math/smallMatrices";

/** Which `count` of n channels explain all of them best: greedily, the one that explains most of the rest (pivoted Cholesky of their Gram). */
export function chooseChannels(gram: Float64Array, n: number, count: number): number[] {
  const rest = gram.slice();
  const chosen: number[] = [];
  for (let k = 0; k < count; k++) {
    // The energy that channel i would explain, of all others and of itself.
    const gain = (i: number): number => {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += rest[i * n + j] ** 2;
      return rest[i * n + i] > 1e-12 ? sum / rest[i * n + i] : 0;
    };
    let best = -1;
    for (let i = 0; i < n; i++) if (!chosen.includes(i) && (best < 0 || gain(i) > gain(best))) best = i;
    chosen.push(best);
    const pivot = Math.max(rest[best * n + best], 1e-12);
    const row = rest.slice(best * n, (best + 1) * n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) rest[i * n + j] -= (row[i] * row[j]) / pivot;
  }
  return chosen.sort((a, b) => a - b);
}

/** W that minimizes ‖T − S W‖², from SᵀS (n × n) and SᵀT (n × m), with a ridge of 10⁻⁴ of the mean power. */
export function leastSquares(gram: Float64Array, crossed: Float64Array, n: number, m: number): Float32Array {
  const rows = (values: Float64Array, columns: number): number[][] =>
    Array.from({ length: n }, (_, i) => [...values.subarray(i * columns, (i + 1) * columns)]);
  const regularized = rows(gram, n);
  const trace = regularized.reduce((sum, row, i) => sum + row[i], 0);
  regularized.forEach((row, i) => (row[i] += (1e-4 * trace) / n + 1e-12));
  return Float32Array.from(solve(regularized, rows(crossed, m)).flat());
}
