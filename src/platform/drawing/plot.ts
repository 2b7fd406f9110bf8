// A figure: plain data that plotly draws in a browser and our own SVG draws everywhere else.
import { inspect } from "node:util";
import { faint, grid, ink } from "./colors";
import { finiteNumber } from "./formatNumber";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** One layer of a plot, as plotly names its attributes. The PNG twin draws scatter, bar, heatmap and image. */
export interface Trace {
  readonly type: string;
  readonly [attribute: string]: Json | undefined;
}

/** As plotly has it: the range of a log axis is in decimal logarithms. */
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

/** Plain JSON: print it, change it, hand it to any plotly (2 to 4). `summary` says in words what it shows. */
export interface Plot {
  readonly data: readonly Trace[];
  readonly layout: Layout;
  readonly config: { readonly [option: string]: Json };
  /** What a slider or a button of the layout turns to, by name, as plotly has it. */
  readonly frames?: readonly { readonly name: string; readonly [attribute: string]: Json | undefined }[];
  readonly summary: string;
}

/** Completes a figure: house style, and numbers that JSON can hold (5 digits; what is not finite becomes null). */
export function plotOf(data: readonly Trace[], layout: Layout, summary: string, frames?: Plot["frames"]): Plot {
  const made = {
    data: tidy(data) as unknown as Trace[],
    layout: tidy({ ...house, ...layout, title: { ...titleStyle, ...layout.title } }) as unknown as Layout,
    config: { displaylogo: false, responsive: true },
    ...(frames && { frames }),
    summary,
  };
  const sentence = `a figure (${summary}); await show(figure) draws it`;
  return Object.defineProperty(made, inspect.custom, { value: () => sentence, enumerable: false });
}

const titleStyle = { x: 0, xref: "paper", xanchor: "left", font: { size: 15, color: ink } } as const;

const house = {
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

/** White ticks: they keep labels apart from the plot. */
export const apart = { ticks: "outside", ticklen: 5, tickcolor: "#ffffff" } as const;

/** The look of an axis that has a line of numbers: faint grid, no frame. */
export const ruled: Axis = {
  gridcolor: grid, zeroline: false, showline: false, tickfont: { color: faint, size: 11 }, ...apart,
  tickmode: "auto", nticks: 7,
};

function tidy(value: unknown): Json | undefined {
  if (typeof value === "number") return finiteNumber(value);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, finiteNumber);
  if (Array.isArray(value)) return value.map((item) => tidy(item) ?? null);
  if (typeof value !== "object" || value === null) return value as Json | undefined;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, tidy(item)]));
}
