// A plot: plain data that plotly draws in a browser and our own SVG draws everywhere else.
import type { Json } from "../../json";
import { printedAs } from "../../printedAs";
import { faint, grid, ink } from "./colors";
import { finiteNumber } from "./formatNumber";
import type { Tick } from "./ticks";

/** One layer of a plot, with plotly's names. The PNG twin draws the types and attributes that `twinAttributes` lists. */
export interface Trace {
  readonly type: string;
  readonly [attribute: string]: Json | undefined;
}

/** As in plotly, the range of a log axis is in decimal logarithms. */
export interface Axis {
  readonly type?: "linear" | "log" | "category";
  readonly range?: readonly number[];
  readonly title?: { readonly text: string; readonly [attribute: string]: Json | undefined };
  readonly visible?: boolean;
  readonly [attribute: string]: Json | undefined;
}

export interface Annotation {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly xref?: string;
  readonly yref?: string;
  readonly xanchor?: "left" | "center" | "right";
  readonly xshift?: number;
  readonly yshift?: number;
  readonly font?: { readonly color?: string; readonly size?: number };
  readonly [attribute: string]: Json | undefined;
}

/** Everything of a plot but its traces. */
export interface Layout {
  readonly title: { readonly text: string; readonly [attribute: string]: Json | undefined };
  readonly width?: number;
  readonly height: number;
  readonly margin: { readonly l: number; readonly r: number; readonly t: number; readonly b: number };
  readonly xaxis: Axis;
  readonly yaxis: Axis;
  readonly annotations?: readonly Annotation[];
  readonly [attribute: string]: Json | undefined;
}

/** A plotly spec as plain JSON: print it, change it, give it to any plotly (2 to 4). `summary` says in a sentence what it shows. */
export interface Plot {
  readonly data: readonly Trace[];
  readonly layout: Layout;
  readonly config: { readonly [option: string]: Json };
  /** What a slider or a button switches to, by name, as plotly defines them. */
  readonly frames?: readonly { readonly name: string; readonly [attribute: string]: Json | undefined }[];
  readonly summary: string;
}

/** Makes a plot of traces and a layout: adds the house style, and rounds to numbers that JSON can hold (5 digits; NaN becomes null). */
export function plotOf(data: readonly Trace[], layout: Layout, summary: string, frames?: Plot["frames"]): Plot {
  const plot = {
    data: tidy(data) as unknown as Trace[],
    layout: tidy({ ...defaultLayout, ...layout, title: { ...titleStyle, ...layout.title } }) as unknown as Layout,
    config: { displaylogo: false, responsive: true },
    ...(frames && { frames }),
    summary,
  };
  return printedAs(plot, () => `a plot (${summary}); await show(plot) draws it`);
}

const titleStyle = { x: 0, xref: "paper", xanchor: "left", font: { size: 15, color: ink } } as const;

const defaultLayout = {
  font: { family: "system-ui, Helvetica, Arial, sans-serif", size: 12, color: ink },
  paper_bgcolor: "#ffffff",
  plot_bgcolor: "#ffffff",
  showlegend: false,
  hovermode: "closest",
};

/** What an axis measures. */
export function axisTitle(text: string): NonNullable<Axis["title"]> {
  return { text, font: { color: faint, size: 12 } };
}

/** White ticks: they keep a gap between labels and plot. */
export const whiteTicks = { ticks: "outside", ticklen: 5, tickcolor: "#ffffff" } as const;

/** The style of an axis that has a line of numbers: faint grid, no frame. */
export const numericAxis: Axis = {
  gridcolor: grid, zeroline: false, showline: false, tickfont: { color: faint, size: 11 }, ...whiteTicks,
  tickmode: "auto", nticks: 7,
};

/** Ticks on a log axis of just these, instead of plotly's own. */
export function logTicksAt(ticks: readonly Tick[]): Partial<Axis> {
  return { tickmode: "array", tickvals: ticks.map(({ at }) => Number(`1e${at}`)), ticktext: ticks.map(({ label }) => label) };
}

function tidy(value: unknown): Json | undefined {
  if (typeof value === "number") return finiteNumber(value);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, finiteNumber);
  if (Array.isArray(value)) return value.map((item) => tidy(item) ?? null);
  if (typeof value !== "object" || value === null) return value as Json | undefined;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, tidy(item)]));
}
