// The step length along a direction: a line search for the strong Wolfe conditions.

/** A point on the line: the step length t, the value φ(t), and the directional derivative φ′(t). */
export interface LinePoint {
  readonly t: number;
  readonly value: number;
  readonly derivative: number;
}

export interface LineSearchOptions {
  /** The fraction of the decrease predicted by φ′(0) that must be reached: 0 < c1 < c2. */
  readonly c1: number;
  /** The fraction of |φ′(0)| that may remain: c1 < c2 < 1. */
  readonly c2: number;
  /** The largest number of points to evaluate. */
  readonly evaluations: number;
  /** The relative rounding error of φ: smaller changes of value are computed from the derivatives instead. */
  readonly rounding: number;
}

/** φ at `to` minus φ at `from`; Infinity where that is not a number. */
type Rise = (from: LinePoint, to: LinePoint) => number;

/**
 * Searches a line for a point that satisfies the strong Wolfe conditions
 *
 *     φ(t) ≤ φ(0) + c1 t φ′(0)        sufficient decrease for the length of the step
 *     |φ′(t)| ≤ c2 |φ′(0)|            curvature: the derivative is so small that a longer step would gain little
 *
 * by Algorithms 3.5 (extend until the step is too long) and 3.6 (zoom) of Nocedal & Wright, *Numerical Optimization*, 2nd ed.,
 * which become one loop when the far end of the bracket starts at infinity. The next point is the minimum of the cubic
 * through both ends, kept away from them, or the middle if the last point did not halve the bracket. (Moré & Thuente
 * 1994 ask for two thirds.)
 *
 * **Rounding.** φ is a float32 sum over a network: close to a minimum its changes drown in rounding error long before its
 * derivatives do. Where two values differ by less than `rounding` times themselves, their difference is therefore computed as
 * (t₂ − t₁)(φ′(t₁) + φ′(t₂))/2, the trapezoid rule for the integral of φ′; that turns the first condition into Hager & Zhang's
 * "approximate Wolfe" condition (2005). So the value found may be higher than the first, but by no more than `rounding` of it;
 * with `rounding` 0, never.
 *
 * A point where the value or the derivative is not finite counts as too far. The first point is t = 1.
 *
 * @param evaluate the point at t > 0; undefined where t is so small that the point equals the start, which ends the search.
 * @returns the point found; if none satisfies both conditions within `evaluations`, the lowest point that meets the first;
 * undefined if there is none either: no progress.
 */
export async function lineSearch<Point extends LinePoint>(
  evaluate: (t: number) => Promise<Point | undefined>,
  start: { readonly value: number; readonly derivative: number },
  { c1, c2, evaluations, rounding }: LineSearchOptions,
): Promise<Point | undefined> {
  const rise: Rise = (from, to) => {
    if (!Number.isFinite(to.value) || !Number.isFinite(to.derivative)) return Infinity;
    const difference = to.value - from.value;
    const isRounding = Math.abs(difference) <= rounding * Math.max(Math.abs(from.value), Math.abs(to.value));
    return isRounding ? ((to.t - from.t) * (from.derivative + to.derivative)) / 2 : difference;
  };

  const origin: LinePoint = { t: 0, ...start };
  let best: Point | undefined; // the lowest so far that meets the first condition
  let low = origin; // the same, or the start
  let previousLow = low;
  let high: LinePoint = { t: Infinity, value: Infinity, derivative: Infinity }; // there is a minimum between low and high
  let width = Infinity;
  let t = 1;

  for (let count = 0; count < evaluations; count++) {
    const point = await evaluate(t);
    if (point === undefined) break;
    if (rise(origin, point) > c1 * t * start.derivative || rise(low, point) >= 0) {
      high = point;
    } else {
      if (Math.abs(point.derivative) <= c2 * Math.abs(start.derivative)) return point;
      if (point.derivative * (high.t - low.t) >= 0) high = low; // rising toward high: the minimum is on the other side
      previousLow = low;
      low = best = point;
    }
    const newWidth = Math.abs(high.t - low.t);
    if (high.t === Infinity) t = extrapolate(previousLow, low, rise);
    else t = interpolate(low, high, rise, newWidth > width / 2);
    width = newWidth;
  }
  return best;
}

/** Still descending: the next point is 2 to 10 times as far; 10 where the cubic has no minimum ahead. */
function extrapolate(previousLow: LinePoint, low: LinePoint, rise: Rise): number {
  const minimum = cubicMinimum(previousLow, low, rise);
  return minimum > low.t ? Math.min(10 * low.t, Math.max(2 * low.t, minimum)) : 10 * low.t;
}

/** A point inside the bracket, at least a tenth of its width away from both ends; its middle where the bracket shrinks too slowly. */
function interpolate(low: LinePoint, high: LinePoint, rise: Rise, tooSlow: boolean): number {
  const fraction = (cubicMinimum(low, high, rise) - low.t) / (high.t - low.t);
  const middle = tooSlow || !Number.isFinite(fraction);
  return low.t + (middle ? 0.5 : Math.min(0.9, Math.max(0.1, fraction))) * (high.t - low.t);
}

/** The minimum of the cubic with the values and derivatives of a and b (eq. 3.59); NaN where it has none. */
function cubicMinimum(a: LinePoint, b: LinePoint, rise: Rise): number {
  const d1 = a.derivative + b.derivative - (3 * rise(a, b)) / (b.t - a.t);
  const d2 = Math.sign(b.t - a.t) * Math.sqrt(d1 * d1 - a.derivative * b.derivative);
  return b.t - ((b.t - a.t) * (b.derivative + d2 - d1)) / (b.derivative - a.derivative + 2 * d2);
}
