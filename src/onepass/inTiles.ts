// A large picture in parts, each painted with a margin that is cut away again.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";

/** How a picture is cut, in pixels. All three are multiples of what a network divides sizes by: 8 suits all here. */
export interface TileOptions {
  /** The side of what is kept of each part (default 512). */
  readonly tile?: number;
  /** What a part sees around that, as far as the network sees (default 96). */
  readonly margin?: number;
}

/**
 * Paints an image part by part: `paint` gets each with its margin, and must return its picture of the same size. Where the margin
 * is as wide as the network sees, and nothing in the network depends on the whole image, that is what one pass would give, without
 * seams; memory is that of one part, the image and the result.
 *
 * @returns the caller owns it
 * @throws RangeError for a tile or a margin that is no multiple of 8
 */
export async function inTiles(image: Image, paint: (part: Image) => Image | Promise<Image>, { tile = 512, margin = 96 }: TileOptions = {}): Promise<Image> {
  if (!(tile > 0 && margin >= 0) || tile % 8 !== 0 || margin % 8 !== 0)
    throw new RangeError(`tile and margin are multiples of 8 pixels, got ${tile} and ${margin}`);
  const [height, width] = image.shape;
  const painted = new Float32Array(height * width * 3);
  for (let top = 0; top < height; top += tile)
    for (let left = 0; left < width; left += tile) {
      const [rows, columns] = [span(top, tile, margin, height), span(left, tile, margin, width)];
      const part = tf.slice(image, [rows.from, columns.from, 0], [rows.to - rows.from, columns.to - columns.from, 3]);
      const whole = await paint(part);
      const kept = tf.slice(whole, [top - rows.from, left - columns.from, 0], [rows.end - top, columns.end - left, 3]);
      const pixels = await kept.data();
      tf.dispose([part, whole, kept]);
      const line = (columns.end - left) * 3;
      for (let row = top; row < rows.end; row++)
        painted.set(pixels.subarray((row - top) * line, (row - top + 1) * line), (row * width + left) * 3);
    }
  return tf.tensor3d(painted, [height, width, 3]);
}

/** What is kept ends at `end`; what is seen is `from` to `to`. */
function span(start: number, tile: number, margin: number, side: number): { from: number; to: number; end: number } {
  const end = Math.min(side, start + tile);
  return { from: Math.max(0, start - margin), to: Math.min(side, end + margin), end };
}
