// How far to go along a direction: a line search for the strong Wolfe conditions.

/** A point on the line: how far along, the value φ(t) there, and the slope φ′(t) along the line. */
export interface LinePoint {
  readonly t: number;
  readonly value: number;
  readonly derivative: number;
}

export interface LineSearchOptions {
  /** How much of the decrease that the first slope promises must be kept: 0 < c1 < c2. */
  readonly c1: number;
  /** How much of the first slope may be left: c1 < c2 < 1. */
  readonly c2: number;
  /** The most points to look at. */
  readonly evaluations: number;
  /** The relative rounding of φ: smaller changes of value are computed from slopes instead. */
  readonly rounding: number;
}

/** How much higher `to` lies than `from`; Infinity where that is not a number. */
type Rise = (from: LinePoint, to: LinePoint) => number;

/**
 * Looks along a line for a point that satisfies the strong Wolfe conditions
 *
 *     φ(t) ≤ φ(0) + c1 t φ′(0)        low enough for the length of the way
 *     |φ′(t)| ≤ c2 |φ′(0)|            flat enough: going on would gain little
 *
 * by Algorithms 3.5 (go on until too far) and 3.6 (zoom) of Nocedal & Wright, *Numerical Optimization*, 2nd ed., which
 * become one loop when the far end of the bracket starts at infinity. The next point is the minimum of the cubic
 * through both ends, kept away from them, or the middle if the last point did not halve the bracket. (Moré & Thuente
 * 1994 ask for two thirds.)
 *
 * **Rounding.** φ is a float32 sum over a network: close to a minimum its changes drown in rounding long before its
 * slopes do. Where two values differ by less than `rounding` of themselves, their difference is therefore taken as
 * (t₂ − t₁)(φ′(t₁) + φ′(t₂))/2, the trapezoid under the slopes; that turns the first condition into Hager & Zhang's
 * "approximate Wolfe" (2005). So the value found may be higher than the first, but by no more than `rounding` of it;
 * with `rounding` 0, never.
 *
 * A point where the value or slope is not finite lies too far. The first point is t = 1.
 *
 * @param at the point at t > 0; undefined where t is so small that it is the start again, which ends the search.
 * @returns the point found; where all `evaluations` were in vain, the lowest point that meets the first condition;
 * undefined where there is none: no progress.
 */
export async function lineSearch<Point extends LinePoint>(
  at: (t: number) => Promise<Point | undefined>,
  start: { readonly value: number; readonly derivative: number },
  { c1, c2, evaluations, rounding }: LineSearchOptions,
): Promise<Point | undefined> {
  const rise: Rise = (from, to) => {
    if (!Number.isFinite(to.value) || !Number.isFinite(to.derivative)) return Infinity;
    const measured = to.value - from.value;
    const drowned = Math.abs(measured) <= rounding * Math.max(Math.abs(from.value), Math.abs(to.value));
    return drowned ? ((to.t - from.t) * (from.derivative + to.derivative)) / 2 : measured;
  };

  const origin: LinePoint = { t: 0, ...start };
  let best: Point | undefined; // the lowest so far of those that meet the first condition
  let low = origin; // the same, or the start
  let before = low; // what `low` was before
  let high: LinePoint = { t: Infinity, value: Infinity, derivative: Infinity }; // between low and high lies a minimum
  let width = Infinity;
  let t = 1;

  for (let asked = 0; asked < evaluations; asked++) {
    const point = await at(t);
    if (point === undefined) break;
    if (rise(origin, point) > c1 * t * start.derivative || rise(low, point) >= 0) {
      high = point;
    } else {
      if (Math.abs(point.derivative) <= c2 * Math.abs(start.derivative)) return point;
      if (point.derivative * (high.t - low.t) >= 0) high = low; // uphill towards high: the minimum is on the other side
      before = low;
      low = best = point;
    }
    const narrowed = Math.abs(high.t - low.t);
    if (high.t === Infinity) t = beyond(before, low, rise);
    else t = between(low, high, rise, narrowed > width / 2);
    width = narrowed;
  }
  return best;
}

/** Still going down: the next point is 2 to 10 times as far; 10 where the cubic falls for ever. */
function beyond(before: LinePoint, low: LinePoint, rise: Rise): number {
  const wanted = cubicMinimum(before, low, rise);
  return wanted > low.t ? Math.min(10 * low.t, Math.max(2 * low.t, wanted)) : 10 * low.t;
}

/** A point inside the bracket, a tenth of it away from both ends. */
function between(low: LinePoint, high: LinePoint, rise: Rise, tooSlow: boolean): number {
  const part = (cubicMinimum(low, high, rise) - low.t) / (high.t - low.t);
  const middle = tooSlow || !Number.isFinite(part);
  return low.t + (middle ? 0.5 : Math.min(0.9, Math.max(0.1, part))) * (high.t - low.t);
}

/** Where the cubic with the values and slopes of a and b has its minimum (eq. 3.59); NaN where it has none. */
function cubicMinimum(a: LinePoint, b: LinePoint, rise: Rise): number {
  const d1 = a.derivative + b.derivative - (3 * rise(a, b)) / (b.t - a.t);
  const d2 = Math.sign(b.t - a.t) * Math.sqrt(d1 * d1 - a.derivative * b.derivative);
  return b.t - ((b.t - a.t) * (b.derivative + d2 - d1)) / (b.derivative - a.derivative + 2 * d2);
}
