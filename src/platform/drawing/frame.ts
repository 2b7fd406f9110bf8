// The frame of a plot: where a value lies on the paper, and the axes that show it.
import { grid } from "./colors";
import type { Axis, Plot, Trace } from "./plot";
import { fitText, svgText } from "./svgText";
import { linearTicks, logTicks, type Tick } from "./ticks";

type Value = number | string;

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly plotWidth: number;
  readonly plotHeight: number;
  /** The position of a value in pixels: of a category its middle. */
  x(value: Value): number;
  y(value: Value): number;
  /** As `y`; but on a log axis an annotation gives the logarithm, as in plotly. */
  yOfAnnotation(value: number): number;
  /** The height of a category on the y axis. */
  readonly rowHeight: number;
  grid(): string;
  labels(): string;
}

interface Scale {
  /** 0 … 1 along the axis, from left to right or from the bottom up. */
  fraction(value: Value): number;
  fromRange(at: number): number;
  readonly ticks: readonly Tick[];
  readonly categories: number;
}

/** Lays a plot out on `width` pixels. */
export function frameOf(plot: Plot, width: number): Frame {
  const { margin, height, xaxis, yaxis } = plot.layout;
  const [left, top] = [margin.l, margin.t];
  const [plotWidth, plotHeight] = [Math.max(1, width - margin.l - margin.r), Math.max(1, height - margin.t - margin.b)];
  const horizontal = scaleOf(xaxis, plot.data, "x", plotWidth / 80);
  const vertical = scaleOf(yaxis, plot.data, "y", plotHeight / 45);
  const toX = (fraction: number): number => left + fraction * plotWidth;
  const toY = (fraction: number): number => top + (1 - fraction) * plotHeight;
  const bottom = top + plotHeight;

  return {
    width, height, left, top, plotWidth, plotHeight, rowHeight: plotHeight / Math.max(1, vertical.categories),
    x: (value) => toX(horizontal.fraction(value)),
    y: (value) => toY(vertical.fraction(value)),
    yOfAnnotation: (value) => toY(vertical.fromRange(value)),
    grid: () => [
      ...(shows(xaxis) ? horizontal.ticks.map(({ at }) => rule(toX(horizontal.fromRange(at)), top, 0, plotHeight)) : []),
      ...(shows(yaxis) ? vertical.ticks.map(({ at }) => rule(left, toY(vertical.fromRange(at)), plotWidth, 0)) : []),
    ].join(""),
    labels: () => [
      ...(xaxis.visible === false ? [] : horizontal.ticks.map(({ at, label }) => svgText(
        label, { x: toX(horizontal.fromRange(at)), y: bottom + 17, size: 11, anchor: "middle" }))),
      ...(yaxis.visible === false ? [] : vertical.ticks.map(({ at, label }) => svgText(
        fitText(`${label}${yaxis.ticksuffix ?? ""}`, left - 10),
        { x: left - 8, y: toY(vertical.fromRange(at)) + 4, ...(yaxis.type === "category" && yaxis.ticktext ? named : numbered), anchor: "end" }))),
      caption(xaxis, left + plotWidth / 2, bottom + 38),
      `<g transform="translate(16 ${top + plotHeight / 2}) rotate(-90)">${caption(yaxis, 0, 0)}</g>`,
    ].join(""),
  };
}

// Names are read, numbers looked up.
const named = { size: 12 };
const numbered = { size: 11 };

function caption({ title }: Axis, x: number, y: number): string {
  return title?.text ? svgText(title.text, { x, y, anchor: "middle" }) : "";
}

const shows = (axis: Axis): boolean => axis.visible !== false && axis.showgrid !== false;

function rule(x: number, y: number, dx: number, dy: number): string {
  return `<path d="M${x.toFixed(1)} ${y.toFixed(1)}l${dx} ${dy}" stroke="${grid}" fill="none"/>`;
}

function scaleOf(axis: Axis, data: readonly Trace[], letter: "x" | "y", tickCount: number): Scale {
  if (axis.type === "category") return categoryScale(axis, data, letter, tickCount);
  const log = axis.type === "log";
  const coordinate = (value: Value): number => (log ? Math.log10(Number(value)) : Number(value));
  const [low, high] = (axis.range as [number, number] | undefined) ?? extent(data, letter, coordinate);
  const fromRange = (at: number): number => (at - low) / (high - low || 1);
  const [least, most] = [Math.min(low, high), Math.max(low, high)];
  const ticks = (): Tick[] => {
    if (axis.tickmode === "array") return givenTicks(axis, coordinate).filter(({ at }) => at >= least && at <= most);
    if (log) return logTicks(least, most, Math.max(3, tickCount));
    return linearTicks(least, most, between(2, tickCount, Number(axis.nticks ?? 7)));
  };
  return { fraction: (value) => fromRange(coordinate(value)), fromRange, categories: 0, ticks: ticks() };
}

function givenTicks({ tickvals, ticktext }: Axis, coordinate: (value: Value) => number): Tick[] {
  const values = (tickvals as Value[] | undefined) ?? [];
  return values.map((value, i) => ({ at: coordinate(value), label: (ticktext as string[] | undefined)?.[i] ?? String(value) }));
}

function categoryScale(axis: Axis, data: readonly Trace[], letter: "x" | "y", tickCount: number): Scale {
  const names = [...new Set(data.flatMap((trace) => (trace[letter] as Value[] | undefined) ?? []).map(String))];
  const labels = (axis.ticktext as string[] | undefined) ?? names;
  // Plotly counts categories upward, and downward where the range is reversed.
  const reversed = axis.autorange === "reversed";
  const fromRange = (at: number): number => {
    const fraction = (at + 0.5) / names.length;
    return reversed ? 1 - fraction : fraction;
  };
  const every = axis.ticktext ? 1 : Math.ceil(names.length / between(2, tickCount, Number(axis.nticks ?? 20)));
  return {
    fraction: (value) => fromRange(names.indexOf(String(value))), fromRange, categories: names.length,
    ticks: names.map((_, at) => ({ at, label: labels[at] })).filter(({ at }) => at % every === 0),
  };
}

const between = (least: number, value: number, most: number): number => Math.max(least, Math.min(value, most));

function extent(data: readonly Trace[], letter: "x" | "y", coordinate: (value: Value) => number): [number, number] {
  const values = data.flatMap((trace) => (trace[letter] as Value[] | undefined) ?? []);
  const all = values.map(coordinate).filter(Number.isFinite);
  if (all.length === 0) return [0, 1];
  const [low, high] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
  const room = (high - low) * 0.05 || 0.5;
  return [low - room, high + room];
}
