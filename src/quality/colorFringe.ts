// Color fringes: chroma that changes from pixel to pixel, which brush strokes do not have and optimized pixels do.
import type { Image } from "../image";
import { planesOf, type Plane } from "./planes";

/**
 * How much the chroma of neighboring pixels differs: the root of the mean squared distance of (Cb, Cr) between neighbors in rows and
 * columns, in levels of 255. 0 for a gray image.
 */
export async function colorFringe(image: Image): Promise<number> {
  const { cb, cr } = await planesOf(image);
  const { sum, count } = [cb, cr].map(neighborDifferences).reduce((a, b) => ({ sum: a.sum + b.sum, count: b.count }));
  return count === 0 ? 0 : 255 * Math.sqrt(sum / count);
}

function neighborDifferences({ values, height, width }: Plane): { sum: number; count: number } {
  let sum = 0;
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const i = row * width + column;
      if (column + 1 < width) sum += (values[i + 1] - values[i]) ** 2;
      if (row + 1 < height) sum += (values[i + width] - values[i]) ** 2;
    }
  return { sum, count: height * (width - 1) + (height - 1) * width };
}
