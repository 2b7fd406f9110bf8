// How large the structures of an image are: the length over which its luminance is correlated.
import type { Image } from "../image";
import { meanOf, planesOf, type Plane } from "./planes";

/**
 * The autocorrelation length of the luminance in pixels: the distance at which the correlation of pixels, the mean along rows and
 * columns, has fallen to 1/e, interpolated between whole distances. White noise has about 0.6. Half of the shorter side where it never
 * falls so far, as in a flat image.
 */
export async function structureSize(image: Image): Promise<number> {
  const { y } = await planesOf(image);
  const longest = Math.floor(Math.min(y.height, y.width) / 2);
  const variance = correlation(y, 0);
  if (variance < 1e-12) return longest;
  let before = 1;
  for (let distance = 1; distance <= longest; distance++) {
    const at = correlation(y, distance) / variance;
    if (at < Math.exp(-1)) return distance - 1 + (before - Math.exp(-1)) / (before - at);
    before = at;
  }
  return longest;
}

/** The mean product of the deviations of pixels that are `distance` apart in a row or a column. */
function correlation(plane: Plane, distance: number): number {
  const { values, height, width } = plane;
  const mean = meanOf(plane);
  let [sum, count] = [0, 0];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const i = row * width + column;
      const deviation = values[i] - mean;
      if (column + distance < width) (sum += deviation * (values[i + distance] - mean), count++);
      if (row + distance < height) (sum += deviation * (values[i + distance * width] - mean), count++);
    }
  return sum / count;
}
