// Linear algebra of small matrices in float64, as rows of plain numbers: several functions, for the 3×3 matrices of colors and larger ones.

export type Matrix = readonly (readonly number[])[];

/** The matrix product A B. */
export function multiply(a: Matrix, b: Matrix): number[][] {
  return a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));
}

/** Aᵀ. */
export function transpose(a: Matrix): number[][] {
  return a[0].map((_, j) => a.map((row) => row[j]));
}

/** The Cholesky factor: the lower triangular L with L Lᵀ = A, for a symmetric positive definite A. */
export function cholesky(a: Matrix): number[][] {
  const lower = a.map((row) => row.map(() => 0));
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j <= i; j++) {
      let remainder = a[i][j];
      for (let k = 0; k < j; k++) remainder -= lower[i][k] * lower[j][k];
      lower[i][j] = i === j ? Math.sqrt(remainder) : remainder / lower[j][j];
    }
  return lower;
}

/** The X with `a` X = `b`, for a symmetric positive definite `a`: forward and backward substitution in its Cholesky factor. */
export function solve(a: Matrix, b: Matrix): number[][] {
  const lower = cholesky(a);
  const x = b.map((row) => [...row]);
  const subtract = (row: number, factor: number, other: number): void => x[other].forEach((value, j) => (x[row][j] -= factor * value));
  for (let i = 0; i < a.length; i++) {
    for (let k = 0; k < i; k++) subtract(i, lower[i][k], k);
    x[i] = x[i].map((value) => value / lower[i][i]);
  }
  for (let i = a.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < a.length; k++) subtract(i, lower[k][i], k);
    x[i] = x[i].map((value) => value / lower[i][i]);
  }
  return x;
}

/** The inverse of a 3×3 matrix, by cofactors. */
export function inverse(a: Matrix): number[][] {
  const cofactor = (i: number, j: number): number => {
    const [r, s, c, d] = [(i + 1) % 3, (i + 2) % 3, (j + 1) % 3, (j + 2) % 3];
    return a[r][c] * a[s][d] - a[r][d] * a[s][c];
  };
  const determinant = [0, 1, 2].reduce((sum, j) => sum + a[0][j] * cofactor(0, j), 0);
  return a.map((row, i) => row.map((_, j) => cofactor(j, i) / determinant));
}

/** A to a power, for a symmetric positive definite A: ½ gives its symmetric square root, −½ the inverse of that. */
export function power(a: Matrix, exponent: number): number[][] {
  const { values, vectors } = eigen(a);
  return a.map((_, i) => a.map((_, j) =>
    values.reduce((sum, value, k) => sum + vectors[i][k] * value ** exponent * vectors[j][k], 0)));
}

/** Eigenvalues and, in columns, orthonormal eigenvectors of a symmetric matrix, by Jacobi rotations until it is diagonal. */
export function eigen(a: Matrix): { values: number[]; vectors: number[][] } {
  const diagonal = a.map((row) => [...row]);
  const vectors = a.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 30; sweep++)
    for (let p = 0; p < a.length; p++)
      for (let q = p + 1; q < a.length; q++) {
        if (diagonal[p][q] === 0) continue;
        const angle = 0.5 * Math.atan2(2 * diagonal[p][q], diagonal[q][q] - diagonal[p][p]);
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        for (const row of [...diagonal, ...vectors]) [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]];
        for (let k = 0; k < a.length; k++)
          [diagonal[p][k], diagonal[q][k]] = [c * diagonal[p][k] - s * diagonal[q][k], s * diagonal[p][k] + c * diagonal[q][k]];
        diagonal[p][q] = diagonal[q][p] = 0;
      }
  return { values: diagonal.map((row, i) => row[i]), vectors };
}
