// Kernels that move numbers and compute none: transpose, slice, concatenate, pad, tile, reverse.
import * as tf from "@tensorflow/tfjs";
import { channelsAfter, channelsFirst, dimsOf, laid, plain, reshape, type Laid } from "../tensorView";
import { apply, cast, constant, list, transposed, type Value } from "../value";
import { axesOf, type Kernel, type Kernels } from "./kernel";

/** What was said axis by axis, in the order in which the axes lie. */
const lying = <T>(x: Laid, perAxis: readonly T[]): T[] =>
  x.lead === undefined ? [...perAxis] : channelsAfter(x.lead, perAxis as never) as unknown as T[];

/** An operation that treats every axis for itself: channels that come first stay first. */
function axiswise(x: Laid, shape: readonly number[], compute: (value: Value, dims: readonly number[]) => Value): Laid {
  const value = x.lead === undefined ? plain(x) : x.value;
  return { value: compute(value, dimsOf({ shape, lead: x.lead })), shape, lead: x.lead };
}

/** Bools as whole numbers, for operations that ONNX Runtime does not have for bools. */
function withoutBools(value: Value, compute: (value: Value) => Value): Value {
  return value.type === "bool" ? cast(compute(cast(value, "int32")), "bool") : compute(value);
}

/** From `begin`, every `stride`-th, `size` of them. */
export function slice(x: Laid, begin: readonly number[], size: readonly number[], strides: readonly number[] = begin.map(() => 1)): Laid {
  if (size.every((dim, at) => dim === x.shape[at] && strides[at] === 1)) return x;
  const end = begin.map((from, at) => {
    const last = from + size[at] * strides[at];
    return last < 0 ? -(2 ** 31) : last; // a walk backwards ends before the first
  });
  return axiswise(x, size, (value, dims) => apply("Slice",
    [value, list(lying(x, begin)), list(lying(x, end)), list([...size.keys()]), list(lying(x, strides))], dims));
}

const stridedSlice: Kernel = ({ x }, attributes) => {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
  const info = tf.slice_util.sliceInfo([...x.shape], begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask);
  if (info.isIdentity) return reshape(x, info.finalShape);
  const counts = (sizes: number[]): number[] => sizes.map((size) => size + 0); // what is empty may come as −0
  const size = counts(tf.slice_util.computeOutShape(info.begin, info.end, info.strides));
  return reshape(slice(x, info.begin, size, info.strides), counts(info.finalShape));
};

/** Puts arrays end to end along `axis`. */
export function concat(parts: readonly Laid[], axis: number): Laid {
  tf.backend_util.assertParamsConsistent(parts.map((x) => [...x.shape]), axis);
  const full = parts.filter((x) => x.shape.every((dim) => dim > 0));
  const from = full.length > 0 ? full : parts;
  const [first] = from;
  const along = parts.reduce((sum, x) => sum + x.shape[axis], 0);
  const shape = first.shape.map((dim, at) => (at === axis ? along : dim));
  if (from.length === 1) return reshape(first, shape);
  const values = from.map((x) => (first.lead === undefined ? plain(x) : channelsFirst(x, first.lead)));
  const place = lying(first, [...shape.keys()]).indexOf(axis);
  return { value: apply("Concat", values, dimsOf({ shape, lead: first.lead }), { axis: place }), shape, lead: first.lead };
}

const pack: Kernel = (inputs, { axis }) => {
  const parts = Object.values(inputs);
  const [first] = parts;
  const [at] = axesOf([...first.shape, 1], axis);
  for (const { shape, value } of parts) {
    if (shape.join() !== first.shape.join())
      throw new RangeError(`shapes to be stacked must be equal, not [${first.shape}] and [${shape}]`);
    if (value.type !== first.value.type)
      throw new TypeError(`types to be stacked must be equal, not ${first.value.type} and ${value.type}`);
  }
  return concat(parts.map((x) => reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)])), at);
};

const unpack: Kernel = ({ value: x }, { axis }) => {
  const [at] = axesOf(x.shape, axis);
  const rest = x.shape.filter((_, other) => other !== at);
  return split(x, Array<number>(x.shape[at]).fill(1), at).map((part) => reshape(part, rest));
};

function split(x: Laid, sizes: readonly number[], axis: number): Laid[] {
  let from = 0;
  return sizes.map((size) => {
    const begin = x.shape.map((_, at) => (at === axis ? from : 0));
    from += size;
    return slice(x, begin, x.shape.map((dim, at) => (at === axis ? size : dim)));
  });
}

/** Moves axes: a transpose that undoes another is none. */
export function transpose(x: Laid, perm: readonly number[]): Laid {
  return laid(transposed(plain(x), perm));
}

export function pad(x: Laid, paddings: readonly (readonly [number, number])[], number = 0): Laid {
  const shape = x.shape.map((dim, at) => paddings[at][0] + dim + paddings[at][1]);
  const [before, after] = [0, 1].map((end) => lying(x, paddings.map((pair) => pair[end])));
  return axiswise(x, shape, (value, dims) => withoutBools(value, (numbers) => (x.shape.includes(0)
    ? apply("Expand", [constant(numbers.type, [], [number]), list(dims)], dims, {}, numbers.type)
    : apply("Pad", [numbers, list([...before, ...after]), constant(numbers.type, [], [number])], dims))));
}

/** Mirrors at the edges: with the edge itself (symmetric) or without (reflect). */
const mirrorPad: Kernel = ({ x }, { paddings, mode }) => {
  const skip = mode === "reflect" ? 1 : 0;
  return (paddings as [number, number][]).reduce((y, [before, after], axis) => {
    if (before === 0 && after === 0) return y;
    const size = y.shape[axis];
    const source = Array.from({ length: before + size + after }, (_, at) => {
      const from = at - before;
      if (from < 0) return -from - 1 + skip;
      return from >= size ? 2 * size - 1 - from - skip : from;
    });
    return take(y, constant("int32", [source.length], source), axis);
  }, x);
};

/** The elements at `indices` along an axis. */
export function take(x: Laid, indices: Value, axis: number): Laid {
  const shape = [...x.shape.slice(0, axis), ...indices.dims, ...x.shape.slice(axis + 1)];
  if (indices.dims.length !== 1 || x.lead === undefined) return laid(apply("Gather", [plain(x), indices], shape, { axis }));
  const place = lying(x, [...x.shape.keys()]).indexOf(axis);
  return axiswise(x, shape, (value, dims) => apply("Gather", [value, indices], dims, { axis: place }));
}

const reverse: Kernel = ({ x }, { dims }) => {
  const axes = axesOf(x.shape, dims);
  if (x.shape.length === 0) return x;
  const back = (at: number): boolean => axes.includes(at);
  return slice(x, x.shape.map((dim, at) => (back(at) ? dim - 1 : 0)), x.shape, x.shape.map((_, at) => (back(at) ? -1 : 1)));
};

const tile: Kernel = ({ x }, { reps }) =>
  axiswise(x, x.shape.map((dim, at) => dim * reps[at]), (value, dims) => apply("Tile", [value, list(lying(x, reps))], dims));

type Pairs = [number, number][];

const spaceToBatch: Kernel = ({ x }, { blockShape, paddings }) => {
  const product = tf.util.sizeFromShape(blockShape);
  const rest: Pairs = x.shape.slice(1 + blockShape.length).map(() => [0, 0]);
  const padded = pad(x, [[0, 0], ...(paddings as Pairs), ...rest]);
  const shape = [...padded.shape];
  const { getReshaped, getPermuted, getReshapedPermuted } = tf.backend_util;
  const split_ = reshape(padded, getReshaped(shape, blockShape, product, false));
  return reshape(transpose(split_, getPermuted(split_.shape.length, blockShape.length, false)),
    getReshapedPermuted(shape, blockShape, product, false));
};

const batchToSpace: Kernel = ({ x }, { blockShape, crops }) => {
  const product = tf.util.sizeFromShape(blockShape);
  const shape = [...x.shape];
  const { getReshaped, getPermuted, getReshapedPermuted, getSliceBeginCoords, getSliceSize } = tf.backend_util;
  const apart = reshape(x, getReshaped(shape, blockShape, product));
  const moved = transpose(apart, getPermuted(apart.shape.length, blockShape.length));
  const whole = getReshapedPermuted(shape, blockShape, product);
  const rest = whole.slice(1 + blockShape.length); // of which TensorFlow.js' helpers do not speak
  const begin = [...getSliceBeginCoords(crops, blockShape.length), ...rest.map(() => 0)];
  return slice(reshape(moved, whole), begin, [...getSliceSize(whole, crops, blockShape.length), ...rest]);
};

const depthToSpace: Kernel = ({ x }, { blockSize: block, dataFormat }) => {
  const last = dataFormat === "NHWC";
  const [batch, height, width, depth] = last ? x.shape : [x.shape[0], x.shape[2], x.shape[3], x.shape[1]];
  const channels = depth / (block * block);
  const apart = last ? [batch, height, width, block, block, channels] : [batch, block, block, channels, height, width];
  const perm = last ? [0, 1, 3, 2, 4, 5] : [0, 3, 4, 1, 5, 2];
  const whole = last ? [batch, height * block, width * block, channels] : [batch, channels, height * block, width * block];
  return reshape(transpose(reshape(x, apart), perm), whole);
};

export const shapes: Kernels = {
  Transpose: ({ x }, { perm }) => transpose(x, perm),
  Slice: ({ x }, { begin, size }) => {
    const [from, to] = tf.slice_util.parseSliceParams(shapeOnly(x), begin, size);
    tf.slice_util.assertParamsValid(shapeOnly(x), from, to);
    return slice(x, from, to);
  },
  StridedSlice: stridedSlice,
  Concat: (inputs, { axis }) => concat(Object.values(inputs), axesOf(inputs[0].shape, axis)[0]),
  Pack: pack,
  Unpack: unpack,
  SplitV: ({ x }, { numOrSizeSplits, axis }) => {
    const [at] = axesOf(x.shape, axis);
    return split(x, tf.backend_util.prepareSplitSize(shapeOnly(x), numOrSizeSplits, at), at);
  },
  PadV2: ({ x }, { paddings, constantValue }) => pad(x, paddings, constantValue),
  MirrorPad: mirrorPad,
  Reverse: reverse,
  Tile: tile,
  SpaceToBatchND: spaceToBatch,
  BatchToSpaceND: batchToSpace,
  DepthToSpace: depthToSpace,
};

/** TensorFlow.js' helpers ask a tensor for its shape and type only. */
export const shapeOnly = ({ shape, value }: Laid): tf.Tensor =>
  ({ shape: [...shape], rank: shape.length, dtype: value.type }) as unknown as tf.Tensor;
