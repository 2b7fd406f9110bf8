// Poolings and their gradients.
import * as tf from "@tensorflow/tfjs";
import type { Laid } from "../tensorView";
import { apply, constant, list, record, reshaped, scalar, sizeOf, type Attributes, type Value } from "../value";
import type { Kernel, Kernels } from "./kernel";
import { fromPlanes, planes, windowsOf, type Windows } from "./windows";

const { computePool2DInfo, computePool3DInfo } = tf.backend_util;

function windowsFor(shape: readonly number[], { filterSize, strides, pad, dimRoundingMode, dilations, dataFormat }: any): Windows {
  return shape.length === 5
    ? windowsOf(computePool3DInfo(shape as [number, number, number, number, number], filterSize, strides, 1, pad, dimRoundingMode, dataFormat))
    : windowsOf(computePool2DInfo(shape as [number, number, number, number], filterSize, strides, dilations ?? 1, pad, dimRoundingMode));
}

/** Windows that lie on the margin alone: ONNX has none. */
const beyond = ({ size, before, after }: Windows): boolean => size.some((dim, at) => before[at] >= dim || after[at] >= dim);

function sliding({ size, strides, before, after }: Windows): Attributes {
  return { kernel_shape: size, strides, pads: [...before, ...after] };
}

const pooledDims = ({ batch, channelsIn, to }: Windows): number[] => [batch, channelsIn, ...to];

const largest: Kernel = ({ x }, attributes) => {
  const windows = windowsFor(x.shape, attributes);
  if (beyond(windows)) return undefined;
  return fromPlanes(apply("MaxPool", [planes(x, windows)], pooledDims(windows), sliding(windows)), windows);
};

const average: Kernel = ({ x }, attributes) => {
  const windows = windowsFor(x.shape, attributes);
  if (beyond(windows)) return undefined;
  return fromPlanes(apply("AveragePool", [planes(x, windows)], pooledDims(windows), sliding(windows)), windows);
};

/** The slope goes to the first of the largest in each window, as in TensorFlow.js' other backends. */
function largestGradient(dy: Laid, x: Laid, attributes: object): Laid | undefined {
  const windows = windowsFor(x.shape, attributes);
  if (beyond(windows)) return undefined;
  const { batch, channelsIn, from, size, strides } = windows;
  const [image, slope] = [planes(x, windows), planes(dy, windows)];
  const dims = [batch, channelsIn, ...from];
  const pooled = pooledDims(windows);
  const [, found] = record("MaxPool", [image], sliding(windows), [{ type: "float32", dims: pooled }, { type: "int64", dims: pooled }]);
  const places = apply("Clip", [found, constant("int64", [], [0])], pooled); // where all are NaN, the largest is nowhere
  if (size.every((dim, at) => dim <= strides[at]) && [...windows.before, ...windows.after].every((pad) => pad === 0))
    return fromPlanes(apply("MaxUnpool", [slope, places, list(dims)], dims, { kernel_shape: size, strides }), windows);
  const flat = (value: Value): Value => reshaped(value, [sizeOf(value.dims)]);
  const nothing = apply("Expand", [scalar(0), list([sizeOf(dims)])], [sizeOf(dims)]);
  const sums = apply("ScatterElements", [nothing, flat(places), flat(slope)], [sizeOf(dims)], { axis: 0, reduction: "add" });
  return fromPlanes(reshaped(sums, dims), windows);
}

/** The slope of each window in equal parts: a nearest-neighbor enlargement where windows lie side by side. */
function averageGradient(dy: Laid, x: Laid, attributes: object): Laid | undefined {
  const windows = windowsFor(x.shape, attributes);
  if (beyond(windows)) return undefined;
  const { batch, channelsIn, from, to, size, strides, before } = windows;
  const dims = [batch, channelsIn, ...from];
  const share = apply("Mul", [planes(dy, windows), scalar(1 / sizeOf(size))], pooledDims(windows));
  const side = size.every((dim, at) => dim === strides[at] && before[at] === 0 && windows.after[at] === 0);
  if (side) {
    const tiled = [batch, channelsIn, ...to.map((dim, at) => dim * size[at])];
    const scales = constant("float32", [dims.length], [1, 1, ...size]);
    const enlarged = apply("Resize", [share, undefined, scales], tiled,
      { mode: "nearest", nearest_mode: "floor", coordinate_transformation_mode: "asymmetric" });
    if (sizeOf(tiled) === sizeOf(dims)) return fromPlanes(enlarged, windows);
    const rest = dims.map((dim, at) => dim - tiled[at]);
    return fromPlanes(apply("Pad", [enlarged, list([...rest.map(() => 0), ...rest])], dims), windows);
  }
  const ones = apply("Expand", [scalar(1), list([channelsIn, 1, ...size])], [channelsIn, 1, ...size]);
  const over = from.map((dim, at) => (to[at] - 1) * strides[at] + size[at] - before[at] - dim);
  return fromPlanes(apply("ConvTranspose", [share, ones], dims, {
    strides, group: channelsIn,
    pads: [...before, ...over.map((pad) => Math.max(0, pad))],
    output_padding: over.map((pad) => Math.max(0, -pad)),
  }), windows);
}

export const poolings: Kernels = {
  MaxPool: largest,
  MaxPool3D: largest,
  AvgPool: average,
  AvgPool3D: average,
  MaxPoolGrad: ({ dy, input }, attributes) => largestGradient(dy, input, attributes),
  MaxPool3DGrad: ({ dy, input }, attributes) => largestGradient(dy, input, attributes),
  AvgPoolGrad: ({ dy, input }, attributes) => averageGradient(dy, input, attributes),
  AvgPool3DGrad: ({ dy, input }, attributes) => averageGradient(dy, input, attributes),
};
