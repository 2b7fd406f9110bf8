// Curves over a common x axis, each with its name at its end.
import { palette } from "../platform/drawing/colors";
import { decimate, type Curve } from "../platform/drawing/decimate";
import { formatNumber } from "../platform/drawing/formatNumber";
import { axisTitle, logAxis, plotOf, numericAxis, type Annotation, type Plot, type Trace } from "../platform/drawing/plot";
import { labelRoom } from "../platform/drawing/svgText";

export interface Series {
  readonly name: string;
  readonly y: ArrayLike<number>;
  /** 0, 1, 2, … where it is left out. */
  readonly x?: ArrayLike<number>;
  readonly color?: string;
  /** Of the line, in pixels (default 1.5). */
  readonly width?: number;
}

export interface LinesOptions {
  readonly title?: string;
  /** What the axes measure. */
  readonly x?: string;
  readonly y?: string;
  /** A log axis; values of 0 and less are left out. */
  readonly log?: boolean;
  /** How far the x axis reaches (default: as far as the curves). */
  readonly until?: number;
  /** In pixels (default 360, more where many names need room). */
  readonly height?: number;
  /** A sentence that says what the plot shows (default: where the first curve begins and ends). */
  readonly summary?: string;
}

const labelSize = 12;
const labelGap = 15;
const decadesShown = 7;   // of a log axis: lower values would only flatten the rest

/**
 * Curves, from `{ name: values }` or from a list of series, with direct labels instead of a legend. Long curves are
 * thinned to 400 points that keep every extreme.
 */
export function lines(
  series: readonly Series[] | Readonly<Record<string, ArrayLike<number>>>,
  { title = "", x = "", y = "", log = false, until, height = 360, summary }: LinesOptions = {},
): Plot {
  const all: readonly Series[] =
    isList(series) ? series : Object.entries(series).map(([name, values]) => ({ name, y: values }));
  if (all.length === 0) throw new RangeError("lines() has nothing to draw: give it at least one named curve");
  const curves = all.map((one) => curveOf(one, log));
  const colors = all.map((one, i) => one.color ?? palette[i % palette.length]);
  const longest = Math.max(...all.map(({ name }) => labelRoom(name, labelSize)));
  const margin = { l: 64, r: longest + 20, t: 44, b: 48 };
  const tall = Math.max(height, labelGap * all.length + margin.t + margin.b);
  const range = rangeOf(curves.flatMap((curve) => curve.y), log);
  const across = wide([...curves.flatMap((curve) => curve.x), until ?? NaN]);
  const labels = endLabels(curves, range, log, tall - margin.t - margin.b);
  const data = curves.map((curve, i): Trace => ({
    type: "scatter", mode: curve.x.length === 1 ? "markers" : "lines", name: all[i].name, x: curve.x, y: curve.y,
    line: { color: colors[i], width: all[i].width ?? 1.5 }, marker: { color: colors[i], size: 6 },
    hovertemplate: `${all[i].name}: %{y:.4g}<extra></extra>`,
  }));
  const annotations = labels.map((label, i): Annotation => ({
    ...label, text: all[i].name, xref: "paper", x: 1, xanchor: "left", xshift: 8, yref: "y", showarrow: false,
    font: { color: colors[i], size: labelSize },
  }));
  return plotOf(data, {
    title: { text: title }, height: tall, margin, annotations, hovermode: "x unified",
    xaxis: { ...numericAxis, title: axisTitle(x), range: across, showgrid: false },
    yaxis: { ...numericAxis, title: axisTitle(y), range, exponentformat: "power", ...(log && logAxis(range, tall - margin.t - margin.b)) },
  }, summary ?? endsOf(all[0]));
}

function isList(series: readonly Series[] | Readonly<Record<string, ArrayLike<number>>>): series is readonly Series[] {
  return Array.isArray(series);
}

function curveOf({ y, x }: Series, log: boolean): Curve {
  const values = Array.from(y, (value) => (log && !(value > 0) ? NaN : value));
  return decimate(x ?? values.map((_, i) => i), values);
}

/** In plotly's form: on a log axis, in decimal logarithms. */
function rangeOf(values: readonly number[], log: boolean): [number, number] {
  const finite = values.filter(Number.isFinite).map((value) => (log ? Math.log10(value) : value));
  if (finite.length === 0) return log ? [-1, 1] : [0, 1];
  const high = finite.reduce((a, b) => Math.max(a, b));
  const low = Math.max(finite.reduce((a, b) => Math.min(a, b)), log ? high - decadesShown : -Infinity);
  const room = (high - low) * 0.06 || (log ? 0.1 : Math.abs(high) * 0.05 || 1);
  return [low - room, high + room];
}

function wide(xs: readonly number[]): [number, number] {
  const finite = xs.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const [low, high] = [finite.reduce((a, b) => Math.min(a, b)), finite.reduce((a, b) => Math.max(a, b))];
  return [low, high > low ? high : low + 5];
}

// Each label stands at its curve's end, moved up or down (yshift, in pixels) until it is clear of the others.
function endLabels(
  curves: readonly Curve[], [low, high]: [number, number], log: boolean, height: number,
): { y: number; yshift: number }[] {
  const ends = curves.map(({ y }) => {
    const last = y.filter(Number.isFinite).at(-1);
    const end = last === undefined ? low : log ? Math.log10(last) : last;
    return Math.min(high, Math.max(low, end));
  });
  const pixels = ends.map((end) => ((end - low) / (high - low)) * height);
  return spread(pixels, labelGap, height).map((moved, i) => ({ y: ends[i], yshift: moved - pixels[i] }));
}

/** Moves positions until no two are closer than `gap`, as little as possible, within 0 … `room`. */
export function spread(positions: readonly number[], gap: number, room: number): number[] {
  interface Block { members: number[]; center: number }
  const order = positions.map((_, i) => i).sort((a, b) => positions[a] - positions[b]);
  const half = ({ members }: Block): number => ((members.length - 1) * gap) / 2;
  const centered = (members: number[]): Block => {
    const middle = members.reduce((sum, i) => sum + positions[i], 0) / members.length;
    const block = { members, center: middle };
    return { members, center: Math.max(half(block), Math.min(room - half(block), middle)) };
  };
  const blocks: Block[] = [];
  for (const i of order) {
    let block = centered([i]);
    const overlaps = (below: Block | undefined): below is Block =>
      below !== undefined && block.center - half(block) - below.center - half(below) < gap;
    for (let below = blocks.at(-1); overlaps(below); below = blocks.at(-1)) {
      blocks.pop();
      block = centered([...below.members, ...block.members]);
    }
    blocks.push(block);
  }
  const moved = [...positions];
  for (const block of blocks) block.members.forEach((i, n) => (moved[i] = block.center - half(block) + n * gap));
  return moved;
}

function endsOf({ name, y }: Series): string {
  const finite = Array.from(y).filter(Number.isFinite);
  if (finite.length === 0) return `${name}: no finite value`;
  return `${name} ${formatNumber(finite[0])} → ${formatNumber(finite.at(-1)!)} in ${finite.length} values`;
}
