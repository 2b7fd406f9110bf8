// A Gaussian blur of a plane.
import type { Plane } from "./planes";

/**
 * `plane` convolved with a Gaussian of standard deviation `sigma` in pixels, cut off at `radius` (default: 3 sigma, rounded up).
 * Beyond its edges the plane is mirrored (edge pixels are repeated).
 */
export function gaussianBlur(plane: Plane, sigma: number, radius: number = Math.ceil(3 * sigma)): Plane {
  const kernel = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)));
  const sum = kernel.reduce((total, value) => total + value, 0);
  const weights = kernel.map((value) => value / sum);
  return blurColumns(blurColumns(plane, weights), weights);
}

/** Blurs along the columns and transposes: done twice, it blurs along both, and the axes are as they were. */
function blurColumns({ values, height, width }: Plane, weights: readonly number[]): Plane {
  const radius = (weights.length - 1) / 2;
  const result = new Float64Array(values.length);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let k = -radius; k <= radius; k++) sum += weights[k + radius] * values[row * width + mirrored(column + k, width)];
      result[column * height + row] = sum;
    }
  return { values: result, height: width, width: height };
}

/** −1 is 0, −2 is 1, …: the index inside 0…length−1 when the array is continued by its mirror images. */
function mirrored(index: number, length: number): number {
  const period = 2 * length;
  const inside = ((index % period) + period) % period;
  return inside < length ? inside : period - 1 - inside;
}
