// Where an axis has its ticks, and what they say.
import { formatPower } from "./formatNumber";

/** `at` in the axis' own coordinate: the value, or on a log axis its decimal logarithm. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** About `count` ticks at steps of 1, 2 or 5 times a power of ten within `low … high`. */
export function linearTicks(low: number, high: number, count: number = 5): Tick[] {
  if (!(high > low)) return [{ at: low, label: formatPower(low, 4) }];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((times) => times * power >= rough * 0.8)!;
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const large = Math.max(Math.abs(low), Math.abs(high)) >= 1e5 || decimals > 4;
  const ticks: Tick[] = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n++) {
    const label = large ? formatPower(n * step, 3) : (n * step).toFixed(decimals);
    ticks.push({ at: n * step, label: n === 0 ? "0" : label.replace("-", "−") });
  }
  return ticks;
}

/**
 * At most about `count` ticks on a log axis from `10^low` to `10^high`: powers of ten, every second or third where
 * there are many; within less than two decades also 2 and 5, within a third of one as on a linear axis.
 */
export function logTicks(low: number, high: number, count: number = 6): Tick[] {
  const first = Math.ceil(low - 1e-9);
  const last = Math.floor(high + 1e-9);
  if (last - first >= 2) {
    const every = Math.ceil((last - first + 1) / count);
    const start = Math.ceil(first / every) * every;
    return from(start, last, every).map((at) => ({ at, label: power(at) }));
  }
  if (high - low < 1 / 3)
    return linearTicks(10 ** low, 10 ** high, count - 1).map(({ at, label }) => ({ at: Math.log10(at), label }));
  const between = from(Math.floor(low), Math.ceil(high), 1).flatMap((decade) =>
    [1, 2, 5].map((times) => ({ at: decade + Math.log10(times), label: formatPower(times * 10 ** decade, 1) })));
  return between.filter(({ at }) => at >= low - 1e-9 && at <= high + 1e-9);
}

function power(exponent: number): string {
  if (exponent === 0) return "1";
  if (exponent === 1) return "10";
  return `10<sup>${String(exponent).replace("-", "−")}</sup>`;
}

function from(first: number, last: number, step: number): number[] {
  const numbers: number[] = [];
  for (let at = first; at <= last; at += step) numbers.push(at);
  return numbers;
}
