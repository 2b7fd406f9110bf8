// Two Gram matrices side by side, and what they differ by.
import * as tf from "@tensorflow/tfjs";
import { colorScale, diverging, ink } from "../platform/drawing/colors";
import { formatNumber, formatPower } from "../platform/drawing/formatNumber";
import { axisTitle, plotOf, unseenTicks, type Plot } from "../platform/drawing/plot";
import { countOf, strongest } from "./strongest";

export interface GramDifferenceOptions {
  readonly title?: string;
  /** How many channels at most: of more, those that are strongest in the first matrix, in their own order (default 32). */
  readonly channels?: number;
}

const decades = 2;  // shown on either side of 0, below the largest entry
const gap = 2;      // columns between two matrices
const width = 720;
const margin = { l: 56, r: 92, t: 64, b: 16 };

/**
 * Two Gram matrices `[C, C]` of the same channels (or any two square matrices of one size) with their names, and the first minus the second: in
 * one plot with one scale of colors, red above 0 and blue below, logarithmic over two decades; what is smaller is white. Disposes neither.
 *
 * @throws RangeError for matrices that are not square, or not of one size, and unless there are two
 */
export async function gramDifference(
  grams: Readonly<Record<string, tf.Tensor2D>>, { title = "Gram matrices", channels = 32 }: GramDifferenceOptions = {},
): Promise<Plot> {
  const names = Object.keys(grams);
  const shapes = Object.values(grams).map(({ shape }) => shape);
  if (names.length !== 2) throw new RangeError(`gramDifference compares two matrices, { name: matrix, name: matrix }; got ${names.length}`);
  const [[count, across], other] = shapes;
  if (shapes.some(({ length }) => length !== 2) || count !== across || shapes[0].join() !== other.join())
    throw new RangeError(`two Gram matrices are compared when both are [channels, channels] of one layer; these are ${shapes.map((shape) => `[${shape.join(", ")}]`).join(" and ")}`);

  const [a, b] = await Promise.all(Object.values(grams).map((gram) => gram.data()));
  const shown = strongest(Array.from({ length: count }, (_, i) => Math.abs(a[i * count + i])), channels).sort((i, j) => i - j);
  const panels = [(at: number) => a[at], (at: number) => b[at], (at: number) => a[at] - b[at]]
    .map((entry) => shown.map((row) => shown.map((column) => entry(row * count + column))));
  const largest = largestOf(panels.flat(2)) || 1;
  const level = (value: number): number => Math.sign(value) * Math.max(0, decades + Math.log10(Math.abs(value) / largest));
  const labels = [...names, `${names[0]} − ${names[1]}`];
  const aside = <T>(cells: (panel: number, row: number) => T[], between: T): T[][] => shown.map((_, row) =>
    labels.flatMap((_, panel) => [...(panel > 0 ? Array<T>(gap).fill(between) : []), ...cells(panel, row)]));

  const columns = 3 * shown.length + 2 * gap;
  const ticks = [-1, -0.1, 0, 0.1, 1];
  const heading = `${title} · ${countOf(shown.length, count)}`;
  return plotOf([{
    type: "heatmap", x: Array.from({ length: columns }, (_, i) => String(i)), y: shown.map(String),
    z: aside<number | null>((panel, row) => panels[panel][row].map((value) => (Number.isFinite(value) ? level(value) : null)), null),
    text: aside((panel, row) => panels[panel][row].map((value, column) =>
      `${labels[panel]}, channels ${shown[row]} and ${shown[column]}: ${formatNumber(value, 3)}`), ""),
    zmin: -decades, zmax: decades, colorscale: colorScale(diverging), hovertemplate: "%{text}<extra></extra>",
    colorbar: {
      tickmode: "array", tickvals: ticks.map((part) => level(part * largest)), ticktext: ticks.map((part) => formatPower(part * largest)),
      outlinewidth: 0, thickness: 14,
    },
  }], {
    title: { text: heading }, width, height: Math.round(((width - margin.l - margin.r) * shown.length) / columns) + margin.t + margin.b, margin,
    xaxis: { type: "category", visible: false, constrain: "domain" },
    yaxis: {
      type: "category", title: axisTitle("channel"), nticks: 9, showgrid: false, ...unseenTicks, tickfont: { color: ink, size: 11 },
      autorange: "reversed", scaleanchor: "x", constrain: "domain",
    },
    // 19 pixels up is where plotly has a label's top, and the twin its middle: both are clear of the matrices.
    annotations: labels.map((text, panel) => ({
      text, x: (panel * (shown.length + gap) + shown.length / 2) / columns, xref: "paper", y: 1, yref: "paper", xanchor: "center", yshift: 19,
      showarrow: false, font: { color: ink, size: 12 },
    })),
  }, `${heading}, largest entry ${formatNumber(largest)}, largest difference ${formatNumber(largestOf(panels[2].flat()))}`);
}

function largestOf(values: readonly number[]): number {
  return values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
}
