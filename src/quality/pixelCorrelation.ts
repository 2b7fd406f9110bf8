// Whether two images have the same brightness at the same places.
import { mustHaveSameShape } from "../errors";
import type { Image } from "../image";
import { meanOf, planesOf, type Plane } from "./planes";

/**
 * Pearson's correlation of the luminance of two images of one size, in −1…1, and `shifted`: the root mean square of the correlation with
 * the reference moved (cyclically) to a grid of 8×8 other places, which is what two images of one texture have by chance.
 *
 * @throws RangeError for images of different sizes
 */
export async function pixelCorrelation(image: Image, reference: Image): Promise<{ correlation: number; shifted: number }> {
  const [{ y: a }, { y: b }] = [await planesOf(image), await planesOf(reference, "the reference")];
  mustHaveSameShape(image.shape, reference.shape, "correlation compares pixel by pixel", ["the image", "the reference"]);
  const squares: number[] = [];
  for (let row = 0; row < 8; row++)
    for (let column = 0; column < 8; column++)
      if (row + column > 0) squares.push(correlationAt(a, b, Math.floor(row * b.height / 8), Math.floor(column * b.width / 8)) ** 2);
  return { correlation: correlationAt(a, b, 0, 0), shifted: Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / squares.length) };
}

/** The correlation of `a` with `b` moved up by `down` rows and left by `right` columns. */
function correlationAt(a: Plane, b: Plane, down: number, right: number): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let [product, squareA, squareB] = [0, 0, 0];
  for (let row = 0; row < a.height; row++)
    for (let column = 0; column < a.width; column++) {
      const x = a.values[row * a.width + column] - meanA;
      const y = b.values[((row + down) % b.height) * b.width + ((column + right) % b.width)] - meanB;
      product += x * y;
      squareA += x * x;
      squareB += y * y;
    }
  return squareA * squareB > 0 ? product / Math.sqrt(squareA * squareB) : 0; // a flat image correlates with nothing
}
