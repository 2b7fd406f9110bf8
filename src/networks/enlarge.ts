// Upsampling from slices and concatenations: their gradients are right on every engine, and no engine has to know how to resize.
import * as tf from "@tensorflow/tfjs";
import type { Upsample } from "./architectures/operation";
import { pad, sliceAxis } from "./pad";

/** A batch `[images, height, width, channels]`, `factor` times as high and wide. */
export function enlarge(x: tf.Tensor4D, { factor, interpolation }: Upsample): tf.Tensor4D {
  if (!Number.isInteger(factor) || factor < 1) throw new RangeError(`an upsampling has a whole factor of at least 1, got ${factor}`);
  const phases = interpolation === "nearest" ? copies : blends;
  return tf.tidy(() => interleave(phases(interleave(phases(x, 1, factor), 1), 2, factor), 2));
}

/** Every output between two inputs is the nearer one. */
function copies(x: tf.Tensor4D, _axis: 1 | 2, factor: number): tf.Tensor4D[] {
  return Array<tf.Tensor4D>(factor).fill(x);
}

/**
 * Output number `phase` of every input stands (phase + ½)/factor − ½ beside it, and blends it with its neighbor on that side;
 * beyond the edge is the edge itself.
 */
function blends(x: tf.Tensor4D, axis: 1 | 2, factor: number): tf.Tensor4D[] {
  const padded = axis === 1 ? pad(x, [1, 1], [0, 0], "replication") : pad(x, [0, 0], [1, 1], "replication");
  return Array.from({ length: factor }, (_, phase) => {
    const offset = (phase + 0.5) / factor - 0.5;
    if (offset === 0) return x;
    const neighbor = sliceAxis(padded, axis, offset < 0 ? 0 : 2, x.shape[axis]);
    return tf.add(tf.mul(x, 1 - Math.abs(offset)), tf.mul(neighbor, Math.abs(offset))) as tf.Tensor4D;
  });
}

/** Row 0 of every phase, then row 1 of every phase, …; columns for axis 2. */
function interleave(phases: readonly tf.Tensor4D[], axis: 1 | 2): tf.Tensor4D {
  const { shape } = phases[0];
  const lines = shape.slice(0, axis + 1).reduce((product, side) => product * side, 1);
  const joined = tf.concat(phases.map((phase) => tf.reshape(phase, [lines, phase.size / lines])), 1);
  const [images, height, width, channels] = shape;
  const factor = phases.length;
  return tf.reshape(joined, axis === 1 ? [images, height * factor, width, channels] : [images, height, width * factor, channels]);
}
