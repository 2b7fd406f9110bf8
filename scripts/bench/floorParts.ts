// What the hand-written graph is made of: convolutions both ways, Gram matrices, the slope of a relu.
import type { Filter } from "../../src/networks/applyLayer";
import { apply, float, leaf, int64List, type Value } from "../../src/platform/engine/onnx/value";

/** A convolution forth and, turned by 180° with its channels swapped, back: [out, in, 3, 3] and [in, out, 3, 3]. */
export interface Filters { readonly forth: Value; readonly back: Value; readonly bias: Value }

export async function filtersOf({ kernel, bias }: Filter): Promise<Filters> {
  const [, , inputs, outputs] = kernel.shape;
  const from = await kernel.data();
  const [forth, back] = [new Float32Array(from.length), new Float32Array(from.length)];
  for (let tap = 0; tap < 9; tap++)
    for (let i = 0; i < inputs; i++)
      for (let o = 0; o < outputs; o++) {
        const weight = from[(tap * inputs + i) * outputs + o];
        forth[(o * inputs + i) * 9 + tap] = weight;
        back[(i * outputs + o) * 9 + 8 - tap] = weight;
      }
  return {
    forth: leaf("float32", [outputs, inputs, 3, 3], forth),
    back: leaf("float32", [inputs, outputs, 3, 3], back),
    bias: leaf("float32", [outputs], Float32Array.from(await bias.data())),
  };
}

/** An elementwise operation; the result is as large as `x`. */
export function op(name: string, x: Value, ...others: Value[]): Value {
  return apply(name, [x, ...others], x.dims);
}

export function convolution(x: Value, filter: Value, ...bias: Value[]): Value {
  return apply("Conv", [x, filter, ...bias], [1, filter.dims[0], ...x.dims.slice(2)], { pads: [1, 1, 1, 1] });
}

/** [1, channels, height, width] as [channels, positions]. */
export function flat(x: Value): Value {
  const dims = [x.dims[1], x.dims[2] * x.dims[3]];
  return apply("Reshape", [x, int64List(dims)], dims);
}

/** The Gram matrix over its positions. */
export function gram(x: Value): Value {
  const responses = flat(x);
  const [channels, positions] = responses.dims;
  return apply("Gemm", [responses, responses], [channels, channels], { transB: 1, alpha: float(1 / positions) });
}

/** 1 above zero, 0 elsewhere: the one operation for it that ONNX Runtime builds into a convolution of its blocked layout. */
export function ramp(x: Value): Value {
  return apply("HardSigmoid", [x], x.dims, { alpha: float(3e38), beta: float(0) });
}

/** `x` unchanged, through a convolution that brings it into the blocked layout. */
export function blocked(x: Value): Value {
  const [, channels] = x.dims;
  return apply("Conv", [x, leaf("float32", [channels, 1, 1, 1], new Float32Array(channels).fill(1))], x.dims, { group: channels });
}
