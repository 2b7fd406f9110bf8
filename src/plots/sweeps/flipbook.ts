// A plot with pages: a mosaic on each, a slider that goes through them, and captions where the mouse is.
import type { Json } from "../../json";
import { ink, transparent } from "../../platform/drawing/colors";
import { fitBytes } from "../../platform/drawing/fitBytes";
import { control, plotOf, type Annotation, type Plot, type Trace } from "../../platform/drawing/plot";
import { labelRoom, textWidth, wrapText } from "../../platform/drawing/svgText";
import { cornerOf, mosaic, sizeOf, type TileSize } from "./mosaic";

export interface Page {
  /** What the slider shows. */
  readonly name: string;
  readonly pictures: readonly (readonly (Buffer | undefined)[])[];
  /** What the mouse shows at each picture. */
  readonly captions: readonly (readonly string[])[];
}

export interface FlipbookOptions {
  readonly title: string;
  /** What the slider changes, such as `step`. */
  readonly what: string;
  readonly rowLabels?: readonly string[];
  readonly columnLabels?: readonly string[];
  /** The page that is shown first. */
  readonly open: number;
  /** A button that plays the pages one after another. */
  readonly play?: boolean;
  /** Width over height of the pictures. */
  readonly aspect: number;
  /** Whether pages between others may be left out. */
  readonly spare?: boolean;
  /** Bytes of the plot as JSON, at most. */
  readonly limit: number;
  readonly summary: string;
}

/** The longer side of a picture in pixels, largest first. */
const sides = [192, 160, 128, 112, 96, 80, 72, 64, 56, 48, 40, 32];
const legible = 64;
const widest = 900;
const widestRowLabel = 180;
const line = 15;

/** The largest flipbook that fits `limit`; where pages can be spared, with fewer before its pictures get too small. */
export async function flipbook(pages: readonly Page[], options: FlipbookOptions): Promise<Plot> {
  const { limit, aspect, spare = false } = options;
  const fewer = spare ? [everySecond(pages), everySecond(everySecond(pages))] : [];
  const large = sides.filter((side) => side >= legible);
  const tiny = sides.filter((side) => side < legible);
  const ladder = [
    ...[pages, ...fewer].flatMap((some) => large.map((side) => ({ some, side }))),
    ...tiny.map((side) => ({ some: fewer.at(-1) ?? pages, side })),
  ];
  const render = async ({ some, side }: typeof ladder[0], hopeless = limit): Promise<Plot | undefined> => {
    const tile = { width: Math.round(side * Math.min(1, aspect)), height: Math.round(side / Math.max(1, aspect)) };
    const open = Math.max(0, some.indexOf(pages[options.open]));
    const first = await mosaic(some[open].pictures, tile);
    if (first.length * some.length * 4 / 3 > hopeless) return undefined;
    return drawn(some, await Promise.all(some.map(({ pictures }) => mosaic(pictures, tile))), tile, { ...options, open });
  };
  const found = await fitBytes(render, ladder, limit, (plot) => (plot ? JSON.stringify(plot).length : Infinity));
  return found?.drawn ?? (await render(ladder.at(-1)!, Infinity))!;
}

/** A label in lines that a browser's font, too, fits into `width` pixels. */
function lines(label: string, width: number): string[] {
  return wrapText(label, width * (textWidth(label) / labelRoom(label)));
}

/** The first, the last, and from that every second. */
function everySecond(pages: readonly Page[]): Page[] {
  return pages.filter((_, i) => i === 0 || (pages.length - 1 - i) % 2 === 0);
}

function drawn(pages: readonly Page[], jpegs: readonly Buffer[], tile: TileSize, options: FlipbookOptions): Plot {
  const { title, what, rowLabels = [], columnLabels = [], open, play = false, summary } = options;
  const rows = pages[0].pictures.length;
  const columns = Math.max(...pages[0].pictures.map((row) => row.length));
  const size = sizeOf(rows, columns, tile);
  const sources = jpegs.map((jpeg) => `data:image/jpeg;base64,${jpeg.toString("base64")}`);
  const centers = pages[0].captions.flatMap((row, y) => row.map((_, x) => {
    const corner = cornerOf(y, x, tile);
    return [corner.x + tile.width / 2, corner.y + tile.height / 2];
  }));
  const sides = rowLabels.map((label) => lines(label, widestRowLabel));
  const left = rowLabels.length === 0 ? 16 : Math.max(...sides.flat().map((text) => labelRoom(text))) + 20;
  const words = columnLabels.flatMap((label) => label.split(/\s+/)).map((word) => labelRoom(word) + 8);
  const width = Math.min(widest, Math.max(480, size.width * 2, Math.max(0, ...words) * columns) + left + 16);
  const headings = columnLabels.map((label) => lines(label, (width - left - 16) / columns - 16));
  const above = Math.max(0, ...headings.map((label) => label.length));
  const margin = { l: left, r: 16, t: 48 + (above > 0 ? 8 + line * above : 0), b: 96 };
  // The slider's labels stand centered below its steps: half of the last one needs room beyond the slider's end.
  const beyond = Math.max(0, labelRoom(pages.at(-1)!.name) / 2 - margin.r) / (width - margin.l - margin.r);
  const height = Math.round((size.height / size.width) * (width - margin.l - margin.r)) + margin.t + margin.b;
  const data: Trace[] = [
    { type: "image", source: sources[open], x0: 0.5, y0: 0.5, dx: 1, dy: 1, zsmooth: "fast", hoverinfo: "skip" },
    {
      type: "scatter", mode: "markers", x: centers.map(([x]) => x), y: centers.map(([, y]) => y),
      text: pages[open].captions.flat(), marker: { color: transparent, size: 10 }, hovertemplate: "%{text}<extra></extra>",
    },
  ];
  // A line is an annotation: the plot's picture knows no line breaks.
  const label = (text: readonly string[], x: number, y: number, shift: (i: number) => number, more: Partial<Annotation>): Annotation[] =>
    text.map((one, i) => ({ text: one, x, y, xref: "x", yref: "y", showarrow: false, font: { color: ink, size: 12 }, yshift: shift(i), ...more }));
  const still = { mode: "immediate", frame: { duration: 0, redraw: true }, transition: { duration: 0 } };
  return plotOf(data, {
    title: { text: title }, width, height, margin, hovermode: "closest", hoverdistance: -1,
    hoverlabel: { align: "left" },
    xaxis: { visible: false, range: [0, size.width], constrain: "domain", fixedrange: true },
    yaxis: { visible: false, range: [size.height, 0], scaleanchor: "x", constrain: "domain", fixedrange: true },
    annotations: [
      ...headings.flatMap((text, x) =>
        label(text, cornerOf(0, x, tile).x + tile.width / 2, 0, (i) => 12 + line * (text.length - 1 - i), {})),
      ...sides.flatMap((text, y) => label(text, 0, cornerOf(y, 0, tile).y + tile.height / 2, (i) => line * ((text.length - 1) / 2 - i),
        { xanchor: "right", xshift: -8 })),
    ],
    sliders: [{
      bgcolor: ink, activebgcolor: ink, bordercolor: transparent, tickcolor: ink, active: open, x: play ? 0.1 : 0, len: (play ? 0.9 : 1) - beyond, y: 0, yanchor: "top", pad: { t: 24, b: 8 },
      currentvalue: { prefix: `${what} `, font: { color: ink, size: 13 } }, font: { color: ink, size: 11 },
      steps: pages.map(({ name }, i) => ({ label: name, method: "animate", args: [[String(i)], still] })),
    }],
    ...(play && { updatemenus: [{
      ...control, type: "buttons", showactive: false, x: 0, xanchor: "left", y: 0, yanchor: "top", pad: { t: 40 },
      buttons: [{ label: "▶", method: "animate", args: [null, { ...still, frame: { duration: 500, redraw: true } }] }],
    }] }),
  }, summary, pages.map(({ captions }, i) => ({
    name: String(i), traces: [0, 1], data: [{ type: "image", source: sources[i] }, { type: "scatter", text: captions.flat() }] as Json[],
  })));
}
