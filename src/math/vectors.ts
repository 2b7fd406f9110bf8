// The arithmetic of long vectors that optimizers need. Stored in float32, added up in float64, nothing changed in place
// unless the name says so. Vectors met together have the same length; these functions do not check it.

/**
 * The inner product xᵀy. A sum over an image has 10⁵ to 10⁷ addends, and a float32 accumulator would lose what a line
 * search or a curvature test must see; in float64 the rounding is that of the elements alone.
 */
export function dot(x: Float32Array, y: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

/** The Euclidean length ‖x‖₂. */
export function norm(x: Float32Array): number {
  return Math.sqrt(dot(x, x));
}

/** The largest absolute value in x, ‖x‖∞; 0 for an empty vector, NaN where there is one. */
export function largest(x: Float32Array): number {
  let found = 0;
  for (let i = 0; i < x.length; i++) found = Math.max(found, Math.abs(x[i]));
  return found;
}

/** x + a·y, as a new vector. */
export function plusScaled(x: Float32Array, a: number, y: Float32Array): Float32Array {
  const sum = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) sum[i] = x[i] + a * y[i];
  return sum;
}

/** x − y, as a new vector. */
export function minus(x: Float32Array, y: Float32Array): Float32Array {
  return plusScaled(x, -1, y);
}

/** a·x, as a new vector. */
export function scaled(a: number, x: Float32Array): Float32Array {
  const product = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) product[i] = a * x[i];
  return product;
}

/** y ← y + a·x, *in place*: BLAS's axpy. */
export function addInPlace(y: Float32Array, a: number, x: Float32Array): void {
  for (let i = 0; i < y.length; i++) y[i] += a * x[i];
}

/** Whether x and y are the same numbers. */
export function same(x: Float32Array, y: Float32Array): boolean {
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
  return x.length === y.length;
}
