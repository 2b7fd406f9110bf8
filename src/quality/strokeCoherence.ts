// Whether an image is painted in strokes: how far neighboring gradients agree on a direction.
import type { Image } from "../image";
import { gaussianBlur } from "./gaussianBlur";
import { mapPlane, planesOf, type Plane } from "./planes";

/**
 * The coherence of an image's structure tensor (Bigün & Granlund 1987; Weickert 1998), as a mean over the image weighted by the
 * gradients' energy: Σ(λ₁ − λ₂) / Σ(λ₁ + λ₂), with λ₁ ≥ λ₂ the eigenvalues of the luminance's gradient products, averaged over a
 * Gaussian of `sigma` pixels (default 2). 1: every neighborhood has one direction, as stripes and brush strokes; 0: none has, as noise
 * and round grains. White noise has 0.21 (128²), since
 * the few gradients in a window agree by chance.
 */
export async function strokeCoherence(image: Image, { sigma = 2 }: { sigma?: number } = {}): Promise<number> {
  const { y } = await planesOf(image);
  const [dx, dy] = [derivative(y, "x"), derivative(y, "y")];
  const average = (values: (i: number) => number): Float64Array => gaussianBlur(mapPlane(y, (_, i) => values(i)), sigma).values;
  const [xx, xy, yy] = [average((i) => dx[i] ** 2), average((i) => dx[i] * dy[i]), average((i) => dy[i] ** 2)];
  let [directed, all] = [0, 0];
  for (let i = 0; i < xx.length; i++) {
    directed += Math.hypot(xx[i] - yy[i], 2 * xy[i]);
    all += xx[i] + yy[i];
  }
  return all > 0 ? directed / all : 0; // a flat image has no direction
}

/** The derivative across columns (along x) or rows by Scharr's filter, whose directions are nearly exact: differences, smoothed by 3, 10, 3. */
function derivative({ values, height, width }: Plane, along: "x" | "y"): Float64Array {
  const at = (row: number, column: number): number =>
    values[Math.min(height - 1, Math.max(0, row)) * width + Math.min(width - 1, Math.max(0, column))];
  return values.map((_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    const difference = (side: number): number => along === "x"
      ? at(row + side, column + 1) - at(row + side, column - 1)
      : at(row + 1, column + side) - at(row - 1, column + side);
    return (3 * difference(-1) + 10 * difference(0) + 3 * difference(1)) / 32;
  });
}
