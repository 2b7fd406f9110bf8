// Convolutions and their gradients. TensorFlow.js' filters are [...size, in, out], ONNX' [out, in, ...size].
import * as tf from "@tensorflow/tfjs";
import { convKernel, spatialAxesFirst, spatialAxesLast } from "../filter";
import { channelsLast, view, type TensorView } from "../tensorView";
import { apply, int64List, reshaped, type Attributes, type Value } from "../value";
import { isWinogradFaster, winogradOp } from "../winograd";
import { applyActivation } from "./fused";
import { elementwiseOp, type Kernel, type Kernels } from "./kernel";
import { fromChannelsFirst, swapBatchAndChannels, toChannelsFirst, windowsFromInfo, type Windows } from "./windows";

const { computeConv2DInfo, computeConv3DInfo, convertConv2DDataFormat } = tf.backend_util;

function convAttributes({ strides, dilations, padBefore, padAfter }: Windows, group = 1): Attributes {
  return { strides, dilations, pads: [...padBefore, ...padAfter], group };
}

function convolve(x: TensorView, filter: TensorView, windows: Windows): TensorView {
  const dims = [windows.batch, windows.channelsOut, ...windows.outputSize];
  return fromChannelsFirst(conv(toChannelsFirst(x, windows), channelsLast(filter), dims, windows, groupsOf(filter, windows)), windows);
}

/** The number of groups of a filter [...size, in per group, out]. */
function groupsOf({ shape }: TensorView, { channelsIn }: Windows): number {
  return channelsIn / shape[shape.length - 2];
}

/**
 * A convolution with a filter [...size, in, out], or with `backward` with a filter [...size, out, in], flipped; recorded for Winograd's
 * algorithm where that is faster.
 */
function conv(image: Value, filter: Value, dims: readonly number[], windows: Windows, group = 1, backward = false): Value {
  const attributes = convAttributes(windows, group);
  if (group === 1 && isDense(windows) && isWinogradFaster(filter, dims))
    return apply(winogradOp, [image, filter], dims, { pads: attributes.pads, backward: Number(backward) });
  return apply("Conv", [image, convKernel(filter, backward)], dims, attributes);
}

/** Whether all strides and dilations are 1. */
function isDense({ strides, dilations }: Windows): boolean {
  return [...strides, ...dilations].every((step) => step === 1);
}

/** A depthwise convolution with a filter [...size, channels, multiplier]. */
function depthwiseConvolve(x: TensorView, filter: TensorView, windows: Windows): TensorView {
  const kernel = depthwiseKernel(channelsLast(filter));
  const dims = [windows.batch, kernel.dims[0], ...windows.outputSize];
  return fromChannelsFirst(apply("Conv", [toChannelsFirst(x, windows), kernel], dims, convAttributes(windows, windows.channelsIn)), windows);
}

/** [...size, channels, multiplier] to [channels · multiplier, 1, ...size]. */
function depthwiseKernel(filter: Value): Value {
  const kernel = spatialAxesLast(filter, false);
  return reshaped(kernel, [kernel.dims[0] * kernel.dims[1], 1, ...kernel.dims.slice(2)]);
}

/** The gradient of a convolution with respect to its input. */
function inputGradient(dy: TensorView, filter: TensorView, windows: Windows): TensorView | undefined {
  const { inputSize, outputSize, windowSize, padBefore } = windows;
  const gradient = toChannelsFirst(dy, windows);
  if (outputSize.some((dim, axis) => dim !== gradient.dims[2 + axis])) return undefined; // TensorFlow.js accepts a dy of any size
  const dims = [windows.batch, windows.channelsIn, ...inputSize];
  // At stride 1 it is a convolution too, with the flipped filter, its input and output channels swapped.
  const front = windowSize.map((dim, axis) => dim - 1 - padBefore[axis]);
  const back = inputSize.map((dim, axis) => dim - outputSize[axis] + windowSize[axis] - 1 - front[axis]);
  const group = groupsOf(filter, windows);
  const value = group === 1 && isDense(windows) && Math.min(...front, ...back) >= 0
    ? conv(gradient, channelsLast(filter), dims, { ...windows, padBefore: front, padAfter: back }, 1, true)
    : convTranspose(gradient, spatialAxesLast(channelsLast(filter)), windows, group);
  return fromChannelsFirst(value, windows);
}

/** A transposed convolution whose output has exactly the input's size. */
function convTranspose(dy: Value, kernel: Value, windows: Windows, group: number): Value {
  const { inputSize, outputSize, windowSize, strides, dilations, padBefore } = windows;
  const after = inputSize.map((dim, axis) =>
    (outputSize[axis] - 1) * strides[axis] + (windowSize[axis] - 1) * dilations[axis] + 1 - padBefore[axis] - dim);
  const attributes = {
    strides, dilations, group,
    pads: [...padBefore, ...after.map((pad) => Math.max(0, pad))],
    output_padding: after.map((pad) => Math.max(0, -pad)),
  };
  return apply("ConvTranspose", [dy, kernel], [windows.batch, windows.channelsIn, ...inputSize], attributes);
}

function depthwiseInputGradient(dy: TensorView, filter: TensorView, windows: Windows): TensorView {
  const kernel = depthwiseKernel(channelsLast(filter));
  return fromChannelsFirst(convTranspose(toChannelsFirst(dy, windows), kernel, windows, windows.channelsIn), windows);
}

/**
 * The gradient with respect to the filter: the image convolved with dy, where strides and dilations change roles, and the sum is over
 * the batch in place of the channels.
 */
function filterGradient(x: TensorView, dy: TensorView, windows: Windows): TensorView {
  const image = swapBatchAndChannels(toChannelsFirst(x, windows));
  const kernel = swapBatchAndChannels(toChannelsFirst(dy, windows));
  return view(spatialAxesFirst(crop(correlate(image, kernel, windows, 1), windows.windowSize)));
}

function depthwiseFilterGradient(x: TensorView, dy: TensorView, windows: Windows): TensorView {
  const { batch, channelsIn, inputSize, windowSize } = windows;
  const image = reshaped(swapBatchAndChannels(toChannelsFirst(x, windows)), [1, channelsIn * batch, ...inputSize]);
  const gradient = crop(correlate(image, swapBatchAndChannels(toChannelsFirst(dy, windows)), windows, channelsIn), windowSize);
  const multiplier = gradient.dims[1] / channelsIn;
  return view(spatialAxesFirst(reshaped(gradient, [channelsIn, multiplier, ...windowSize])));
}

function correlate(image: Value, kernel: Value, windows: Windows, group: number): Value {
  const { strides, dilations, padBefore, padAfter, inputSize, outputSize } = windows;
  const size = inputSize.map((dim, axis) =>
    Math.floor((dim + padBefore[axis] + padAfter[axis] - (outputSize[axis] - 1) * strides[axis] - 1) / dilations[axis]) + 1);
  const attributes = { strides: dilations, dilations: strides, pads: [...padBefore, ...padAfter], group };
  return apply("Conv", [image, kernel], [image.dims[0], kernel.dims[0], ...size], attributes);
}

/** Crops a filter gradient to the filter's size: where strides do not divide the image, the correlation is larger. */
function crop(gradient: Value, size: readonly number[]): Value {
  const axes = size.map((_, axis) => axis + 2);
  if (size.every((dim, axis) => gradient.dims[axis + 2] === dim)) return gradient;
  return apply("Slice", [gradient, int64List(axes.map(() => 0)), int64List(size), int64List(axes)], [...gradient.dims.slice(0, 2), ...size]);
}

type Shape4 = [number, number, number, number];
type Shape5 = [number, number, number, number, number];

function windows2d(x: readonly number[], filter: readonly number[], attributes: any, depthwise = false): Windows {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attributes;
  const format = convertConv2DDataFormat(dataFormat ?? "NHWC");
  return windowsFromInfo(computeConv2DInfo(x as Shape4, filter as Shape4, strides, dilations ?? 1, pad, dimRoundingMode, depthwise, format));
}

function windows3d(x: readonly number[], filter: readonly number[], { strides, pad, dilations }: any): Windows {
  return windowsFromInfo(computeConv3DInfo(x as Shape5, filter as Shape5, strides, dilations ?? 1, pad));
}

const fused = (depthwise: boolean): Kernel => ({ x, filter, bias, preluActivationWeights }, attributes) => {
  const windows = windows2d(x.shape, filter.shape, attributes, depthwise);
  const result = depthwise ? depthwiseConvolve(x, filter, windows) : convolve(x, filter, windows);
  const perChannel = (x: TensorView): TensorView => // broadcast along the channels, wherever they are
    (x && !windows.channelsLast && x.shape.length === 1 ? view(reshaped(channelsLast(x), [x.shape[0], 1, 1])) : x);
  const { activation, leakyreluAlpha } = attributes;
  const sum = bias ? elementwiseOp("Add", [result, perChannel(bias)]) : result;
  return applyActivation(sum, activation, leakyreluAlpha, perChannel(preluActivationWeights));
};

export const convolutions: Kernels = {
  Conv2D: ({ x, filter }, attributes) => convolve(x, filter, windows2d(x.shape, filter.shape, attributes)),
  Conv2DBackpropInput: ({ dy, filter }, attributes) =>
    inputGradient(dy, filter, windows2d(attributes.inputShape, filter.shape, attributes)),
  Conv2DBackpropFilter: ({ x, dy }, attributes) => filterGradient(x, dy, windows2d(x.shape, attributes.filterShape, attributes)),
  FusedConv2D: fused(false),
  DepthwiseConv2dNative: ({ x, filter }, attributes) => depthwiseConvolve(x, filter, windows2d(x.shape, filter.shape, attributes, true)),
  DepthwiseConv2dNativeBackpropInput: ({ dy, filter }, attributes) =>
    depthwiseInputGradient(dy, filter, windows2d(attributes.inputShape, filter.shape, attributes, true)),
  DepthwiseConv2dNativeBackpropFilter: ({ x, dy }, attributes) =>
    depthwiseFilterGradient(x, dy, windows2d(x.shape, attributes.filterShape, attributes, true)),
  FusedDepthwiseConv2D: fused(true),
  Conv3D: ({ x, filter }, attributes) => convolve(x, filter, windows3d(x.shape, filter.shape, attributes)),
  Conv3DBackpropInputV2: ({ dy, filter }, attributes) =>
    inputGradient(dy, filter, windows3d(attributes.inputShape, filter.shape, attributes)),
  Conv3DBackpropFilterV2: ({ x, dy }, attributes) => filterGradient(x, dy, windows3d(x.shape, attributes.filterShape, attributes)),
};
