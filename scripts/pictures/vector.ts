// Vectors in space: points and directions as plain triples.

/** x to the right, y up, z away from the camera. */
export type Vector = [number, number, number];

/** a + t·b */
export function addScaled(a: Vector, b: Vector, t: number): Vector {
  return [a[0] + t * b[0], a[1] + t * b[1], a[2] + t * b[2]];
}

/** a − b */
export function subtract(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

/** The dot product. */
export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** The cross product. */
export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** The same direction with length 1; the zero vector stays zero. */
export function normalize(a: Vector): Vector {
  const s = 1 / Math.sqrt(dot(a, a) + 1e-20);
  return [a[0] * s, a[1] * s, a[2] * s];
}

/** Direction d reflected by a mirror with normal n. */
export function reflect(d: Vector, n: Vector): Vector {
  return addScaled(d, n, -2 * dot(d, n));
}

/** Two unit vectors perpendicular to n and to each other. */
export function tangents(n: Vector): [Vector, Vector] {
  const side = normalize(Math.abs(n[1]) < 0.9 ? cross(n, [0, 1, 0]) : cross(n, [1, 0, 0]));
  return [side, cross(side, n)];
}

/** The length of (x, y, z). Math.hypot is many times slower, because it guards against overflow, which cannot happen here. */
export function vectorLength(x: number, y: number, z = 0): number {
  return Math.sqrt(x * x + y * y + z * z);
}
