// Axes of convolution filters: TensorFlow.js has [...size, in, out], ONNX [out, in, ...size].
import { apply, derive, int64List, transposed, type Value } from "./value";

/** [...size, p, q] to [q, p, ...size], or without `swap` to [p, q, ...size]. */
export function spatialAxesLast(filter: Value, swap = true): Value {
  const rank = filter.dims.length;
  const channels = swap ? [rank - 1, rank - 2] : [rank - 2, rank - 1];
  return transposed(filter, [...channels, ...Array(rank - 2).keys()]);
}

/** [p, q, ...size] to [...size, p, q]. */
export function spatialAxesFirst(filter: Value): Value {
  return transposed(filter, [...[...filter.dims.keys()].slice(2), 0, 1]);
}

/** Flipped along every spatial axis. */
function flipped(filter: Value): Value {
  const axes = [...Array(filter.dims.length - 2).keys()];
  const all = (number: number): Value => int64List(axes.map(() => number));
  return derive(filter, "flipped", () => apply("Slice", [filter, all(-1), all(-(2 ** 31)), int64List(axes), all(-1)], filter.dims));
}

/**
 * The kernel of ONNX's Conv. With `backward`, that of the gradient with respect to the input, which is a convolution too: the filter
 * [...size, out, in] flipped, its input and output channels swapped.
 */
export function convKernel(filter: Value, backward: boolean): Value {
  return backward ? spatialAxesLast(flipped(filter), false) : spatialAxesLast(filter);
}
