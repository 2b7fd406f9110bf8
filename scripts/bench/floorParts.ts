// Parts of the hand-written graph: forward and backward convolutions, Gram matrices, the mask of a relu.
import type { Filter } from "../../src/networks/applyLayer";
import { apply, float, leaf, int64List, type Value } from "../../src/platform/engine/onnx/value";

/** The kernels of a convolution, [out, in, 3, 3], and of its backward pass, [in, out, 3, 3]: flipped, with the channels swapped. */
export interface Filters { readonly forward: Value; readonly backward: Value; readonly bias: Value }

export async function filtersOf({ kernel, bias }: Filter): Promise<Filters> {
  const [, , inputs, outputs] = kernel.shape;
  const from = await kernel.data();
  const [forward, backward] = [new Float32Array(from.length), new Float32Array(from.length)];
  for (let tap = 0; tap < 9; tap++)
    for (let i = 0; i < inputs; i++)
      for (let o = 0; o < outputs; o++) {
        const weight = from[(tap * inputs + i) * outputs + o];
        forward[(o * inputs + i) * 9 + tap] = weight;
        backward[(i * outputs + o) * 9 + 8 - tap] = weight;
      }
  return {
    forward: leaf("float32", [outputs, inputs, 3, 3], forward),
    backward: leaf("float32", [inputs, outputs, 3, 3], backward),
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

/** The Gram matrix divided by the number of positions. */
export function gram(x: Value): Value {
  const features = flat(x);
  const [channels, positions] = features.dims;
  return apply("Gemm", [features, features], [channels, channels], { transB: 1, alpha: float(1 / positions) });
}

/** [x > 0]: HardSigmoid is the one operation for it that ONNX Runtime fuses into a convolution of its blocked layout. */
export function positiveMask(x: Value): Value {
  return apply("HardSigmoid", [x], x.dims, { alpha: float(3e38), beta: float(0) });
}

/** `x` through an identity convolution, which brings it into the blocked layout. */
export function toBlockedLayout(x: Value): Value {
  const [, channels] = x.dims;
  return apply("Conv", [x, leaf("float32", [channels, 1, 1, 1], new Float32Array(channels).fill(1))], x.dims, { group: channels });
}
