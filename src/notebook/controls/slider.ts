// A slider: a number between two ends.
import { formatNumber } from "../../platform/drawing/formatNumber";
import { control, type Control } from "./control";

export interface SliderOptions {
  readonly min?: number;
  readonly max?: number;
  /** Where the knob stands first; by default at `min`. */
  readonly value?: number;
  /** The distance between two positions; by default there are 100, or, of a logarithmic slider, always 200. */
  readonly step?: number;
  /** Equal distances are equal factors: for weights and rates. `min` is above 0. */
  readonly logarithmic?: boolean;
}

/**
 * A number that a page can turn, from `min` (0) to `max` (1): `const weight = slider("style", { min: 1, max: 1000, value: 30,
 * logarithmic: true })`, shown as the last line of a cell or by `show(weight)`; then read `weight.value` in a loop.
 *
 * @throws RangeError where `min` is not below `max`, the value is not between them, or a logarithmic slider begins at 0 or has a step
 */
export function slider(label: string, { min = 0, max = 1, value = min, step, logarithmic = false }: SliderOptions = {}): Control<number> {
  const wrong = (what: string): RangeError => new RangeError(`the slider "${label}" ${what}`);
  if (!(Number.isFinite(min) && Number.isFinite(max) && min < max)) throw wrong(`needs min < max, got ${min} and ${max}`);
  if (logarithmic && !(min > 0)) throw wrong(`is logarithmic, so min must be above 0, got ${min}`);
  if (logarithmic && step !== undefined) throw wrong("is logarithmic, and has no step");
  if (step !== undefined && !(step > 0)) throw wrong(`needs a step above 0, got ${step}`);
  const within = (x: number): number => Math.min(max, Math.max(min, x));
  const scale = (x: number): number => (logarithmic ? Math.log10(x) : x);
  const whole = step !== undefined && Number.isInteger(step) && Number.isInteger(min);
  const ends = { min: scale(min), max: scale(max) };
  return control<number>({
    label, value,
    check(wanted) {
      if (!(wanted >= min && wanted <= max)) throw wrong(`goes from ${min} to ${max}, and cannot be ${wanted}`);
      return wanted;
    },
    // A page computes 10 ** log10(value) when it draws the slider, and sends what it gets: a rounding error is no turn.
    read: ({ value: turned }, before) =>
      (typeof turned === "number" && Math.abs(turned - before) > 1e-9 * Math.abs(before) ? within(turned) : undefined),
    keys: (now) => ({ value: now }),
    fixed: {
      ...ends, step: step ?? (ends.max - ends.min) / (logarithmic ? 200 : 100), readout_format: whole ? "d" : ".3~r", continuous_update: true,
      ...(logarithmic && { base: 10 }),
    },
    model: { model: logarithmic ? "FloatLogSlider" : "FloatSlider", style: { model: "SliderStyle", description_width: "10em" }, layout: { width: "32em" } },
    text: (now) => `${track((scale(now) - ends.min) / (ends.max - ends.min))} ${formatNumber(now)} (${formatNumber(min)} … ${formatNumber(max)})`,
  });
}

/** Where the knob stands, in eleven characters. */
function track(fraction: number): string {
  const at = Math.round(fraction * 10);
  return `${"━".repeat(at)}●${"─".repeat(10 - at)}`;
}
