// Whether a picture is as calm at its rim as in its middle: networks see something beyond the edge, and what they see there shows.
import type { Image } from "../image";
import { fringeWhere } from "./colorFringe";
import { planesOf } from "./planes";

/**
 * The color fringe of the outer `width` pixels on every side (default 8), over that of the rest. 1: the rim is as calm as the middle;
 * above 1, it has more color fringes. Where neither has any it is 1, too.
 *
 * @throws RangeError for a width that is not a whole number of at least 2, or leaves no middle of 2×2 pixels
 */
export async function rimFringe(image: Image, { width = 8 }: { width?: number } = {}): Promise<number> {
  const planes = await planesOf(image);
  const { height, width: columns } = planes.y;
  const shorter = Math.min(height, columns);
  if (!(Number.isInteger(width) && width >= 2 && shorter - 2 * width >= 2))
    throw new RangeError(
      `a rim is a whole number of pixels, at least 2, around a middle of at least 2×2; got ${width} in an image of ${height}×${columns}`);
  const isMiddle = (row: number, column: number): boolean =>
    Math.min(row, column, height - 1 - row, columns - 1 - column) >= width;
  const middle = fringeWhere(planes, isMiddle);
  const rim = fringeWhere(planes, (row, column) => !isMiddle(row, column));
  return rim === middle ? 1 : rim / middle;
}
