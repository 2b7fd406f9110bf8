// How large the structures of an image are: the length over which its luminance is correlated.
import type { Image } from "../image";
import { centered, planesOf, type Plane } from "./planes";

/**
 * The autocorrelation length of the luminance in pixels: the distance at which the correlation of pixels, the mean along rows and
 * columns, has fallen to 1/e, interpolated between whole distances. White noise has about 0.6. Half of the shorter side where it never
 * falls so far, as in a flat image.
 */
export async function structureSize(image: Image): Promise<number> {
  const deviations = centered((await planesOf(image)).y);
  const longest = Math.floor(Math.min(deviations.height, deviations.width) / 2);
  const variance = meanProduct(deviations, 0);
  if (variance < 1e-12) return longest;
  let before = 1;
  for (let distance = 1; distance <= longest; distance++) {
    const at = meanProduct(deviations, distance) / variance;
    if (at < Math.exp(-1)) return distance - 1 + (before - Math.exp(-1)) / (before - at);
    before = at;
  }
  return longest;
}

/** The mean product of values that are `distance` apart in a row or a column. */
function meanProduct({ values, height, width }: Plane, distance: number): number {
  let [sum, count] = [0, 0];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const i = row * width + column;
      if (column + distance < width) (sum += values[i] * values[i + distance], count++);
      if (row + distance < height) (sum += values[i] * values[i + distance * width], count++);
    }
  return sum / count;
}
