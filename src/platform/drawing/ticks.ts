// Where an axis has its ticks, and how they are labeled.
import { ticks } from "d3-array";
import { formatPower, isPlain, powerOfTen, scientific } from "./formatNumber";

/** `at` in the axis' own coordinate: the value, or on a log axis its decimal logarithm. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** About `count` ticks, rather fewer, at steps of 1, 2 or 5 times a power of ten within `low … high`. */
export function linearTicks(low: number, high: number, count: number = 5): Tick[] {
  if (!(high > low)) return [{ at: low, label: formatPower(low, 4) }];
  const values = someTicks(low, high, count);
  const decimals = Math.max(0, -Math.floor(Math.log10(values[1] - values[0]) + 1e-9));
  const large = Math.max(Math.abs(low), Math.abs(high)) >= 1e5 || decimals > 4;
  const label = (value: number): string => (large ? scientific(value, 3) : value.toFixed(decimals).replace("-", "−"));
  return values.map((at) => ({ at, label: at === 0 ? "0" : label(at) }));
}

// d3's count is a hint: it may return twice as many.
function someTicks(low: number, high: number, count: number): number[] {
  for (let hint = Math.round(count); hint > 2; hint--) {
    const values = ticks(low, high, hint);
    if (values.length <= 1.25 * count) return values;
  }
  return ticks(low, high, 2);
}

/**
 * At most about `count` ticks on a log axis from `10^low` to `10^high`: powers of ten, every second or third where
 * there are many; within less than two decades also 2 and 5; where that would be fewer than three, as on a linear axis.
 */
export function logTicks(low: number, high: number, count: number = 6): Tick[] {
  const [first, last] = [Math.ceil(low - 1e-9), Math.floor(high + 1e-9)];
  if (last - first >= 2) {
    const every = Math.ceil((last - first + 1) / count);
    return decadeTicks(first, last).filter(({ at }) => at % every === 0);
  }
  const between = decades(Math.floor(low), Math.ceil(high)).flatMap((exponent) =>
    [1, 2, 5].map((digit) => ({ at: exponent + Math.log10(digit), value: Number(`${digit}e${exponent}`) })));
  const shown = between.filter(({ at }) => at >= low - 1e-9 && at <= high + 1e-9);
  if (shown.length < 3)
    return linearTicks(10 ** low, 10 ** high, count - 1).map(({ at, label }) => ({ at: Math.log10(at), label }));
  const write = shown.every(({ value }) => isPlain(value)) ? formatPower : scientific;   // all labels of an axis alike
  return shown.map(({ at, value }) => ({ at, label: write(value, 1) }));
}

/** A tick at every power of ten, all labeled alike: 0.01, 0.1, 1, 10, or 10⁰, 10¹, … where one of them would be too long. */
export function decadeTicks(first: number, last: number): Tick[] {
  const short = first >= -2 && last <= 3;
  return decades(first, last).map((at) => ({ at, label: short ? String(Number(`1e${at}`)) : powerOfTen(at) }));
}

function decades(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
