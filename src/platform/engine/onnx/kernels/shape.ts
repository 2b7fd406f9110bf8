// Kernels that move data: transpose, slice, concatenate, pad, tile, reverse.
import * as tf from "@tensorflow/tfjs";
import { channelsFirst, channelsLast, dimsOf, reshape, view, withChannelsAt, type TensorView } from "../tensorView";
import { apply, cast, constant, int64List, transposed, type Value } from "../value";
import { axesOf, type Kernel, type Kernels } from "./kernel";

/** One entry for each axis of TensorFlow.js' shape, in the order of the value's axes. */
const inValueOrder = <T>({ channelAxis }: TensorView, perAxis: readonly T[]): T[] =>
  channelAxis === undefined ? [...perAxis] : withChannelsAt(channelAxis, perAxis);

/** An operation that treats every axis on its own, in the layout of `x`. */
function axiswise(x: TensorView, shape: readonly number[], compute: (value: Value, dims: readonly number[]) => Value): TensorView {
  const value = x.channelAxis === undefined ? channelsLast(x) : x.value;
  return { value: compute(value, dimsOf({ shape, channelAxis: x.channelAxis })), shape, channelAxis: x.channelAxis };
}

/** Bools as int32, for operations that ONNX Runtime does not have for bools. */
function boolsAsInts(value: Value, compute: (value: Value) => Value): Value {
  return value.type === "bool" ? cast(compute(cast(value, "int32")), "bool") : compute(value);
}

/** Along each axis, `size` elements from `begin` on, `strides` apart. */
export function slice(x: TensorView, begin: readonly number[], size: readonly number[], strides: readonly number[] = begin.map(() => 1)): TensorView {
  if (size.every((dim, axis) => dim === x.shape[axis] && strides[axis] === 1)) return x;
  const end = begin.map((first, axis) => {
    const stop = first + size[axis] * strides[axis];
    return stop < 0 ? -(2 ** 31) : stop; // −1 would mean the last element
  });
  return axiswise(x, size, (value, dims) => apply("Slice",
    [value, int64List(inValueOrder(x, begin)), int64List(inValueOrder(x, end)), int64List([...size.keys()]), int64List(inValueOrder(x, strides))], dims));
}

const stridedSlice: Kernel = ({ x }, attributes) => {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
  const info = tf.slice_util.sliceInfo([...x.shape], begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask);
  if (info.isIdentity) return reshape(x, info.finalShape);
  const withoutMinusZero = (sizes: number[]): number[] => sizes.map((size) => size + 0); // TensorFlow.js returns −0 for empty axes
  const size = withoutMinusZero(tf.slice_util.computeOutShape(info.begin, info.end, info.strides));
  return reshape(slice(x, info.begin, size, info.strides), withoutMinusZero(info.finalShape));
};

/** Concatenates arrays along `axis`; empty ones are left out. */
function concat(parts: readonly TensorView[], axis: number): TensorView {
  tf.backend_util.assertParamsConsistent(parts.map((x) => [...x.shape]), axis);
  const nonEmpty = parts.filter((x) => x.shape.every((dim) => dim > 0));
  const operands = nonEmpty.length > 0 ? nonEmpty : parts;
  const [first] = operands;
  const length = parts.reduce((sum, x) => sum + x.shape[axis], 0);
  const shape = first.shape.map((dim, i) => (i === axis ? length : dim));
  if (operands.length === 1) return reshape(first, shape);
  const values = operands.map((x) => (first.channelAxis === undefined ? channelsLast(x) : channelsFirst(x, first.channelAxis)));
  const valueAxis = inValueOrder(first, [...shape.keys()]).indexOf(axis);
  const dims = dimsOf({ shape, channelAxis: first.channelAxis });
  return { value: apply("Concat", values, dims, { axis: valueAxis }), shape, channelAxis: first.channelAxis };
}

const pack: Kernel = (inputs, { axis }) => {
  const parts = Object.values(inputs);
  const [first] = parts;
  const [stacked] = axesOf([...first.shape, 1], axis);
  for (const { shape, value } of parts) {
    if (shape.join() !== first.shape.join())
      throw new RangeError(`shapes to be stacked must be equal, not [${first.shape}] and [${shape}]`);
    if (value.type !== first.value.type)
      throw new TypeError(`types to be stacked must be equal, not ${first.value.type} and ${value.type}`);
  }
  return concat(parts.map((x) => reshape(x, [...x.shape.slice(0, stacked), 1, ...x.shape.slice(stacked)])), stacked);
};

const unpack: Kernel = ({ value: x }, { axis }) => {
  const [unstacked] = axesOf(x.shape, axis);
  const shape = x.shape.filter((_, i) => i !== unstacked);
  return split(x, Array<number>(x.shape[unstacked]).fill(1), unstacked).map((part) => reshape(part, shape));
};

function split(x: TensorView, sizes: readonly number[], axis: number): TensorView[] {
  let offset = 0;
  return sizes.map((size) => {
    const begin = x.shape.map((_, i) => (i === axis ? offset : 0));
    offset += size;
    return slice(x, begin, x.shape.map((dim, i) => (i === axis ? size : dim)));
  });
}

function transpose(x: TensorView, perm: readonly number[]): TensorView {
  return view(transposed(channelsLast(x), perm));
}

function pad(x: TensorView, paddings: readonly (readonly [number, number])[], number = 0): TensorView {
  const shape = x.shape.map((dim, axis) => paddings[axis][0] + dim + paddings[axis][1]);
  const [before, after] = [0, 1].map((end) => inValueOrder(x, paddings.map((pair) => pair[end])));
  return axiswise(x, shape, (value, dims) => boolsAsInts(value, (numbers) => (x.shape.includes(0)
    ? apply("Expand", [constant(numbers.type, [], [number]), int64List(dims)], dims, {}, numbers.type)
    : apply("Pad", [numbers, int64List([...before, ...after]), constant(numbers.type, [], [number])], dims))));
}

/** Mirrors the image at its edges: including the edge (symmetric) or without it (reflect). */
const mirrorPad: Kernel = ({ x }, { paddings, mode }) => {
  const skip = mode === "reflect" ? 1 : 0;
  return (paddings as [number, number][]).reduce((y, [before, after], axis) => {
    if (before === 0 && after === 0) return y;
    const size = y.shape[axis];
    const indices = Array.from({ length: before + size + after }, (_, i) => {
      const index = i - before;
      if (index < 0) return -index - 1 + skip;
      return index >= size ? 2 * size - 1 - index - skip : index;
    });
    return gatherAlong(y, constant("int32", [indices.length], indices), axis);
  }, x);
};

/** The elements at `indices` along one axis. */
export function gatherAlong(x: TensorView, indices: Value, axis: number): TensorView {
  const shape = [...x.shape.slice(0, axis), ...indices.dims, ...x.shape.slice(axis + 1)];
  if (indices.dims.length !== 1 || x.channelAxis === undefined) return view(apply("Gather", [channelsLast(x), indices], shape, { axis }));
  const valueAxis = inValueOrder(x, [...x.shape.keys()]).indexOf(axis);
  return axiswise(x, shape, (value, dims) => apply("Gather", [value, indices], dims, { axis: valueAxis }));
}

const reverse: Kernel = ({ x }, { dims }) => {
  const axes = axesOf(x.shape, dims);
  if (x.shape.length === 0) return x;
  const begin = x.shape.map((dim, axis) => (axes.includes(axis) ? dim - 1 : 0));
  return slice(x, begin, x.shape, x.shape.map((_, axis) => (axes.includes(axis) ? -1 : 1)));
};

const tile: Kernel = ({ x }, { reps }) =>
  axiswise(x, x.shape.map((dim, axis) => dim * reps[axis]), (value, dims) => apply("Tile", [value, int64List(inValueOrder(x, reps))], dims));

type Pairs = [number, number][];

const spaceToBatch: Kernel = ({ x }, { blockShape, paddings }) => {
  const product = tf.util.sizeFromShape(blockShape);
  const rest: Pairs = x.shape.slice(1 + blockShape.length).map(() => [0, 0]);
  const padded = pad(x, [[0, 0], ...(paddings as Pairs), ...rest]);
  const shape = [...padded.shape];
  const { getReshaped, getPermuted, getReshapedPermuted } = tf.backend_util;
  const blocks = reshape(padded, getReshaped(shape, blockShape, product, false));
  return reshape(transpose(blocks, getPermuted(blocks.shape.length, blockShape.length, false)),
    getReshapedPermuted(shape, blockShape, product, false));
};

const batchToSpace: Kernel = ({ x }, { blockShape, crops }) => {
  const product = tf.util.sizeFromShape(blockShape);
  const shape = [...x.shape];
  const { getReshaped, getPermuted, getReshapedPermuted, getSliceBeginCoords, getSliceSize } = tf.backend_util;
  const blocks = reshape(x, getReshaped(shape, blockShape, product));
  const interleaved = transpose(blocks, getPermuted(blocks.shape.length, blockShape.length));
  const uncropped = getReshapedPermuted(shape, blockShape, product);
  const rest = uncropped.slice(1 + blockShape.length); // axes that TensorFlow.js' helpers leave out
  const begin = [...getSliceBeginCoords(crops, blockShape.length), ...rest.map(() => 0)];
  return slice(reshape(interleaved, uncropped), begin, [...getSliceSize(uncropped, crops, blockShape.length), ...rest]);
};

const depthToSpace: Kernel = ({ x }, { blockSize: block, dataFormat }) => {
  const last = dataFormat === "NHWC";
  const [batch, height, width, depth] = last ? x.shape : [x.shape[0], x.shape[2], x.shape[3], x.shape[1]];
  const channels = depth / (block * block);
  const blocks = last ? [batch, height, width, block, block, channels] : [batch, block, block, channels, height, width];
  const perm = last ? [0, 1, 3, 2, 4, 5] : [0, 3, 4, 1, 5, 2];
  const result = last ? [batch, height * block, width * block, channels] : [batch, channels, height * block, width * block];
  return reshape(transpose(reshape(x, blocks), perm), result);
};

export const shapes: Kernels = {
  Transpose: ({ x }, { perm }) => transpose(x, perm),
  Slice: ({ x }, { begin, size }) => {
    const [first, sizes] = tf.slice_util.parseSliceParams(shapeOnly(x), begin, size);
    tf.slice_util.assertParamsValid(shapeOnly(x), first, sizes);
    return slice(x, first, sizes);
  },
  StridedSlice: stridedSlice,
  Concat: (inputs, { axis }) => concat(Object.values(inputs), axesOf(inputs[0].shape, axis)[0]),
  Pack: pack,
  Unpack: unpack,
  SplitV: ({ x }, { numOrSizeSplits, axis }) => {
    const [along] = axesOf(x.shape, axis);
    return split(x, tf.backend_util.prepareSplitSize(shapeOnly(x), numOrSizeSplits, along), along);
  },
  PadV2: ({ x }, { paddings, constantValue }) => pad(x, paddings, constantValue),
  MirrorPad: mirrorPad,
  Reverse: reverse,
  Tile: tile,
  SpaceToBatchND: spaceToBatch,
  BatchToSpaceND: batchToSpace,
  DepthToSpace: depthToSpace,
};

/** A stand-in for a tensor: TensorFlow.js' helpers only read its shape and type. */
export const shapeOnly = ({ shape, value }: TensorView): tf.Tensor =>
  ({ shape: [...shape], rank: shape.length, dtype: value.type }) as unknown as tf.Tensor;
