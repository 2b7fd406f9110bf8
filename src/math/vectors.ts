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

/** a·x, as a new vector. */
export function scale(a: number, x: Float32Array): Float32Array {
  const product = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) product[i] = a * x[i];
  return product;
}

/** x ← a·x, *in place*. */
export function scaleInPlace(a: number, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) x[i] *= a;
}

/** y ← y + a·x, *in place*: BLAS's axpy. */
export function addScaledInPlace(y: Float32Array, a: number, x: Float32Array): void {
  for (let i = 0; i < y.length; i++) y[i] += a * x[i];
}

/**
 * y ← y + a·x, *in place*, and yᵀz of the new y, as the two would be computed one after the other. A sum must wait for each of its
 * additions; what is done meanwhile costs nothing. (Four elements at a time: V8 does not unroll loops.)
 */
export function addScaledInPlaceThenDot(y: Float32Array, a: number, x: Float32Array, z: Float32Array): number {
  const whole = y.length - (y.length % 4);
  let sum = 0;
  for (let i = 0; i < whole; i += 4) {
    const y0 = Math.fround(y[i] + a * x[i]);
    const y1 = Math.fround(y[i + 1] + a * x[i + 1]);
    const y2 = Math.fround(y[i + 2] + a * x[i + 2]);
    const y3 = Math.fround(y[i + 3] + a * x[i + 3]);
    y[i] = y0;
    y[i + 1] = y1;
    y[i + 2] = y2;
    y[i + 3] = y3;
    sum += y0 * z[i];
    sum += y1 * z[i + 1];
    sum += y2 * z[i + 2];
    sum += y3 * z[i + 3];
  }
  for (let i = whole; i < y.length; i++) {
    y[i] += a * x[i];
    sum += y[i] * z[i];
  }
  return sum;
}

/** Whether x and y have the same length and the same elements. */
export function isEqual(x: Float32Array, y: Float32Array): boolean {
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
  return x.length === y.length;
}
