// The Gram matrix as a picture: which channels of a layer are active together.
import * as tf from "@tensorflow/tfjs";
import { colorScale, diverging, ink, sequential } from "../platform/drawing/colors";
import { formatPower, formatNumber } from "../platform/drawing/formatNumber";
import { axisTitle, plotOf, unseenTicks, type Plot } from "../platform/drawing/plot";
import { logTicks } from "../platform/drawing/ticks";
import { countOf, strongest } from "./strongest";

export interface GramHeatMapOptions {
  readonly title?: string;
  /** How many channels at most: of more, the strongest are shown, in their own order (default 64). */
  readonly channels?: number;
}

const decades = 4;   // at most shown of a matrix without negative numbers, below its largest entry

/**
 * A heat map of a Gram matrix `[C, C]` (or of any square matrix of channels). Without negative entries, as after a
 * ReLU, the color is logarithmic over four decades at most; with them it is linear, from blue over white (0) to red.
 * Does not dispose the matrix.
 *
 * @throws RangeError for a matrix that is not square
 */
export async function gramHeatMap(
  gram: tf.Tensor2D, { title = "Gram matrix", channels = 64 }: GramHeatMapOptions = {},
): Promise<Plot> {
  const [count, width] = gram.shape;
  if (gram.rank !== 2 || count !== width)
    throw new RangeError(`a Gram matrix is square, [channels, channels]; this is [${gram.shape.join(", ")}]`);
  const values = await gram.data();
  // The diagonal is each channel's own strength.
  const diagonal = Array.from({ length: count }, (_, channel) => Math.abs(values[channel * count + channel]) || 0);
  const shown = strongest(diagonal, channels).sort((a, b) => a - b);   // in their own order
  const rows = shown.map((row) => shown.map((column) => values[row * count + column]));
  const flat = rows.flat().filter(Number.isFinite);
  const largest = flat.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const signed = flat.some((value) => value < 0);
  const names = shown.map(String);
  const heading = `${title} · ${countOf(shown.length, count)}`;
  return plotOf([{
    type: "heatmap", x: names, y: names,
    ...(signed || largest === 0 ? linear(rows, largest) : logarithmic(rows, largest)),
    text: rows.map((row) => row.map((value) => formatNumber(value, 3))),
    hovertemplate: "channels %{y} and %{x}: %{text}<extra></extra>",
  }], {
    title: { text: heading }, width: 560, height: 504, margin: { l: 56, r: 92, t: 44, b: 48 },
    xaxis: { ...channelAxis, constrain: "domain" },
    yaxis: { ...channelAxis, autorange: "reversed", scaleanchor: "x", constrain: "domain" },
  }, `${heading}, largest entry ${formatNumber(largest)}`);
}

const channelAxis = {
  type: "category", title: axisTitle("channel"), nticks: 9, showgrid: false, ...unseenTicks,
  tickfont: { color: ink, size: 11 },
} as const;

interface Colored {
  z: (number | null)[][];
  zmin: number;
  zmax: number;
  colorscale: [number, string][];
  colorbar: { tickmode: "array"; tickvals: number[]; ticktext: string[]; outlinewidth: number; thickness: number };
}

const bar = (tickvals: number[], ticktext: string[]): Colored["colorbar"] =>
  ({ tickmode: "array", tickvals, ticktext, outlinewidth: 0, thickness: 14 });

function logarithmic(rows: readonly number[][], largest: number): Colored {
  const zmax = Math.log10(largest);
  const smallest = rows.flat().reduce((least, value) => (value > 0 ? Math.min(least, value) : least), largest);
  const zmin = Math.max(zmax - decades, Math.min(Math.log10(smallest), zmax - 0.1));
  const ticks = logTicks(zmin, zmax);
  return {
    z: rows.map((row) => row.map((value) => (Number.isFinite(value) ? Math.max(zmin, Math.log10(value)) : null))),
    zmin, zmax, colorscale: colorScale(sequential),
    colorbar: bar(ticks.map(({ at }) => at), ticks.map(({ label }) => label)),
  };
}

function linear(rows: readonly number[][], largest: number): Colored {
  const most = largest || 1;
  const ticks = [-most, -most / 2, 0, most / 2, most];
  return {
    z: rows.map((row) => row.map((value) => (Number.isFinite(value) ? value : null))),
    zmin: -most, zmax: most, colorscale: colorScale(diverging), colorbar: bar(ticks, ticks.map((at) => formatPower(at))),
  };
}
