// Named numbers side by side: horizontal bars, each with its value.
import { palette } from "../platform/drawing/colors";
import { formatPower, formatNumber } from "../platform/drawing/formatNumber";
import { unseenTicks, axisTitle, plotOf, numericAxis, type Plot } from "../platform/drawing/plot";
import { fitText, labelRoom } from "../platform/drawing/svgText";

export interface BarsOptions {
  readonly title?: string;
  /** What the numbers measure. */
  readonly x?: string;
  readonly colors?: readonly string[];
  /** The label of each bar (default: its value). */
  readonly labels?: readonly string[];
  readonly summary?: string;
}

/** One bar for every named number, in their order. */
export function bars(
  values: Readonly<Record<string, number>>,
  { title = "", x = "", colors = [], labels = [], summary }: BarsOptions = {},
): Plot {
  const names = Object.keys(values);
  if (names.length === 0) throw new RangeError("bars() has nothing to draw: give it at least one named number");
  const numbers = Object.values(values);
  const finite = numbers.filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const text = numbers.map((value, i) => labels[i] ?? formatPower(value, 3));
  // Room for the longest label beyond the longest bar, as a fraction of the axis: the plot is about 520 pixels wide.
  const room = ((high - low) || 1) * Math.min(0.6, (Math.max(...text.map((label) => labelRoom(label))) + 12) / 400);
  const range = [low < 0 ? low - room : 0, high > 0 || low === 0 ? high + room : 0];
  const ticks = names.map((name) => fitText(name, 190));
  return plotOf([{
    type: "bar", orientation: "h", x: numbers, y: names, text, textposition: "outside", cliponaxis: false,
    marker: { color: names.map((_, i) => colors[i] ?? palette[0]) }, hovertemplate: "%{y}: %{x:.4g}<extra></extra>",
  }], {
    title: { text: title }, height: 26 * names.length + 92,
    margin: { l: Math.max(...ticks.map((name) => labelRoom(name))) + 20, r: 20, t: 44, b: 48 },
    xaxis: { ...numericAxis, title: axisTitle(x), range, nticks: 6, exponentformat: "power" },
    yaxis: {
      type: "category", autorange: "reversed", ...unseenTicks, showgrid: false,
      tickmode: "array", tickvals: names, ticktext: ticks,
    },
    bargap: 0.35,
  }, summary ?? names.map((name, i) => `${name} ${formatNumber(numbers[i], 3)}`).join(", "));
}
