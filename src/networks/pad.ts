// Padding whose gradient is right on every engine: that of tf.mirrorPad in TensorFlow.js ignores what flows back from the margin.
import * as tf from "@tensorflow/tfjs";
import type { PaddingMode } from "./architectures/operation";

export type Margins = readonly [before: number, after: number];

/** A batch `[images, height, width, channels]` with margins above and below its `rows`, left and right of its `columns`. */
export function pad(x: tf.Tensor4D, rows: Margins, columns: Margins, mode: PaddingMode = "zero"): tf.Tensor4D {
  if ([...rows, ...columns].every((margin) => margin === 0)) return x;
  if (mode === "zero") return tf.pad4d(x, [[0, 0], [...rows], [...columns], [0, 0]]);
  return tf.tidy(() => padAxis(padAxis(x, 1, rows, mode), 2, columns, mode));
}

function padAxis(x: tf.Tensor4D, axis: 1 | 2, [before, after]: Margins, mode: "reflection" | "replication"): tf.Tensor4D {
  const side = x.shape[axis];
  if (mode === "replication")
    return tf.concat([
      ...Array<tf.Tensor4D>(before).fill(sliceAxis(x, axis, 0, 1)), x,
      ...Array<tf.Tensor4D>(after).fill(sliceAxis(x, axis, side - 1, 1)),
    ], axis);
  if (Math.max(before, after) >= side)
    throw new RangeError(`reflection padding of ${Math.max(before, after)} needs more than ${side} rows and columns: use a larger image`);
  // Mirrored about the edge pixel, which is not repeated.
  const mirrored = (start: number, length: number): tf.Tensor4D[] =>
    (length === 0 ? [] : [tf.reverse(sliceAxis(x, axis, start, length), axis)]);
  return tf.concat([...mirrored(1, before), x, ...mirrored(side - 1 - after, after)], axis);
}

/** `length` rows (axis 1) or columns (axis 2) from `start` on. */
export function sliceAxis(x: tf.Tensor4D, axis: 1 | 2, start: number, length: number): tf.Tensor4D {
  return axis === 1 ? tf.slice(x, [0, start, 0, 0], [-1, length, -1, -1]) : tf.slice(x, [0, 0, start, 0], [-1, -1, length, -1]);
}
