// Sums, means, extrema and their positions.
import { blockLength } from "../../blockedSum";
import { dimsOf, reshape, withChannelsAt, type TensorView } from "../tensorView";
import { apply, cast, int64List, reshaped, scalar, sizeOf, type Value } from "../value";
import { axesOf, boolToInt, castTo, elementwise, isNaN, where, type Kernel, type Kernels } from "./kernel";

/** TensorFlow.js' axes in the order in which the value has them. */
function axisOrder({ shape, channelAxis }: TensorView): number[] {
  return channelAxis === undefined ? [...shape.keys()] : withChannelsAt(channelAxis, [...shape.keys()]);
}

/** Reduces along `axis` in the layout of `x`: nothing is transposed. */
function reduce(op: string, x: TensorView, axis: number | number[], keepDims: boolean): TensorView {
  const axes = axesOf(x.shape, axis);
  const kept = x.shape.map((dim, i) => (axes.includes(i) ? 1 : dim));
  const result = keepDims ? kept : x.shape.filter((_, i) => !axes.includes(i));
  if (axes.length === 0) return x;
  const order = axisOrder(x);
  const valueAxes = axes.map((i) => order.indexOf(i)).sort((a, b) => a - b);
  const dims = dimsOf({ shape: kept, channelAxis: x.channelAxis });
  const value = reduceInBlocks(op, x.value, valueAxes, dims) ?? reduceValue(op, x.value, valueAxes, dims);
  return reshape({ value, shape: kept, channelAxis: x.channelAxis }, result);
}

function reduceValue(op: string, value: Value, axes: readonly number[], dims: readonly number[]): Value {
  return op === "ReduceSum" // the only one with its axes as an input in this version of ONNX
    ? apply(op, [value, int64List(axes)], dims, { keepdims: 1 })
    : apply(op, [value], dims, { axes, keepdims: 1 });
}

/** Long sums and means over the last axes: first of blocks, then of those. */
function reduceInBlocks(op: string, value: Value, axes: readonly number[], dims: readonly number[]): Value | undefined {
  if (value.type !== "float32" || (op !== "ReduceSum" && op !== "ReduceMean") || axes[0] !== value.dims.length - axes.length) return undefined;
  const [count, length] = [sizeOf(dims), sizeOf(value.dims) / sizeOf(dims)];
  const block = blockLength(length);
  if (block === 1) return undefined;
  const blocks = reduceValue(op, reshaped(value, [count, length / block, block]), [2], [count, length / block, 1]);
  return reshaped(reduceValue(op, blocks, [1], [count, 1, 1]), dims);
}

const reduction = (op: string): Kernel => ({ x }, { axis, reductionIndices, keepDims }) =>
  reduce(op, boolToInt(x), axis ?? reductionIndices, keepDims);
const logical = (op: string): Kernel => ({ x }, { axis, keepDims }) => castTo(reduce(op, castTo(x, "int32"), axis, keepDims), "bool");

/** Where any element is NaN, TensorFlow.js' extrema are NaN; ONNX Runtime ignores it. */
const extremum = (op: string): Kernel => ({ x }, { axis, reductionIndices, keepDims }) => {
  const result = reduce(op, boolToInt(x), axis ?? reductionIndices, keepDims);
  if (x.value.type !== "float32") return result;
  const nans = elementwise([x], ([value]) => cast(isNaN(value), "float32"));
  const anyNaN = reduce("ReduceMax", nans, axis ?? reductionIndices, keepDims);
  return elementwise([anyNaN, result], ([any, value], dims) => where(cast(any, "bool"), scalar(NaN), value, dims));
};

/** The index of an extremum; NaN is never one. */
const position = (op: string): Kernel => ({ x }, { axis }) => {
  const [reduced] = axesOf(x.shape, axis);
  const kept = x.shape.map((dim, i) => (i === reduced ? 1 : dim));
  const never = scalar(op === "ArgMax" ? -Infinity : Infinity);
  const numbers = x.value.type !== "float32" ? boolToInt(x) : elementwise([x], ([value]) => where(isNaN(value), never, value));
  const dims = dimsOf({ shape: kept, channelAxis: x.channelAxis });
  const index = apply(op, [numbers.value], dims, { axis: axisOrder(x).indexOf(reduced), keepdims: 1 }, "int64");
  return reshape({ value: cast(index, "int32"), shape: kept, channelAxis: x.channelAxis }, x.shape.filter((_, i) => i !== reduced));
};

export const reductions: Kernels = {
  Sum: reduction("ReduceSum"),
  Mean: ({ x }, { axis, keepDims }) => reduce("ReduceMean", castTo(x, "float32"), axis, keepDims),
  Max: extremum("ReduceMax"),
  Min: extremum("ReduceMin"),
  Prod: reduction("ReduceProd"),
  All: logical("ReduceMin"),
  Any: logical("ReduceMax"),
  ArgMax: position("ArgMax"),
  ArgMin: position("ArgMin"),
};
