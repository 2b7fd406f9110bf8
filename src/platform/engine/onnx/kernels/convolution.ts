// Convolutions and their gradients. Filters come as [...size, in, out]; ONNX takes [out, in, ...size].
import * as tf from "@tensorflow/tfjs";
import { filterFirst, filterLast, kernelOf } from "../filter";
import { laid, plain, type Laid } from "../tensorView";
import { apply, list, reshaped, type Attributes, type Value } from "../value";
import { byRows, paysByRows } from "../winograd";
import { activated } from "./fused";
import { each, type Kernel, type Kernels } from "./kernel";
import { fromPlanes, planes, swapped, windowsOf, type Windows } from "./windows";

const { computeConv2DInfo, computeConv3DInfo, convertConv2DDataFormat } = tf.backend_util;

function sliding({ strides, dilations, before, after }: Windows, group = 1): Attributes {
  return { strides, dilations, pads: [...before, ...after], group };
}

function convolve(x: Laid, filter: Laid, windows: Windows): Laid {
  const dims = [windows.batch, windows.channelsOut, ...windows.to];
  return fromPlanes(slide(planes(x, windows), plain(filter), dims, windows, groupsOf(filter, windows)), windows);
}

/** Into how many groups a filter [...size, in, out] divides the channels. */
function groupsOf({ shape }: Laid, { channelsIn }: Windows): number {
  return channelsIn / shape[shape.length - 2];
}

/** With a filter [...size, in, out], or `backwards` with one [...size, out, in] turned by 180°; in the way that takes least. */
function slide(image: Value, filter: Value, dims: readonly number[], windows: Windows, group = 1, backwards = false): Value {
  const attributes = sliding(windows, group);
  if (group === 1 && isSimple(windows) && paysByRows(filter, dims))
    return apply(byRows, [image, filter], dims, { pads: attributes.pads, backwards: Number(backwards) });
  return apply("Conv", [image, kernelOf(filter, backwards)], dims, attributes);
}

/** Whether it goes one step at a time, over neighbors. */
function isSimple({ strides, dilations }: Windows): boolean {
  return [...strides, ...dilations].every((step) => step === 1);
}

/** One filter for each channel, or several: [...size, channels, several]. */
function convolveEach(x: Laid, filter: Laid, windows: Windows): Laid {
  const kernel = depthwise(plain(filter));
  const dims = [windows.batch, kernel.dims[0], ...windows.to];
  return fromPlanes(apply("Conv", [planes(x, windows), kernel], dims, sliding(windows, windows.channelsIn)), windows);
}

/** [...size, channels, several] to [channels · several, 1, ...size]. */
function depthwise(filter: Value): Value {
  const first = filterFirst(filter, true);
  return reshaped(first, [first.dims[0] * first.dims[1], 1, ...first.dims.slice(2)]);
}

/** The gradient of a convolution with respect to its input. */
function inputGradient(dy: Laid, filter: Laid, windows: Windows): Laid | undefined {
  const { from, to, size, before } = windows;
  const slope = planes(dy, windows);
  if (to.some((dim, at) => dim !== slope.dims[2 + at])) return undefined; // TensorFlow.js takes slopes of any size
  const dims = [windows.batch, windows.channelsIn, ...from];
  // At stride 1 it is a convolution itself, with the filter turned by 180° and its channels swapped.
  const front = size.map((dim, at) => dim - 1 - before[at]);
  const back = from.map((dim, at) => dim - to[at] + size[at] - 1 - front[at]);
  const group = groupsOf(filter, windows);
  const value = group === 1 && isSimple(windows) && Math.min(...front, ...back) >= 0
    ? slide(slope, plain(filter), dims, { ...windows, before: front, after: back }, 1, true)
    : unconvolve(slope, filterFirst(plain(filter)), windows, group);
  return fromPlanes(value, windows);
}

/** A transposed convolution that ends at exactly the input's size. */
function unconvolve(slope: Value, kernel: Value, windows: Windows, group: number): Value {
  const { from, to, size, strides, dilations, before } = windows;
  const after = from.map((dim, at) => (to[at] - 1) * strides[at] + (size[at] - 1) * dilations[at] + 1 - before[at] - dim);
  const attributes = {
    strides, dilations, group,
    pads: [...before, ...after.map((pad) => Math.max(0, pad))],
    output_padding: after.map((pad) => Math.max(0, -pad)),
  };
  return apply("ConvTranspose", [slope, kernel], [windows.batch, windows.channelsIn, ...from], attributes);
}

function inputGradientEach(dy: Laid, filter: Laid, windows: Windows): Laid {
  return fromPlanes(unconvolve(planes(dy, windows), depthwise(plain(filter)), windows, windows.channelsIn), windows);
}

/**
 * The gradient with respect to the filter: the image convolved with the slopes, where strides and dilations change places and
 * the batch is summed over as channels are.
 */
function filterGradient(x: Laid, dy: Laid, windows: Windows): Laid {
  const image = swapped(planes(x, windows));
  const slopes = swapped(planes(dy, windows));
  return laid(filterLast(cut(correlate(image, slopes, windows, 1), windows.size)));
}

function filterGradientEach(x: Laid, dy: Laid, windows: Windows): Laid {
  const { batch, channelsIn, from, size } = windows;
  const image = reshaped(swapped(planes(x, windows)), [1, channelsIn * batch, ...from]);
  const found = cut(correlate(image, swapped(planes(dy, windows)), windows, channelsIn), size);
  const several = found.dims[1] / channelsIn;
  return laid(filterLast(reshaped(found, [channelsIn, several, ...size])));
}

function correlate(image: Value, slopes: Value, { strides, dilations, before, after, from, to }: Windows, group: number): Value {
  const spatial = from.map((dim, at) =>
    Math.floor((dim + before[at] + after[at] - (to[at] - 1) * strides[at] - 1) / dilations[at]) + 1);
  const attributes = { strides: dilations, dilations: strides, pads: [...before, ...after], group };
  return apply("Conv", [image, slopes], [image.dims[0], slopes.dims[0], ...spatial], attributes);
}

/** Without what lies beyond the filter's size, where strides leave a rest. */
function cut(found: Value, size: readonly number[]): Value {
  const axes = size.map((_, at) => at + 2);
  if (size.every((dim, at) => found.dims[at + 2] === dim)) return found;
  return apply("Slice", [found, list(axes.map(() => 0)), list(size), list(axes)], [...found.dims.slice(0, 2), ...size]);
}

type Shape4 = [number, number, number, number];
type Shape5 = [number, number, number, number, number];

function windows2(x: readonly number[], filter: readonly number[], attributes: any, each = false): Windows {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attributes;
  const format = convertConv2DDataFormat(dataFormat ?? "NHWC");
  return windowsOf(computeConv2DInfo(x as Shape4, filter as Shape4, strides, dilations ?? 1, pad, dimRoundingMode, each, format));
}

function windows3(x: readonly number[], filter: readonly number[], { strides, pad, dilations }: any): Windows {
  return windowsOf(computeConv3DInfo(x as Shape5, filter as Shape5, strides, dilations ?? 1, pad));
}

const fused = (each_: boolean): Kernel => ({ x, filter, bias, preluActivationWeights }, attributes) => {
  const windows = windows2(x.shape, filter.shape, attributes, each_);
  const result = each_ ? convolveEach(x, filter, windows) : convolve(x, filter, windows);
  const perChannel = (x: Laid): Laid => // one number for each channel stands where the channels do
    (x && !windows.channelsLast && x.shape.length === 1 ? laid(reshaped(plain(x), [x.shape[0], 1, 1])) : x);
  const { activation, leakyreluAlpha } = attributes;
  const sum = bias ? each("Add", [result, perChannel(bias)]) : result;
  return activated(sum, activation, leakyreluAlpha, perChannel(preluActivationWeights));
};

export const convolutions: Kernels = {
  Conv2D: ({ x, filter }, attributes) => convolve(x, filter, windows2(x.shape, filter.shape, attributes)),
  Conv2DBackpropInput: ({ dy, filter }, attributes) =>
    inputGradient(dy, filter, windows2(attributes.inputShape, filter.shape, attributes)),
  Conv2DBackpropFilter: ({ x, dy }, attributes) => filterGradient(x, dy, windows2(x.shape, attributes.filterShape, attributes)),
  FusedConv2D: fused(false),
  DepthwiseConv2dNative: ({ x, filter }, attributes) => convolveEach(x, filter, windows2(x.shape, filter.shape, attributes, true)),
  DepthwiseConv2dNativeBackpropInput: ({ dy, filter }, attributes) =>
    inputGradientEach(dy, filter, windows2(attributes.inputShape, filter.shape, attributes, true)),
  DepthwiseConv2dNativeBackpropFilter: ({ x, dy }, attributes) =>
    filterGradientEach(x, dy, windows2(x.shape, attributes.filterShape, attributes, true)),
  FusedDepthwiseConv2D: fused(true),
  Conv3D: ({ x, filter }, attributes) => convolve(x, filter, windows3(x.shape, filter.shape, attributes)),
  Conv3DBackpropInputV2: ({ dy, filter }, attributes) =>
    inputGradient(dy, filter, windows3(attributes.inputShape, filter.shape, attributes)),
  Conv3DBackpropFilterV2: ({ x, dy }, attributes) => filterGradient(x, dy, windows3(x.shape, attributes.filterShape, attributes)),
};
