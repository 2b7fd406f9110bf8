// 3×3 convolutions with half the multiplications: Winograd's minimal filtering F(4, 3), along the height only. Four output rows
// take six 1-D convolutions along the width instead of twelve. Winograd, "Arithmetic Complexity of Computations" (1980); Lavin and
// Gray, "Fast Algorithms for Convolutional Neural Networks" (2016), equation 6 and section 4.3. The 2-D version was measured too:
// its transforms cost what they save with 512 channels, and more with fewer.
import { convKernel } from "./filter";
import { apply, constant, int64List, leaf, setOrigin, type Node, type Value } from "./value";

/**
 * The op of a recorded 3×3 convolution of stride 1 that `lower.ts` replaces by ONNX operations. Its image is [batch, in, y, x]; its filter
 * is [3, 3, in, out], or with `backward` [3, 3, out, in] to be flipped, for the gradient of a convolution; `pads` are ONNX's.
 */
export const winogradOp = "WinogradConv";

/** Input transform Bᵀ: each row gives one of the six products' input from six rows of the image. */
const inputTransform = [
  [4, 0, -5, 0, 1, 0],
  [0, -4, -4, 1, 1, 0],
  [0, 4, -4, -1, 1, 0],
  [0, -2, -1, 2, 1, 0],
  [0, 2, -1, -2, 1, 0],
  [0, 4, 0, -5, 0, 1],
];

/**
 * Whether Winograd's algorithm is faster than a direct convolution: for constant filters, which are transformed once, with enough
 * channels that the products are most of the work, and enough positions to pay for reading twice as many weights. The bounds were
 * measured on two cores with AVX-512.
 */
export function isWinogradFaster(filter: Value, [batch, , height, width]: readonly number[]): boolean {
  const [rows, columns, channelsIn, channelsOut] = filter.dims;
  return filter.uploaded === true && filter.data instanceof Float32Array && filter.dims.length === 4 && rows === 3 && columns === 3
    && (channelsIn * channelsOut) / (channelsIn + channelsOut) >= 64 && batch * height * width >= 256;
}

/** A `winogradOp` as one Conv. */
export function asOneConvolution({ op, inputs, outputs, attributes, origin }: Node): Node[] | undefined {
  if (op !== winogradOp) return undefined;
  setOrigin(origin);
  const [image, filter] = inputs as [Value, Value];
  const kernel = convKernel(filter, attributes.backward === 1);
  const conv = apply("Conv", [image, kernel], outputs[0].dims, { pads: attributes.pads }).node!;
  const kernelNodes = [kernel.node!.inputs[0]!.node, kernel.node].filter((node) => node !== undefined);
  return [...kernelNodes, { ...conv, outputs }];
}

/** A `winogradOp` as input transform Bᵀ, six convolutions along the width, and output transform Aᵀ. */
export function byWinograd({ op, inputs, outputs, attributes, origin }: Node): Node[] | undefined {
  if (op !== winogradOp) return undefined;
  setOrigin(origin);
  const nodes: Node[] = [];
  const emit = (value: Value): Value => {
    nodes.push(value.node!);
    return value;
  };
  const [image, filter] = inputs as [Value, Value];
  const [result] = outputs;
  const [batch, channels, height, width] = result.dims;
  const [top, left, , right] = attributes.pads as number[];
  const tiles = Math.ceil(height / 4); // of four output rows

  /** Bᵀ for product `i`, as a depthwise convolution with stride 4; zeros at the ends of the transform's row are left out. */
  const transformInput = (i: number): Value => {
    const [, channelsIn, inputHeight, inputWidth] = image.dims;
    const first = Math.min(top, inputTransform[i].findIndex((factor) => factor !== 0));
    const taps = inputTransform[i].slice(first, i === 5 ? 6 : 5);
    const bottom = Math.max(0, (tiles - 1) * 4 + first + taps.length - top - inputHeight);
    const kernel = constant("float32", [channelsIn, 1, taps.length, 1], Array(channelsIn).fill(taps).flat());
    return emit(apply("Conv", [image, kernel], [batch, channelsIn, tiles, inputWidth],
      { group: channelsIn, strides: [4, 1], pads: [top - first, 0, bottom, 0] }));
  };

  const filters = transformedFilter(filter, attributes.backward === 1);
  const dims = [batch, channels, tiles, width];
  const [m0, m1, m2, m3, m4, m5] = inputTransform.map((_, i) =>
    emit(apply("Conv", [transformInput(i), filters[i]], dims, { pads: [0, left, 0, right] })));
  const sum = (a: Value, b: Value): Value => emit(apply("Add", [a, b], dims));
  /** `factor` · a + b. The factor is a depthwise 1×1 convolution: ONNX Runtime fuses the sum into it and keeps its blocked layout. */
  const scaleAndAdd = (factor: number, a: Value, b: Value): Value => {
    const kernel = constant("float32", [channels, 1, 1, 1], Array(channels).fill(factor));
    return sum(emit(apply("Conv", [a, kernel], dims, { group: channels })), b);
  };
  // Output transform Aᵀ: 1 1 1 1 1 0, 0 1 −1 2 −2 0, 0 1 1 4 4 0, 0 1 −1 8 −8 1.
  const [even, odd] = [sum(m1, m2), scaleAndAdd(-1, m2, m1)];
  const [even2, odd2] = [sum(m3, m4), scaleAndAdd(-1, m4, m3)];
  const rows = [
    sum(sum(m0, even), even2), scaleAndAdd(2, odd2, odd), scaleAndAdd(4, even2, even), scaleAndAdd(8, odd2, sum(odd, m5)),
  ];
  const rowDims = [batch, channels, tiles, 1, width];
  const separateRows = rows.map((row) => emit(apply("Reshape", [row, int64List(rowDims)], rowDims)));
  const stacked = emit(apply("Concat", separateRows, [batch, channels, tiles, 4, width], { axis: 3 }));
  const paddedDims = [batch, channels, tiles * 4, width];
  const padded = emit(apply("Reshape", [stacked, int64List(paddedDims)], paddedDims));
  if (tiles * 4 > height) emit(apply("Slice", [padded, int64List([0]), int64List([height]), int64List([2])], result.dims));
  nodes.push({ ...nodes.pop()!, outputs: [result] });
  return nodes;
}

/** Transformed filters, forward and backward; held weakly: the next session may need them again, but they take twice the filter's memory. */
const transformedFilters = [new WeakMap<Value, WeakRef<Value[]>>(), new WeakMap<Value, WeakRef<Value[]>>()];

function transformedFilter(filter: Value, backward: boolean): Value[] {
  const cache = transformedFilters[Number(backward)];
  const cached = cache.get(filter)?.deref();
  if (cached) return cached;
  const parts = transformFilter(filter, backward);
  cache.set(filter, new WeakRef(parts));
  return parts;
}

/** Filter transform G: for each of the six products a filter [out, in, 1, 3], a linear combination of the filter's three rows. */
function transformFilter({ data, dims }: Value, backward: boolean): Value[] {
  const [, , channelsIn, channelsOut] = dims;
  const plane = channelsIn * channelsOut;
  const [outs, ins, outStep, inStep] = backward ? [channelsIn, channelsOut, channelsOut, 1] : [channelsOut, channelsIn, 1, channelsOut];
  const parts = inputTransform.map(() => new Float32Array(3 * plane));
  const weights = data as Float32Array;
  for (let start = 0; start < outs; start += 16) // one cache line at a time
    for (let i = 0; i < ins; i++)
      for (let o = start; o < Math.min(outs, start + 16); o++)
        for (let column = 0; column < 3; column++) {
          const from = o * outStep + i * inStep + plane * (backward ? 8 - column : column);
          const step = backward ? -3 * plane : 3 * plane;
          const [top, middle, bottom] = [weights[from], weights[from + step], weights[from + 2 * step]];
          const to = (o * ins + i) * 3 + column;
          parts[0][to] = top / 4;
          parts[1][to] = -(top + middle + bottom) / 6;
          parts[2][to] = (middle - top - bottom) / 6;
          parts[3][to] = top / 24 + middle / 12 + bottom / 6;
          parts[4][to] = top / 24 - middle / 12 + bottom / 6;
          parts[5][to] = bottom;
        }
  return parts.map((part) => leaf("float32", [outs, ins, 1, 3], part));
}
