// A plot: plain data that plotly draws in a browser and our own SVG draws everywhere else.
import type { Json } from "../../json";
import { printedAs } from "../../printedAs";
import { grid, ink, table, tableInk, transparent } from "./colors";
import { finiteNumber } from "./formatNumber";
import { labelRoom, widerInBrowser, wrapText } from "./svgText";
import { logTicks } from "./ticks";

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

/** A plot whose layout has no width is drawn this wide. */
export const defaultWidth = 720;

/** Makes a plot of traces and a layout: adds the house style, and rounds to numbers that JSON can hold (5 digits; NaN becomes null). */
export function plotOf(data: readonly Trace[], layout: Layout, summary: string, frames?: Plot["frames"]): Plot {
  const plot = {
    data: tidy(data) as unknown as Trace[],
    layout: tidy({
      ...defaultLayout, ...headed(layout), hoverlabel: { ...defaultLayout.hoverlabel, ...(layout.hoverlabel as object | undefined) },
    }) as unknown as Layout,
    config: { displaylogo: false, responsive: true, modeBarButtons: toolbar },
    ...(frames && { frames }),
    summary,
  };
  return printedAs(plot, () => `a plot (${summary}); await show(plot) draws it`);
}

/** A menu or a button. Opaque, as it opens over the plot, and light, as plotly writes the chosen item on nearly white. */
export const control: { readonly [attribute: string]: Json } = { bgcolor: "#f3f4f5", bordercolor: "#b9bec4", font: { color: "#24292f", size: 12 } };

const titleStyle = { x: 0, xref: "paper", xanchor: "left", y: 1, yref: "container", yanchor: "top", pad: { t: 13 }, font: { size: 15, color: ink } } as const;

const defaultLayout = {
  font: { family: "system-ui, Helvetica, Arial, sans-serif", size: 12, color: ink },
  paper_bgcolor: transparent,
  plot_bgcolor: transparent,
  showlegend: false,
  hovermode: "closest",
  hoverlabel: { bgcolor: table, bordercolor: table, font: { color: tableInk } },
  modebar: { bgcolor: transparent, color: ink, activecolor: ink },
};

/** The buttons over a plot are few, so that they stand beside its title: to save a picture, and to undo a zoom. */
const toolbar = [["toImage", "resetScale2d"]];
/** Pixels that they and the space around them take. */
const toolbarWidth = 72;

/** Pixels from one line of a title to the next. */
export const titleLine = 19;
const titleSize = 15;

/** How wide a plot must be for its title to stand on one line, beside the toolbar. */
export function titleRoom(title: string, left: number): number {
  return left + labelRoom(title, titleSize) + toolbarWidth;
}

/** A title that would reach below the toolbar takes several lines, and the plot is as much higher. */
function headed({ title, ...layout }: Layout): Layout {
  const room = (layout.width ?? defaultWidth) - titleRoom("", layout.margin.l);
  const lines = wrapText(title.text, room / widerInBrowser, titleSize);
  const more = titleLine * (lines.length - 1);
  return {
    ...layout, title: { ...titleStyle, ...title, text: lines.join("<br>") },
    height: layout.height + more, margin: { ...layout.margin, t: layout.margin.t + more },
  };
}

/** What an axis measures. */
export function axisTitle(text: string): NonNullable<Axis["title"]> {
  return { text, font: { color: ink, size: 12 } };
}

/** Ticks that are not seen: they keep a gap between labels and plot. */
export const unseenTicks: Axis = { ticks: "outside", ticklen: 5, tickcolor: transparent };

/** The style of an axis that has a line of numbers: faint grid, no frame. */
export const numericAxis: Axis = {
  gridcolor: grid, zeroline: false, showline: false, tickfont: { color: ink, size: 11 }, ...unseenTicks,
  tickmode: "auto", nticks: 7,
  // The line under the mouse. A thickness of 1 would have a white rim of 1, which is drawn 2 thicker; one below 0 is drawn as 1, without a rim.
  spikecolor: ink, spikedash: "solid", spikethickness: -2,
};

/**
 * A log axis over these decimal logarithms, `pixels` long. Its ticks are given, so that plotly and the twin have the same: plotly's own
 * are 2, 3, 4 … 9 over a short range, and 10, 1, 10⁻¹ over a long one.
 */
export function logAxis(range: readonly [number, number], pixels: number, perTick: number = 45): Axis {
  const ticks = logTicks(...range, Math.max(3, pixels / perTick));
  return {
    type: "log", range, tickmode: "array", tickvals: ticks.map(({ at }) => 10 ** at), ticktext: ticks.map(({ label }) => label),
  };
}

function tidy(value: unknown): Json | undefined {
  if (typeof value === "number") return finiteNumber(value);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, finiteNumber);
  if (Array.isArray(value)) return value.map((item) => tidy(item) ?? null);
  if (typeof value !== "object" || value === null) return value as Json | undefined;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, tidy(item)]));
}
