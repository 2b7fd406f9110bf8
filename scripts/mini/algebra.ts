// Two small pieces of linear algebra on symmetric matrices, row by row in float64.

/** Which `count` of n channels tell most of all: greedily, the one with the most left to tell (pivoted Cholesky of their Gram). */
export function chooseChannels(gram: Float64Array, n: number, count: number): number[] {
  const left = gram.slice();
  const chosen: number[] = [];
  for (let k = 0; k < count; k++) {
    // What channel i would explain of all the others, and of itself.
    const gain = (i: number): number => {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += left[i * n + j] ** 2;
      return left[i * n + i] > 1e-12 ? sum / left[i * n + i] : 0;
    };
    let best = -1;
    for (let i = 0; i < n; i++) if (!chosen.includes(i) && (best < 0 || gain(i) > gain(best))) best = i;
    chosen.push(best);
    const pivot = Math.max(left[best * n + best], 1e-12);
    const row = left.slice(best * n, (best + 1) * n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) left[i * n + j] -= (row[i] * row[j]) / pivot;
  }
  return chosen.sort((a, b) => a - b);
}

/** W that minimizes ‖T − S W‖², from SᵀS (n × n) and SᵀT (n × m): Cholesky, with a ridge of 10⁻⁴ of the mean power. */
export function leastSquares(own: Float64Array, crossed: Float64Array, n: number, m: number): Float32Array {
  let trace = 0;
  for (let i = 0; i < n; i++) trace += own[i * n + i];
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = own[i * n + j] + (i === j ? (1e-4 * trace) / n + 1e-12 : 0);
      for (let k = 0; k < j; k++) sum -= lower[i * n + k] * lower[j * n + k];
      lower[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / lower[j * n + j];
    }
  const w = Float64Array.from(crossed);
  for (let c = 0; c < m; c++) {
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < i; k++) w[i * m + c] -= lower[i * n + k] * w[k * m + c];
      w[i * m + c] /= lower[i * n + i];
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) w[i * m + c] -= lower[k * n + i] * w[k * m + c];
      w[i * m + c] /= lower[i * n + i];
    }
  }
  return Float32Array.from(w);
}
