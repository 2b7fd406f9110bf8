// How far two lists of numbers are apart.

/** Numbers and their shape. */
export interface Values {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/**
 * `max|x − y| / max(1e-8, max(|x| + |y|))`, the maxima over all elements: elements near zero do not count for more than
 * they are. 0 for equal lists, at most 1 for any; NaN where an element is NaN.
 */
export function relativeError(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let [difference, size] = [0, 1e-8];
  for (let i = 0; i < x.length; i++) {
    difference = Math.max(difference, Math.abs(x[i] - y[i]));
    size = Math.max(size, Math.abs(x[i]) + Math.abs(y[i]));
  }
  return difference / size;
}
