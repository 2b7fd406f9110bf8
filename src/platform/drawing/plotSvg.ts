// Draws a plot as a small SVG: what GitHub, nbconvert and a reader without plotly show.
import { ink } from "./colors";
import { frameOf, type Frame } from "./frame";
import { colorBar, drawTrace } from "./marks";
import { defaultWidth, titleLine, type Annotation, type Layout, type Plot } from "./plot";
import { fitText, svgText } from "./svgText";
import { mustBeDrawable } from "./twinAttributes";

export interface SvgOptions {
  readonly width?: number;
  /** Its position in an SVG around it. */
  readonly x?: number;
  readonly y?: number;
  /** A `font-family`, such as `labelFont()` gives. */
  readonly font?: string;
}

/**
 * The plot as an SVG element without a background: its traces that are visible, axes, title and annotations.
 *
 * @throws RangeError for a type of trace or an attribute that it cannot draw
 */
export function plotSvg(whole: Plot, { width, x = 0, y = 0, font = "sans-serif" }: SvgOptions = {}): string {
  const plot = { ...whole, data: whole.data.filter(({ visible }) => visible !== false), layout: drawnLayout(whole) };
  mustBeDrawable(plot);
  const frame = frameOf(plot, width ?? plot.layout.width ?? defaultWidth);
  const { title, annotations = [] } = plot.layout;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" x="${x}" y="${y}" width="${frame.width}" height="${frame.height}" ` +
      `font-family="${font}">`,
    ...title.text.split("<br>").map((line, i) => svgText(fitText(line, frame.width - frame.left - 8, 15, { bold: true }),
      { x: frame.left, y: 26 + titleLine * i, size: 15, bold: true })),
    frame.grid(),
    `<svg x="${frame.left}" y="${frame.top}" width="${frame.plotWidth}" height="${frame.plotHeight}" ` +
      `viewBox="${frame.left} ${frame.top} ${frame.plotWidth} ${frame.plotHeight}">`,
    ...drawTraces(plot, frame),
    "</svg>",
    frame.labels(),
    ...plot.data.filter(({ colorbar }) => colorbar).map((trace) => colorBar(trace, frame)),
    ...annotations.map((annotation) => note(annotation, frame)),
    "</svg>",
  ].join("\n");
}

/** The layout without the room below for a slider, which only a browser draws. */
export function drawnLayout({ layout }: Plot): Layout {
  if (layout.sliders === undefined) return layout;
  const { height, margin } = layout;
  return { ...layout, height: height - margin.b + margin.r, margin: { ...margin, b: margin.r } };
}

function drawTraces(plot: Plot, frame: Frame): string[] {
  const stack = new Map<number, number>();   // how high the areas drawn so far reach, by x
  return plot.data.map((trace) => drawTrace(trace, frame, stack, Number(plot.layout.bargap ?? 0.2)));
}

const anchors = { left: "start", center: "middle", right: "end" } as const;

function note(annotation: Annotation, frame: Frame): string {
  const { text, x, y, xref = "x", yref = "y", xanchor = "center", xshift = 0, yshift = 0, font = {} } = annotation;
  const left = xref === "paper" ? frame.left + x * frame.plotWidth : frame.x(x);
  const top = yref === "paper" ? frame.top + (1 - y) * frame.plotHeight : frame.yOfAnnotation(y);
  const size = font.size ?? 12;
  const color = font.color ?? ink;
  return svgText(text, { x: left + xshift, y: top - yshift + size * 0.35, size, color, anchor: anchors[xanchor] });
}
