// A loss curve as a small picture, to stand in a contact sheet beside its image.
import sharp from "sharp";
import type { Image } from "../image";
import { grid, ink, palette } from "../platform/drawing/colors";
import { decimate } from "../platform/drawing/decimate";
import { loadImage } from "../platform/files/loadImage";

/**
 * The curve of some positive values on a log axis, `side` × `side` pixels, with a line at every power of ten. Neither
 * axis is labeled: write the ends in the tile's label. Values that are 0, negative or not finite are left out.
 */
export async function sparkline(values: ArrayLike<number>, { side = 192 }: { side?: number } = {}): Promise<Image> {
  const points = Array.from(values, (value, index) => ({ index, height: Math.log10(value) }))
    .filter(({ height }) => Number.isFinite(height));
  if (points.length < 2) throw new RangeError(`a curve needs at least two positive values; there are ${points.length}`);
  const heights = points.map(({ height }) => height);
  const top = Math.ceil(Math.max(...heights));
  const bottom = Math.min(Math.floor(Math.min(...heights)), top - 1);
  const margin = side / 12;
  const inner = side - 2 * margin;
  const across = (index: number): number => margin + (inner * index) / points[points.length - 1].index;
  const down = (height: number): number => margin + (inner * (top - height)) / (top - bottom);
  const { x, y } = decimate(points.map(({ index }) => index), heights);
  const curve = Array.from(x, (index, i) => `${across(index).toFixed(1)},${down(y[i]!).toFixed(1)}`).join(" ");
  const decades = Array.from({ length: top - bottom + 1 }, (_, i) => down(bottom + i).toFixed(1))
    .map((level) => `<path d="M${margin} ${level}h${inner}" stroke="${grid}"/>`).join("");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">` +
    `<rect width="100%" height="100%" fill="#ffffff"/>${decades}` +
    `<path d="M${margin} ${margin}v${inner}h${inner}" fill="none" stroke="${ink}"/>` +
    `<polyline points="${curve}" fill="none" stroke="${palette[0]}" stroke-width="${side / 80}"/></svg>`;
  return loadImage(await sharp(Buffer.from(svg)).png({ palette: true }).toBuffer());
}
