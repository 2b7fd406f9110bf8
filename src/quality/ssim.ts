// Structural similarity: whether the same shapes are at the same places.
import { mustHaveSameShape } from "../errors";
import type { Image } from "../image";
import { gaussianBlur } from "./gaussianBlur";
import { mapPlane, planesOf } from "./planes";

/** The window of Wang et al.: 11×11 pixels, a Gaussian of 1.5. */
const [sigma, radius] = [1.5, 5];
/** (K₁L)² and (K₂L)² of the paper, for a range L of 1. */
const [c1, c2] = [0.01 ** 2, 0.03 ** 2];

/**
 * The mean structural similarity of the luminance of two images (Wang et al. 2004, "Image quality assessment: from error visibility to
 * structural similarity"), 1 for equal images:
 *
 *   (2 μ_x μ_y + c₁)(2 σ_xy + c₂) / ((μ_x² + μ_y² + c₁)(σ_x² + σ_y² + c₂))
 *
 * over Gaussian windows of 11×11 pixels that lie inside the images.
 *
 * @throws RangeError for images of different sizes, or under 11 pixels
 */
export async function ssim(image: Image, reference: Image): Promise<number> {
  const [{ y: x }, { y }] = [await planesOf(image), await planesOf(reference, "the reference")];
  mustHaveSameShape(image.shape, reference.shape, "SSIM compares position by position", ["the image", "the reference"]);
  const { height, width } = x;
  if (Math.min(height, width) <= 2 * radius)
    throw new RangeError(`SSIM compares windows of 11×11 pixels, but the images are ${height}×${width}`);
  const blurred = (values: (i: number) => number): Float64Array =>
    gaussianBlur(mapPlane(x, (_, i) => values(i)), sigma, radius).values;
  const [meanX, meanY] = [blurred((i) => x.values[i]), blurred((i) => y.values[i])];
  const [squareX, squareY] = [blurred((i) => x.values[i] ** 2), blurred((i) => y.values[i] ** 2)];
  const product = blurred((i) => x.values[i] * y.values[i]);
  let [sum, count] = [0, 0];
  for (let row = radius; row < height - radius; row++)
    for (let column = radius; column < width - radius; column++) {
      const i = row * width + column;
      const [varianceX, varianceY] = [squareX[i] - meanX[i] ** 2, squareY[i] - meanY[i] ** 2];
      const covariance = product[i] - meanX[i] * meanY[i];
      sum += ((2 * meanX[i] * meanY[i] + c1) * (2 * covariance + c2))
        / ((meanX[i] ** 2 + meanY[i] ** 2 + c1) * (varianceX + varianceY + c2));
      count++;
    }
  return sum / count;
}
