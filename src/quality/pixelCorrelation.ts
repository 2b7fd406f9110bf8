// Whether two images have the same brightness at the same places.
import { mustHaveSameShape } from "../errors";
import type { Image } from "../image";
import { centered, planesOf, type Plane } from "./planes";

/**
 * Pearson's correlation of the luminance of two images of one size, in −1…1, and `shifted`: the root mean square of the correlation with
 * the reference moved (cyclically) to a grid of 8×8 other places, which is what two images of one texture have by chance.
 *
 * @throws RangeError for images of different sizes
 */
export async function pixelCorrelation(image: Image, reference: Image): Promise<{ correlation: number; shifted: number }> {
  const [{ y }, { y: other }] = [await planesOf(image), await planesOf(reference, "the reference")];
  mustHaveSameShape(image.shape, reference.shape, "correlation compares pixel by pixel", ["the image", "the reference"]);
  const [a, b] = [centered(y), centered(other)];
  const norms = Math.sqrt(product(a, a, 0, 0) * product(b, b, 0, 0));
  const correlationAt = (down: number, right: number): number => (norms > 0 ? product(a, b, down, right) / norms : 0); // 0: a flat image
  const squares: number[] = [];
  for (let row = 0; row < 8; row++)
    for (let column = 0; column < 8; column++)
      if (row + column > 0) squares.push(correlationAt(Math.floor(row * b.height / 8), Math.floor(column * b.width / 8)) ** 2);
  return { correlation: correlationAt(0, 0), shifted: Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / squares.length) };
}

/** Σ a · b, with `b` moved cyclically up by `down` rows and left by `right` columns. */
function product(a: Plane, b: Plane, down: number, right: number): number {
  let sum = 0;
  for (let row = 0; row < a.height; row++)
    for (let column = 0; column < a.width; column++)
      sum += a.values[row * a.width + column] * b.values[((row + down) % b.height) * b.width + ((column + right) % b.width)];
  return sum;
}
