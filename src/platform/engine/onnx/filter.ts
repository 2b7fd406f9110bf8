// Filters of convolutions: TensorFlow.js has them as [...size, in, out], ONNX as [out, in, ...size].
import { apply, derive, list, transposed, type Value } from "./value";

/** [...size, p, q] to [q, p, ...size], or with `straight` to [p, q, ...size]. */
export function filterFirst(filter: Value, straight = false): Value {
  const rank = filter.dims.length;
  const ends = straight ? [rank - 2, rank - 1] : [rank - 1, rank - 2];
  return transposed(filter, [...ends, ...Array(rank - 2).keys()]);
}

/** Back from [p, q, ...size] to [...size, p, q]. */
export function filterLast(filter: Value): Value {
  return transposed(filter, [...[...filter.dims.keys()].slice(2), 0, 1]);
}

/** Turned by 180°. */
function turned(filter: Value): Value {
  const axes = [...Array(filter.dims.length - 2).keys()];
  const all = (number: number): Value => list(axes.map(() => number));
  return derive(filter, "turned", () => apply("Slice", [filter, all(-1), all(-(2 ** 31)), list(axes), all(-1)], filter.dims));
}

/** As ONNX's Conv takes it; with `backwards` from [...size, out, in], turned by 180°: so the gradient of a convolution is one itself. */
export function kernelOf(filter: Value, backwards: boolean): Value {
  return backwards ? filterFirst(turned(filter), true) : filterFirst(filter);
}
