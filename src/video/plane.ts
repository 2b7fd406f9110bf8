// Planes of numbers for the optical flow: smoothed, halved, enlarged, with their slopes, and read between pixels.

/** Numbers row by row. */
export interface Plane {
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
}

export function plane(height: number, width: number, values: Float32Array = new Float32Array(height * width)): Plane {
  return { values, height, width };
}

/** Binomial smoothing, (1 4 6 4 1)/16 along rows and columns; edges are repeated. */
export function smooth({ values, height, width }: Plane): Plane {
  const along = (from: Float32Array, count: number, step: number, lines: number, stride: number): Float32Array => {
    const to = new Float32Array(from.length);
    for (let line = 0; line < lines; line++)
      for (let i = 0; i < count; i++) {
        const at = (k: number): number => from[line * stride + Math.min(count - 1, Math.max(0, k)) * step];
        to[line * stride + i * step] = (at(i - 2) + 4 * at(i - 1) + 6 * at(i) + 4 * at(i + 1) + at(i + 2)) / 16;
      }
    return to;
  };
  return plane(height, width, along(along(values, width, 1, height, width), height, width, width, 1));
}

/** At half of the size, rounded up: smoothed, then every second row and column. */
export function halved(whole: Plane): Plane {
  const { values, height, width } = smooth(whole);
  const half = plane(Math.ceil(height / 2), Math.ceil(width / 2));
  for (let y = 0; y < half.height; y++)
    for (let x = 0; x < half.width; x++) half.values[y * half.width + x] = values[2 * y * width + 2 * x];
  return half;
}

/** At twice the size, cut to `height`×`width`, where pixel 2i lies on pixel i; each value `factor` times as large. */
export function doubled(half: Plane, height: number, width: number, factor: number): Plane {
  const whole = plane(height, width);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) whole.values[y * width + x] = factor * valueAt(half, x / 2, y / 2);
  return whole;
}

/** The value at column `x` and row `y`, bilinear; outside, that of the nearest edge. */
export function valueAt({ values, height, width }: Plane, x: number, y: number): number {
  const [column, row] = [Math.min(width - 1, Math.max(0, x)), Math.min(height - 1, Math.max(0, y))];
  const [left, top] = [Math.floor(column), Math.floor(row)];
  const [right, below] = [Math.min(left + 1, width - 1) - left, (Math.min(top + 1, height - 1) - top) * width];
  const [across, down, at] = [column - left, row - top, top * width + left];
  const above = values[at] + across * (values[at + right] - values[at]);
  const under = values[at + below] + across * (values[at + below + right] - values[at + below]);
  return above + down * (under - above);
}

/** Central differences along x and y; at an edge, towards the inside. */
export function slopes({ values, height, width }: Plane): { x: Plane; y: Plane } {
  const [x, y] = [plane(height, width), plane(height, width)];
  for (let row = 0, i = 0; row < height; row++)
    for (let column = 0; column < width; column++, i++) {
      const [left, right] = [column > 0 ? 1 : 0, column < width - 1 ? 1 : 0];
      const [above, below] = [row > 0 ? width : 0, row < height - 1 ? width : 0];
      if (left + right > 0) x.values[i] = (values[i + right] - values[i - left]) / (left + right);
      if (above + below > 0) y.values[i] = (values[i + below] - values[i - above]) * width / (above + below);
    }
  return { x, y };
}

/** The median of each 3×3 neighborhood: a value that stands alone is taken for its neighbors'. The outermost pixels stay. */
export function medianFiltered({ values, height, width }: Plane): Plane {
  const filtered = plane(height, width, Float32Array.from(values));
  const nine = new Float32Array(9);
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      for (let row = 0; row < 3; row++) nine.set(values.subarray(at + (row - 1) * width - 1, at + (row - 1) * width + 2), 3 * row);
      filtered.values[at] = nine.sort()[4];
    }
  return filtered;
}
