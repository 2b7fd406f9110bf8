// What a layer sees: its strongest channels as small pictures.
import * as tf from "@tensorflow/tfjs";
import { diverging, faint, sequential } from "../platform/drawing/colors";
import { formatNumber } from "../platform/drawing/formatNumber";
import { blank, palettePng } from "../platform/drawing/palettePng";
import { plotOf, type Plot } from "../platform/drawing/plot";

export interface FeatureMapsOptions {
  /** How many maps (default 16): those with the largest mean absolute response. */
  readonly channels?: number;
  /** Maps in a row (default: about as many as rows). */
  readonly columns?: number;
  readonly title?: string;
}

const budget = 100_000;   // bytes of the sheet, so that the figure and its PNG twin fit one output
const narrowest = 400;    // pixels, so that the title has room
const label = 16;         // pixels above each map, for its channel's number

/**
 * The strongest channels of a layer's responses `[height, width, channels]` in a grid, strongest first. Each map has
 * its own scale, from 0 to its maximum; where responses are negative too (`conv*` layers), blue is below 0, white is 0
 * and red above.
 */
export function featureMaps(
  features: tf.Tensor3D, { channels = 16, columns, title = "Feature maps" }: FeatureMapsOptions = {},
): Plot {
  if (features.rank !== 3)
    throw new RangeError(`feature maps are [height, width, channels]; this is [${features.shape.join(", ")}]`);
  const [height, width, depth] = features.shape;
  const values = features.dataSync();
  const strengths = strengthOf(values, depth);
  const chosen = [...strengths.keys()].sort((a, b) => strengths[b] - strengths[a]).slice(0, channels);
  const square = Math.min(8, Math.ceil(Math.sqrt(chosen.length)));
  const across = columns ?? (chosen.length <= 4 ? chosen.length : square);
  const signed = values.some((value) => value < 0);

  const sheetOf = (side: number): Sheet => {
    const scale = side / Math.max(height, width);
    const tile = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
    const pitch = { x: tile.width + 8, y: tile.height + label + 6 };
    const rows = Math.ceil(chosen.length / across);
    const size = { width: Math.max(narrowest, across * pitch.x - 8), height: rows * pitch.y - 6 };
    const corners = chosen.map((_, n) => ({ x: (n % across) * pitch.x, y: Math.floor(n / across) * pitch.y + label }));
    const sheet = { ...size, tile, corners, levels: new Uint8Array(size.width * size.height).fill(blank) };
    chosen.forEach((channel, n) => draw(sheet, corners[n], tile, { values, height, width, depth, channel, signed }));
    return sheet;
  };
  const ramp = signed ? diverging : sequential;
  let sheet = sheetOf(across > 5 ? 88 : 120);
  let png = palettePng(sheet.levels, sheet.width, sheet.height, ramp);
  for (const side of [96, 72, 56, 40]) {
    if (png.length <= budget) break;
    sheet = sheetOf(side);
    png = palettePng(sheet.levels, sheet.width, sheet.height, ramp);
  }

  const shown = chosen.length < depth ? `the ${chosen.length} strongest of ${depth} channels` : `${depth} channels`;
  const source = `data:image/png;base64,${png.toString("base64")}`;
  return plotOf([{ type: "image", source, x0: 0.5, y0: 0.5, dx: 1, dy: 1, hoverinfo: "skip" }], {
    title: { text: `${title} · ${shown}` },
    width: sheet.width + 32, height: sheet.height + 60, margin: { l: 16, r: 16, t: 44, b: 16 },
    xaxis: { visible: false, range: [0, sheet.width], constrain: "domain" },
    yaxis: { visible: false, range: [sheet.height, 0], scaleanchor: "x", constrain: "domain" },
    annotations: sheet.corners.map(({ x, y }, n) => ({
      text: sheet.tile.width < 50 ? `${chosen[n]}` : `channel ${chosen[n]}`, x, y: y - label / 2, xref: "x", yref: "y",
      xanchor: "left", showarrow: false, font: { color: faint, size: 11 },
    })),
  }, `${title}: ${shown}, ${height}×${width} responses each, every map on its own scale; the strongest is channel ` +
    `${chosen[0]} with a mean of ${formatNumber(strengths[chosen[0]])}`);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

interface Sheet extends Size {
  readonly levels: Uint8Array;
  readonly corners: readonly Place[];
  readonly tile: Size;
}

interface Map {
  values: ArrayLike<number>;
  height: number;
  width: number;
  depth: number;
  channel: number;
  signed: boolean;
}

function strengthOf(values: ArrayLike<number>, depth: number): Float64Array {
  const strength = new Float64Array(depth);
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) strength[i % depth] += Math.abs(values[i]);
  return strength.map((sum) => (sum * depth) / Math.max(1, values.length));
}

// Enlarges by repeating pixels, so that they can be counted; shrinks by averaging.
function draw(sheet: Sheet, corner: Place, tile: Size, map: Map): void {
  const seen = resampled(map, tile);
  const most = seen.reduce((high, value) => (Number.isFinite(value) ? Math.max(high, Math.abs(value)) : high), 0) || 1;
  seen.forEach((value, i) => {
    const share = map.signed ? (value / most + 1) / 2 : value / most;
    const at = (corner.y + Math.floor(i / tile.width)) * sheet.width + corner.x + (i % tile.width);
    sheet.levels[at] = Number.isFinite(share) ? Math.round(254 * share) : blank;
  });
}

function resampled({ values, height, width, depth, channel }: Map, tile: Size): Float64Array {
  const seen = new Float64Array(tile.width * tile.height);
  for (let y = 0; y < tile.height; y++) {
    const [top, bottom] = stretch(y, tile.height, height);
    for (let x = 0; x < tile.width; x++) {
      const [left, right] = stretch(x, tile.width, width);
      let sum = 0;
      for (let row = top; row < bottom; row++)
        for (let column = left; column < right; column++) sum += values[(row * width + column) * depth + channel];
      seen[y * tile.width + x] = sum / ((bottom - top) * (right - left));
    }
  }
  return seen;
}

function stretch(at: number, tile: number, size: number): [number, number] {
  const from = Math.floor((at * size) / tile);
  return [from, Math.max(from + 1, Math.floor(((at + 1) * size) / tile))];
}
