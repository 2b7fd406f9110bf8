// Arithmetic of long vectors, for optimizers: several functions. Vectors are stored in float32, sums accumulate in float64, and
// nothing is changed in place unless the name says so. Two vectors must have the same length; only `isEqual` checks it.

/**
 * The inner product xᵀy. A sum over an image has 10⁵ to 10⁷ terms, and a float32 accumulator would lose digits that a line
 * search or a curvature test needs; with float64, the only rounding is that of the elements.
 */
export function dot(x: Float32Array, y: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

/** The Euclidean norm ‖x‖₂. */
export function norm(x: Float32Array): number {
  return Math.sqrt(dot(x, x));
}

/** The maximum norm ‖x‖∞: the largest absolute value; 0 for an empty vector, NaN if any element is NaN. */
export function maxAbs(x: Float32Array): number {
  let max = 0;
  for (let i = 0; i < x.length; i++) max = Math.max(max, Math.abs(x[i]));
  return max;
}

/** x + a·y, as a new vector. */
export function addScaled(x: Float32Array, a: number, y: Float32Array): Float32Array {
  const sum = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) sum[i] = x[i] + a * y[i];
  return sum;
}

/** x − y, as a new vector. */
export function subtract(x: Float32Array, y: Float32Array): Float32Array {
  return addScaled(x, -1, y);
}

/** a·x, as a new vector. */
export function scale(a: number, x: Float32Array): Float32Array {
  const product = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) product[i] = a * x[i];
  return product;
}

/** y ← y + a·x, *in place*: BLAS's axpy. */
export function addScaledInPlace(y: Float32Array, a: number, x: Float32Array): void {
  for (let i = 0; i < y.length; i++) y[i] += a * x[i];
}

/** Whether x and y have the same length and the same elements. */
export function isEqual(x: Float32Array, y: Float32Array): boolean {
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
  return x.length === y.length;
}
