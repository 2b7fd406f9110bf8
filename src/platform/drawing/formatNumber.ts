// Numbers as people read them on an axis, in a label, in a sentence.

/** `0.0123`, `3.1e3`, `1.2e-5`: up to `digits` significant digits, a power of ten where it is shorter. */
export function formatNumber(value: number, digits: number = 2): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  // Not d3-format: it writes 1.2e+5.
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const plain = Number(value.toPrecision(digits));
  if (Number(exponent) >= -3 && Number(exponent) < Math.max(3, digits)) return String(plain);
  return `${Number(mantissa)}e${Number(exponent)}`;
}

/** The same for a plot: `3.1×10³` with the exponent raised in the markup that plotly and our SVG share. */
export function formatPower(value: number, digits: number = 2): string {
  if (!Number.isFinite(value) || value === 0) return formatNumber(value);
  return isPlain(value) ? String(Number(value.toPrecision(digits))).replace("-", "−") : scientific(value, digits);
}

/** Whether `formatPower` writes a number without a power of ten. */
export function isPlain(value: number): boolean {
  return value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 9_999.5);
}

/** Always with a power of ten: `3×10²`, `10²`. */
export function scientific(value: number, digits: number = 2): string {
  if (value === 0) return "0";
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const power = powerOfTen(Number(exponent));
  return Number(mantissa) === 1 ? power : `${Number(mantissa)}×${power}`.replace("-", "−");
}

/** `10³`, in the same markup. */
export function powerOfTen(exponent: number): string {
  return `10<sup>${String(exponent).replace("-", "−")}</sup>`;
}

/** Enough digits for a plot, few enough for a notebook; what is not finite becomes null, as JSON has no NaN. */
export function finiteNumber(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(5)) : null;
}
