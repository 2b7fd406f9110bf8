// A mask made of strokes: what a hand paints on an image, as data.
import * as tf from "@tensorflow/tfjs";

/** One stroke of a round brush. A pixel's corner is at whole numbers, its center half a pixel further: x to the right, y down. */
export interface Stroke {
  /** Of the brush, in pixels of the image. */
  readonly radius: number;
  /** The way of its center; a single point is a dot. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Takes away instead. */
  readonly erase?: boolean;
}

/**
 * The mask `[height, width]` that the strokes leave, one after the other: 1 within `radius` of a stroke's way, 0 outside, and on its edge
 * the part r + ½ − d of a pixel whose center is at a distance d.
 *
 * @throws RangeError for a stroke that is none
 */
export function strokeMask(strokes: readonly Stroke[], size: readonly [height: number, width: number]): tf.Tensor2D {
  return tf.tensor2d(strokeValues(strokes, size), [...size]);
}

/** The values of the mask, row by row. */
export function strokeValues(strokes: readonly Stroke[], [height, width]: readonly [height: number, width: number]): Float32Array {
  mustBeStrokes(strokes);
  const mask = new Float32Array(height * width);
  for (const { radius, points, erase } of strokes) {
    points.forEach(([x1, y1], i) => {
      const [x0, y0] = points[Math.max(0, i - 1)];
      const [dx, dy] = [x1 - x0, y1 - y0];
      const reach = radius + 1;
      const rows = [Math.max(0, Math.floor(Math.min(y0, y1) - reach)), Math.min(height, Math.ceil(Math.max(y0, y1) + reach))];
      const columns = [Math.max(0, Math.floor(Math.min(x0, x1) - reach)), Math.min(width, Math.ceil(Math.max(x0, x1) + reach))];
      for (let row = rows[0]; row < rows[1]; row++)
        for (let column = columns[0]; column < columns[1]; column++) {
          const [x, y] = [column + 0.5 - x0, row + 0.5 - y0];
          const along = Math.min(1, Math.max(0, (x * dx + y * dy) / (dx * dx + dy * dy || 1)));
          const covered = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(x - along * dx, y - along * dy)));
          const at = row * width + column;
          mask[at] = erase ? Math.min(mask[at], 1 - covered) : Math.max(mask[at], covered);
        }
    });
  }
  return mask;
}

/** @throws RangeError that names the first stroke that is none */
export function mustBeStrokes(strokes: unknown): asserts strokes is readonly Stroke[] {
  if (!Array.isArray(strokes)) throw new RangeError("strokes are an array: [{ radius: 8, points: [[x, y], …] }, …]");
  strokes.forEach((stroke, i) => {
    const { radius, points } = (stroke ?? {}) as Partial<Stroke>;
    if (!(Number.isFinite(radius) && radius! > 0)) throw new RangeError(`stroke ${i} needs a radius above 0, in pixels; got ${radius}`);
    if (!Array.isArray(points) || points.length === 0 || !points.every((point) => Array.isArray(point) && point.length === 2 && point.every(Number.isFinite)))
      throw new RangeError(`stroke ${i} needs points, [[x, y], …], in pixels of the image`);
  });
}
