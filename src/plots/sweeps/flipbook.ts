// A figure to look through: a mosaic on every leaf, a slider to turn them, and numbers where the mouse is.
import { faint, ink } from "../../platform/drawing/colors";
import { plotOf, type Annotation, type Plot, type Json, type Trace } from "../../platform/drawing/plot";
import { textWidth } from "../../platform/drawing/svgText";
import { cornerOf, mosaic, sizeOf, type Tile } from "./mosaic";

export interface Leaf {
  /** What the slider says. */
  readonly name: string;
  readonly pictures: readonly (readonly (Buffer | undefined)[])[];
  /** What is said of each picture. */
  readonly words: readonly (readonly string[])[];
}

export interface FlipbookOptions {
  readonly title: string;
  /** What the slider turns, such as `step`. */
  readonly what: string;
  readonly rowLabels?: readonly string[];
  readonly columnLabels?: readonly string[];
  /** The leaf that lies open. */
  readonly open: number;
  /** A button that turns the leaves by itself. */
  readonly play?: boolean;
  /** Width over height of the pictures. */
  readonly aspect: number;
  /** Whether leaves between others may be left out. */
  readonly spare?: boolean;
  /** Bytes of the figure as JSON, at most. */
  readonly limit: number;
  readonly summary: string;
}

/** The longer side of a picture in pixels, largest first. */
const sides = [192, 160, 128, 112, 96, 80, 72, 64, 56, 48, 40, 32];
const legible = 64;
const widest = 900;

/** The largest flipbook that fits `limit`; where leaves can be spared, with fewer before its pictures get too small. */
export async function flipbook(leaves: readonly Leaf[], options: FlipbookOptions): Promise<Plot> {
  const { limit, aspect, spare = false } = options;
  const fewer = spare ? [everySecond(leaves), everySecond(everySecond(leaves))] : [];
  const choices = [leaves, ...fewer].flatMap((some) => sides.filter((side) => side >= legible).map((side) => [some, side] as const));
  const tiny = sides.filter((side) => side < legible).map((side) => [fewer.at(-1) ?? leaves, side] as const);
  let made: Plot | undefined;
  for (const [some, side] of [...choices, ...tiny]) {
    const tile = { width: Math.round(side * Math.min(1, aspect)), height: Math.round(side / Math.max(1, aspect)) };
    const open = Math.max(0, some.indexOf(leaves[options.open]));
    const first = await mosaic(some[open].pictures, tile);
    if (first.length * some.length * 4 / 3 > limit && side > sides.at(-1)!) continue;
    made = drawn(some, await Promise.all(some.map(({ pictures }) => mosaic(pictures, tile))), tile, { ...options, open });
    if (JSON.stringify(made).length <= limit) break;
  }
  return made!;
}

/** The first, the last, and from that every second. */
function everySecond(leaves: readonly Leaf[]): Leaf[] {
  return leaves.filter((_, i) => i === 0 || (leaves.length - 1 - i) % 2 === 0);
}

function drawn(leaves: readonly Leaf[], jpegs: readonly Buffer[], tile: Tile, options: FlipbookOptions): Plot {
  const { title, what, rowLabels = [], columnLabels = [], open, play = false, summary } = options;
  const rows = leaves[0].pictures.length;
  const columns = Math.max(...leaves[0].pictures.map((row) => row.length));
  const size = sizeOf(rows, columns, tile);
  const sources = jpegs.map((jpeg) => `data:image/jpeg;base64,${jpeg.toString("base64")}`);
  const centers = leaves[0].words.flatMap((row, y) => row.map((_, x) => {
    const corner = cornerOf(y, x, tile);
    return [corner.x + tile.width / 2, corner.y + tile.height / 2];
  }));
  const longest = Math.max(...rowLabels.map((label) => Math.ceil(textWidth(label, 12))));
  const left = rowLabels.length === 0 ? 16 : Math.min(200, longest) + 20;
  const margin = { l: left, r: 16, t: columnLabels.length > 0 ? 72 : 48, b: 96 };
  const words = Math.max(0, ...columnLabels.map((label) => textWidth(label, 12) + 8)) * columns;
  const width = Math.min(widest, Math.max(480, size.width * 2, words) + left + 16);
  const height = Math.round((size.height / size.width) * (width - margin.l - margin.r)) + margin.t + margin.b;
  const data: Trace[] = [
    { type: "image", source: sources[open], x0: 0.5, y0: 0.5, dx: 1, dy: 1, hoverinfo: "skip" },
    {
      type: "scatter", mode: "markers", x: centers.map(([x]) => x), y: centers.map(([, y]) => y),
      text: leaves[open].words.flat(), marker: { color: "rgba(0,0,0,0)", size: 10 }, hovertemplate: "%{text}<extra></extra>",
    },
  ];
  const label = (text: string, x: number, y: number, more: Partial<Annotation>): Annotation =>
    ({ text, x, y, xref: "x", yref: "y", showarrow: false, font: { color: ink, size: 12 }, ...more });
  const still = { mode: "immediate", frame: { duration: 0, redraw: true }, transition: { duration: 0 } };
  return plotOf(data, {
    title: { text: title }, width, height, margin, hovermode: "closest", hoverdistance: -1,
    hoverlabel: { align: "left", bgcolor: "#ffffff", font: { color: ink, size: 12 } },
    xaxis: { visible: false, range: [0, size.width], constrain: "domain", fixedrange: true },
    yaxis: { visible: false, range: [size.height, 0], scaleanchor: "x", constrain: "domain", fixedrange: true },
    annotations: [
      ...columnLabels.map((text, x) => label(text, cornerOf(0, x, tile).x + tile.width / 2, 0, { yshift: 12 })),
      ...rowLabels.map((text, y) => label(text, 0, cornerOf(y, 0, tile).y + tile.height / 2, { xanchor: "right", xshift: -8 })),
    ],
    sliders: [{
      active: open, x: play ? 0.1 : 0, len: play ? 0.9 : 1, y: 0, yanchor: "top", pad: { t: 24, b: 8 },
      currentvalue: { prefix: `${what} `, font: { color: ink, size: 13 } }, font: { color: faint, size: 11 },
      steps: leaves.map(({ name }, i) => ({ label: name, method: "animate", args: [[String(i)], still] })),
    }],
    ...(play && { updatemenus: [{
      type: "buttons", showactive: false, x: 0, xanchor: "left", y: 0, yanchor: "top", pad: { t: 40 },
      buttons: [{ label: "▶", method: "animate", args: [null, { ...still, frame: { duration: 500, redraw: true } }] }],
    }] }),
  }, summary, leaves.map(({ words }, i) => ({
    name: String(i), traces: [0, 1], data: [{ type: "image", source: sources[i] }, { type: "scatter", text: words.flat() }] as Json[],
  })));
}
