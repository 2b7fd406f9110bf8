// Pictures side by side in one JPEG, with nothing but a narrow gap between them: what a plot of a sweep shows.
import sharp, { type OverlayOptions } from "sharp";
import { table } from "../../platform/drawing/colors";

/** Of one picture, in pixels. */
export interface TileSize {
  readonly width: number;
  readonly height: number;
}

/** In pixels, between two pictures. */
export const gap = 6;

/** The top left corner of a picture. */
export function cornerOf(row: number, column: number, { width, height }: TileSize): { x: number; y: number } {
  return { x: column * (width + gap), y: row * (height + gap) };
}

/** The size of a mosaic. */
export function sizeOf(rows: number, columns: number, tile: TileSize): TileSize {
  const { x, y } = cornerOf(rows, columns, tile);
  return { width: x - gap, height: y - gap };
}

/** Every picture is scaled to fit its tile; a tile without one stays empty. */
export async function mosaic(pictures: readonly (readonly (Buffer | undefined)[])[], tile: TileSize): Promise<Buffer> {
  const overlays = pictures.flatMap((row, y) => row.map(async (picture, x): Promise<OverlayOptions | undefined> => {
    if (!picture) return undefined;
    const fitted = sharp(picture).resize(tile.width, tile.height, { fit: "contain", background: table });
    const input = await fitted.png().toBuffer();
    const corner = cornerOf(y, x, tile);
    return { input, left: corner.x, top: corner.y };
  }));
  const drawn = (await Promise.all(overlays)).filter((one) => one !== undefined);
  const size = sizeOf(pictures.length, Math.max(...pictures.map((row) => row.length)), tile);
  return sharp({ create: { ...size, channels: 3, background: table } }).composite(drawn)
    .jpeg({ quality: 65, mozjpeg: true }).toBuffer();
}

/** The `n`-th of `count` pictures that stand side by side. */
export async function stripPicture(strip: Buffer, n: number, count: number): Promise<Buffer> {
  const { width, height } = await sharp(strip).metadata();
  const each = width / count;
  const left = Math.round(n * each);
  return sharp(strip).extract({ left, top: 0, width: Math.round((n + 1) * each) - left, height }).png().toBuffer();
}
