// Numbers as people read them on an axis, in a label, in a sentence.

/** `0.0123`, `3.1e3`, `1.2e-5`: up to `digits` significant digits, a power of ten where it is shorter. */
export function formatNumber(value: number, digits: number = 2): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const plain = Number(value.toPrecision(digits));
  if (Number(exponent) >= -3 && Number(exponent) < Math.max(3, digits)) return String(plain);
  return `${Number(mantissa)}e${Number(exponent)}`;
}

/** The same for a plot: `3.1×10³` with the exponent raised in the markup that plotly and our SVG share. */
export function formatPower(value: number, digits: number = 2): string {
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 9_999.5) return String(Number(value.toPrecision(digits))).replace("-", "−");
  const [mantissa, exponent] = formatNumber(value, digits).split("e");
  if (exponent === undefined) return mantissa.replace("-", "−");
  const power = `10<sup>${exponent.replace("-", "−")}</sup>`;
  if (mantissa === "1") return power;
  return `${mantissa.replace("-", "−")}×${power}`;
}

/** Enough digits for a plot, few enough for a notebook; what is not finite becomes null, as JSON has no NaN. */
export function finiteNumber(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(5)) : null;
}
