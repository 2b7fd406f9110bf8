// Poolings and their gradients.
import * as tf from "@tensorflow/tfjs";
import type { TensorView } from "../tensorView";
import { apply, constant, int64List, record, reshaped, scalar, sizeOf, type Attributes, type Value } from "../value";
import type { Kernel, Kernels } from "./kernel";
import { fromChannelsFirst, toChannelsFirst, windowsFromInfo, type Windows } from "./windows";

const { computePool2DInfo, computePool3DInfo } = tf.backend_util;

type Shape4 = [number, number, number, number];
type Shape5 = [number, number, number, number, number];

function windowsFor(shape: readonly number[], { filterSize, strides, pad, dimRoundingMode, dilations, dataFormat }: any): Windows {
  return shape.length === 5
    ? windowsFromInfo(computePool3DInfo(shape as Shape5, filterSize, strides, 1, pad, dimRoundingMode, dataFormat))
    : windowsFromInfo(computePool2DInfo(shape as Shape4, filterSize, strides, dilations ?? 1, pad, dimRoundingMode));
}

/** Whether a window may lie entirely in the padding, which ONNX does not allow. */
const exceedsOnnx = ({ windowSize, padBefore, padAfter }: Windows): boolean =>
  windowSize.some((dim, axis) => padBefore[axis] >= dim || padAfter[axis] >= dim);

function poolAttributes({ windowSize, strides, padBefore, padAfter }: Windows): Attributes {
  return { kernel_shape: windowSize, strides, pads: [...padBefore, ...padAfter] };
}

const pooledDims = ({ batch, channelsIn, outputSize }: Windows): number[] => [batch, channelsIn, ...outputSize];

const pool = (op: string): Kernel => ({ x }, attributes) => {
  const windows = windowsFor(x.shape, attributes);
  if (exceedsOnnx(windows)) return undefined;
  return fromChannelsFirst(apply(op, [toChannelsFirst(x, windows)], pooledDims(windows), poolAttributes(windows)), windows);
};

/** The gradient goes to the first maximum of each window, as in TensorFlow.js' other backends. */
function maxPoolGradient(dy: TensorView, x: TensorView, attributes: object): TensorView | undefined {
  const windows = windowsFor(x.shape, attributes);
  if (exceedsOnnx(windows)) return undefined;
  const { batch, channelsIn, inputSize, windowSize, strides } = windows;
  const [image, gradient] = [toChannelsFirst(x, windows), toChannelsFirst(dy, windows)];
  const dims = [batch, channelsIn, ...inputSize];
  const pooled = pooledDims(windows);
  const [, argmax] = record("MaxPool", [image], poolAttributes(windows), [{ type: "float32", dims: pooled }, { type: "int64", dims: pooled }]);
  const indices = apply("Clip", [argmax, constant("int64", [], [0])], pooled); // a window of nothing but NaN has the index −1
  if (windowSize.every((dim, axis) => dim <= strides[axis]) && [...windows.padBefore, ...windows.padAfter].every((pad) => pad === 0))
    return fromChannelsFirst(apply("MaxUnpool", [gradient, indices, int64List(dims)], dims, { kernel_shape: windowSize, strides }), windows);
  const flat = (value: Value): Value => reshaped(value, [sizeOf(value.dims)]);
  const zeros = apply("Expand", [scalar(0), int64List([sizeOf(dims)])], [sizeOf(dims)]);
  const sums = apply("ScatterElements", [zeros, flat(indices), flat(gradient)], [sizeOf(dims)], { axis: 0, reduction: "add" });
  return fromChannelsFirst(reshaped(sums, dims), windows);
}

/** Each window's gradient in equal parts: nearest-neighbor upsampling where windows do not overlap. */
function averagePoolGradient(dy: TensorView, x: TensorView, attributes: object): TensorView | undefined {
  const windows = windowsFor(x.shape, attributes);
  if (exceedsOnnx(windows)) return undefined;
  const { batch, channelsIn, inputSize, outputSize, windowSize, strides, padBefore, padAfter } = windows;
  const dims = [batch, channelsIn, ...inputSize];
  const perPosition = apply("Mul", [toChannelsFirst(dy, windows), scalar(1 / sizeOf(windowSize))], pooledDims(windows));
  const tiling = windowSize.every((dim, axis) => dim === strides[axis] && padBefore[axis] === 0 && padAfter[axis] === 0);
  if (tiling) {
    const tiled = [batch, channelsIn, ...outputSize.map((dim, axis) => dim * windowSize[axis])];
    const scales = constant("float32", [dims.length], [1, 1, ...windowSize]);
    const upsampled = apply("Resize", [perPosition, undefined, scales], tiled,
      { mode: "nearest", nearest_mode: "floor", coordinate_transformation_mode: "asymmetric" });
    if (sizeOf(tiled) === sizeOf(dims)) return fromChannelsFirst(upsampled, windows);
    const missing = dims.map((dim, axis) => dim - tiled[axis]);
    return fromChannelsFirst(apply("Pad", [upsampled, int64List([...missing.map(() => 0), ...missing])], dims), windows);
  }
  const ones = apply("Expand", [scalar(1), int64List([channelsIn, 1, ...windowSize])], [channelsIn, 1, ...windowSize]);
  const after = inputSize.map((dim, axis) => (outputSize[axis] - 1) * strides[axis] + windowSize[axis] - padBefore[axis] - dim);
  return fromChannelsFirst(apply("ConvTranspose", [perPosition, ones], dims, {
    strides, group: channelsIn,
    pads: [...padBefore, ...after.map((pad) => Math.max(0, pad))],
    output_padding: after.map((pad) => Math.max(0, -pad)),
  }), windows);
}

export const poolings: Kernels = {
  MaxPool: pool("MaxPool"),
  MaxPool3D: pool("MaxPool"),
  AvgPool: pool("AveragePool"),
  AvgPool3D: pool("AveragePool"),
  MaxPoolGrad: ({ dy, input }, attributes) => maxPoolGradient(dy, input, attributes),
  MaxPool3DGrad: ({ dy, input }, attributes) => maxPoolGradient(dy, input, attributes),
  AvgPoolGrad: ({ dy, input }, attributes) => averagePoolGradient(dy, input, attributes),
  AvgPool3DGrad: ({ dy, input }, attributes) => averagePoolGradient(dy, input, attributes),
};
