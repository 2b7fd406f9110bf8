// The feature maps of a layer: its strongest channels as small pictures.
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { channels as rgbAt, diverging, ink, sequential, type Ramp } from "../platform/drawing/colors";
import { fitBytes } from "../platform/drawing/fitBytes";
import { formatNumber } from "../platform/drawing/formatNumber";
import { plotOf, titleRoom, type Plot } from "../platform/drawing/plot";
import { countOf, strongest } from "./strongest";

export interface FeatureMapsOptions {
  /** How many maps (default 16): those with the largest mean absolute activation. */
  readonly channels?: number;
  /** Maps in a row (default: about as many as rows). */
  readonly columns?: number;
  readonly title?: string;
}

const limit = 100_000;    // bytes of the picture, so that the plot and its PNG twin fit one output
const widestTitle = 560;  // pixels: a longer title takes two lines
const labelHeight = 16;   // pixels above each map, for its channel's number

/**
 * The strongest channels of a layer's features `[height, width, channels]` in a grid, strongest first. Each map has
 * its own scale, from 0 to its maximum; where activations are negative too (`conv*` layers), blue is below 0, white is 0
 * and red above. Does not dispose the features.
 *
 * @throws RangeError for a tensor of another rank
 */
export async function featureMaps(
  features: tf.Tensor3D, { channels = 16, columns, title = "Feature maps" }: FeatureMapsOptions = {},
): Promise<Plot> {
  if (features.rank !== 3)
    throw new RangeError(`feature maps are [height, width, channels]; this is [${features.shape.join(", ")}]`);
  const [height, width, depth] = features.shape;
  const values = await features.data<"float32">();
  const strengths = strengthsOf(values, depth);
  const chosen = strongest(strengths, channels);
  const square = Math.min(8, Math.ceil(Math.sqrt(chosen.length)));
  const across = columns ?? (chosen.length <= 4 ? chosen.length : square);
  const ramp = values.some((value) => value < 0) ? diverging : sequential;

  const heading = `${title} · ${countOf(chosen.length, depth)}`;
  const least = Math.min(widestTitle, titleRoom(heading, 0));
  const render = async (side: number): Promise<Buffer> => {
    const grid = gridOf(side, [height, width], chosen.length, across, least);
    const pixels = new Uint8Array(grid.width * grid.height * 4);
    chosen.forEach((channel, n) =>
      draw(pixels, grid, grid.corners[n], resampled({ values, height, width, depth, channel }, grid.map), ramp));
    const raw = { width: grid.width, height: grid.height, channels: 4 } as const;
    return sharp(pixels, { raw }).png({ palette: true, dither: 0, compressionLevel: 9 }).toBuffer();
  };
  const sides = across > 5 ? [88, 72, 56, 40] : [120, 96, 72, 56, 40];
  const found = await fitBytes(render, sides, limit) ?? { rung: 40, drawn: await render(40) };
  const grid = gridOf(found.rung, [height, width], chosen.length, across, least);

  const source = `data:image/png;base64,${found.drawn.toString("base64")}`;
  return plotOf([{ type: "image", source, x0: 0.5, y0: 0.5, dx: 1, dy: 1, hoverinfo: "skip" }], {
    title: { text: heading },
    width: grid.width + 32, height: grid.height + 60, margin: { l: 16, r: 16, t: 44, b: 16 },
    xaxis: { visible: false, range: [0, grid.width], constrain: "domain" },
    yaxis: { visible: false, range: [grid.height, 0], scaleanchor: "x", constrain: "domain" },
    annotations: grid.corners.map(({ x, y }, n) => ({
      text: grid.map.width < 50 ? `${chosen[n]}` : `channel ${chosen[n]}`, x, y: y - labelHeight / 2, xref: "x", yref: "y",
      xanchor: "left", showarrow: false, font: { color: ink, size: 11 },
    })),
  }, `${title}: ${countOf(chosen.length, depth)}, ${height}×${width} positions each, every map on its own scale; the strongest is channel ` +
    `${chosen[0]} with a mean of ${formatNumber(strengths[chosen[0]])}`);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Corner {
  readonly x: number;
  readonly y: number;
}

/** Where the maps stand in the picture, in pixels. */
interface MapGrid extends Size {
  readonly corners: readonly Corner[];
  /** The size of one map. */
  readonly map: Size;
}

function gridOf(side: number, [height, width]: readonly [number, number], count: number, across: number, least: number): MapGrid {
  const scale = side / Math.max(height, width);
  const map = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const pitch = { x: map.width + 8, y: map.height + labelHeight + 6 };
  const corners = Array.from({ length: count }, (_, n) =>
    ({ x: (n % across) * pitch.x, y: Math.floor(n / across) * pitch.y + labelHeight }));
  const rows = Math.ceil(count / across);
  return { width: Math.max(least, across * pitch.x - 8), height: rows * pitch.y - 6, map, corners };
}

interface Channel extends Size {
  readonly values: ArrayLike<number>;
  readonly depth: number;
  readonly channel: number;
}

function strengthsOf(values: ArrayLike<number>, depth: number): Float64Array {
  const strengths = new Float64Array(depth);
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) strengths[i % depth] += Math.abs(values[i]);
  return strengths.map((sum) => (sum * depth) / Math.max(1, values.length));
}

// 255 colors of the ramp and none, which a palette holds; what is not finite stays transparent.
function draw(pixels: Uint8Array, { width, map }: MapGrid, corner: Corner, values: Float64Array, ramp: Ramp): void {
  const most = values.reduce((high, value) => (Number.isFinite(value) ? Math.max(high, Math.abs(value)) : high), 0) || 1;
  const colors = Array.from({ length: 255 }, (_, level) => rgbAt(ramp, level / 254));
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const fraction = ramp === diverging ? (value / most + 1) / 2 : value / most;
    const index = (corner.y + Math.floor(i / map.width)) * width + corner.x + (i % map.width);
    pixels.set([...colors[Math.round(254 * fraction)], 255], 4 * index);
  });
}

// Enlarges by repeating pixels, so that they can be counted; shrinks by averaging.
function resampled({ values, height, width, depth, channel }: Channel, map: Size): Float64Array {
  const result = new Float64Array(map.width * map.height);
  for (let y = 0; y < map.height; y++) {
    const [top, bottom] = sourceRange(y, map.height, height);
    for (let x = 0; x < map.width; x++) {
      const [left, right] = sourceRange(x, map.width, width);
      let sum = 0;
      for (let row = top; row < bottom; row++)
        for (let column = left; column < right; column++) sum += values[(row * width + column) * depth + channel];
      result[y * map.width + x] = sum / ((bottom - top) * (right - left));
    }
  }
  return result;
}

function sourceRange(index: number, resized: number, size: number): [number, number] {
  const from = Math.floor((index * size) / resized);
  return [from, Math.max(from + 1, Math.floor(((index + 1) * size) / resized))];
}
