// Color fringes: chroma that changes from pixel to pixel, which brush strokes do not have and optimized pixels do.
import type { Image } from "../image";
import { planesOf, type Plane, type Planes } from "./planes";

/**
 * How much the chroma of neighboring pixels differs: the root of the mean squared distance of (Cb, Cr) between neighbors in rows and
 * columns, in levels of 255. 0 for a gray image.
 */
export async function colorFringe(image: Image): Promise<number> {
  return fringeWhere(await planesOf(image), () => true);
}

/** `colorFringe` of the neighbors that both lie `where` it says; 0 if there are none. */
export function fringeWhere({ cb, cr }: Planes, where: (row: number, column: number) => boolean): number {
  const { sum, count } = [cb, cr].map((plane) => neighborDifferences(plane, where))
    .reduce((a, b) => ({ sum: a.sum + b.sum, count: b.count }));
  return count === 0 ? 0 : 255 * Math.sqrt(sum / count);
}

function neighborDifferences(
  { values, height, width }: Plane, where: (row: number, column: number) => boolean,
): { sum: number; count: number } {
  let [sum, count] = [0, 0];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      if (!where(row, column)) continue;
      const i = row * width + column;
      if (column + 1 < width && where(row, column + 1)) (sum += (values[i + 1] - values[i]) ** 2, count++);
      if (row + 1 < height && where(row + 1, column)) (sum += (values[i + width] - values[i]) ** 2, count++);
    }
  return { sum, count };
}
