// What the loss is made of: at one step as bars, over a run as shares.
import { historyOf, type History, type StepNumbers } from "../minimize/history";
import { partColors } from "../platform/drawing/colors";
import { decimate } from "../platform/drawing/decimate";
import { formatPower, formatNumber } from "../platform/drawing/formatNumber";
import { axisTitle, plotOf, numericAxis, type Plot, type Trace } from "../platform/drawing/plot";
import { labelRoom } from "../platform/drawing/svgText";
import { bars } from "./bars";
import { spread } from "./lines";

/** The weighted parts of one step, each with its value and its share of the sum. */
export function termBars(
  step: Pick<StepNumbers, "index" | "loss" | "parts">, { title }: { title?: string } = {},
): Plot {
  const names = Object.keys(step.parts);
  const share = (value: number): string => `${formatNumber((100 * value) / step.loss)} %`;
  const numbers = Object.values(step.parts);
  const largest = names[numbers.indexOf(Math.max(...numbers))];
  return bars(step.parts, {
    title: title ?? `What the loss is made of at step ${step.index}`,
    x: "weighted part of the loss",
    colors: partColors(names),
    labels: numbers.map((value) => `${formatPower(value, 3)} · ${share(value)}`),
    summary: `loss ${formatNumber(step.loss)} at step ${step.index}; the largest part is ${largest} ` +
      `with ${share(step.parts[largest])}`,
  });
}

/** Which part of the loss matters when: every part's share of the weighted sum, stacked to 100 %, step by step. */
export function termShares(
  run: History | readonly StepNumbers[], { title = "Shares of the loss" }: { title?: string } = {},
): Plot {
  const history = historyOf(run);
  const names = Object.keys(history.parts);
  if (names.length === 0) throw new RangeError("no step with named parts was recorded, so there are no shares to draw");
  const colors = partColors(names);
  const partAt = (name: string, i: number): number => Math.max(0, history.parts[name][i] || 0);
  const sums = history.index.map((_, i) => names.reduce((sum, name) => sum + partAt(name, i), 0));
  // The same steps are kept for every part, or the stack would not close: they are chosen by the first part's share.
  const shareOf = (name: string, i: number): number => (sums[i] > 0 ? (100 * partAt(name, i)) / sums[i] : 0);
  const all = history.index.map((_, i) => i);
  const kept = decimate(all, all.map((i) => shareOf(names[0], i)), 200).x;
  const data = names.map((name, n): Trace => ({
    type: "scatter", mode: "lines", name, stackgroup: "one",
    x: kept.map((i) => history.index[i]), y: kept.map((i) => shareOf(name, i)),
    line: { color: colors[n], width: 0.5 }, fillcolor: colors[n], hovertemplate: `${name}: %{y:.1f} %<extra></extra>`,
  }));
  const height = Math.max(300, 15 * names.length + 100);
  const margin = { l: 56, r: Math.max(...names.map((name) => labelRoom(name))) + 20, t: 44, b: 48 };
  const last = names.map((name) => shareOf(name, history.index.length - 1));
  const middles = last.map((share, n) => last.slice(0, n).reduce((sum, one) => sum + one, 0) + share / 2);
  const pixels = middles.map((middle) => (middle / 100) * (height - margin.t - margin.b));
  const moved = spread(pixels, 15, height - margin.t - margin.b);
  const [first, end] = [history.index[0], history.index.at(-1)!];
  return plotOf(data, {
    title: { text: title }, height, margin, hovermode: "x unified",
    xaxis: { ...numericAxis, title: axisTitle("step"), range: [first, Math.max(end, first + 1)], showgrid: false },
    yaxis: { ...numericAxis, range: [0, 100], ticksuffix: " %", nticks: 6 },
    annotations: names.map((name, n) => ({
      text: name, xref: "paper", x: 1, xanchor: "left", xshift: 8,
      yref: "y", y: middles[n], yshift: moved[n] - pixels[n], showarrow: false,
      font: { color: colors[n], size: 12 },
    })),
  }, `at step ${end}: ${names.map((name, n) => `${name} ${formatNumber(last[n])} %`).join(", ")}`);
}
