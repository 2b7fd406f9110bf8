// Sums, means, extremes and where they are.
import { blockLength } from "../../blockedSum";
import { channelsAfter, dimsOf, reshape, type Laid } from "../tensorView";
import { apply, cast, list, reshaped, scalar, sizeOf, type Type, type Value } from "../value";
import { axesOf, elementwise, type Kernel, type Kernels } from "./kernel";

/** Reduces the axes where they lie; channels that come first stay first. */
function reduced(op: string, x: Laid, axis: number | number[], keepDims: boolean): Laid {
  const axes = axesOf(x.shape, axis);
  const kept = x.shape.map((dim, at) => (axes.includes(at) ? 1 : dim));
  const result = keepDims ? kept : x.shape.filter((_, at) => !axes.includes(at));
  if (axes.length === 0) return x;
  const order = x.lead === undefined ? [...x.shape.keys()] : channelsAfter(x.lead, [...x.shape.keys()]);
  const places = axes.map((at) => order.indexOf(at)).sort((a, b) => a - b);
  const dims = dimsOf({ shape: kept, lead: x.lead });
  return reshape({ value: inRows(op, x.value, places, dims) ?? over(op, x.value, places, dims), shape: kept, lead: x.lead }, result);
}

function over(op: string, value: Value, axes: readonly number[], dims: readonly number[]): Value {
  return op === "ReduceSum" // the one whose axes are an input in this version of ONNX
    ? apply(op, [value, list(axes)], dims, { keepdims: 1 })
    : apply(op, [value], dims, { axes, keepdims: 1 });
}

/** Long sums and means over the last axes, in two steps. */
function inRows(op: string, value: Value, axes: readonly number[], dims: readonly number[]): Value | undefined {
  if (value.type !== "float32" || (op !== "ReduceSum" && op !== "ReduceMean") || axes[0] !== value.dims.length - axes.length) return undefined;
  const [several, length] = [sizeOf(dims), sizeOf(value.dims) / sizeOf(dims)];
  const row = blockLength(length);
  if (row === 1) return undefined;
  const rows = over(op, reshaped(value, [several, length / row, row]), [2], [several, length / row, 1]);
  return reshaped(over(op, rows, [1], [several, 1, 1]), dims);
}
const as = (x: Laid, type: Type): Laid => elementwise([x], ([value]) => cast(value, type));
const counted = (x: Laid): Laid => (x.value.type === "bool" ? as(x, "int32") : x);

const reduction = (op: string): Kernel => ({ x }, { axis, reductionIndices, keepDims }) =>
  reduced(op, counted(x), axis ?? reductionIndices, keepDims);
const logical = (op: string): Kernel => ({ x }, { axis, keepDims }) => as(reduced(op, as(x, "int32"), axis, keepDims), "bool");

/** ONNX Runtime passes over what is not a number; TensorFlow.js' extremes are not a number then. */
const extreme = (op: string): Kernel => ({ x }, { axis, reductionIndices, keepDims }) => {
  const found = reduced(op, counted(x), axis ?? reductionIndices, keepDims);
  if (x.value.type !== "float32") return found;
  const absent = elementwise([x], ([value]) => cast(apply("IsNaN", [value], value.dims, {}, "bool"), "float32"));
  const any = reduced("ReduceMax", absent, axis ?? reductionIndices, keepDims);
  return elementwise([any, found], ([is, value], dims) =>
    apply("Where", [cast(is, "bool"), scalar(NaN), value], dims, {}, "float32"));
};

const position = (op: string): Kernel => ({ x }, { axis }) => {
  const [at] = axesOf(x.shape, axis);
  const order = x.lead === undefined ? [...x.shape.keys()] : channelsAfter(x.lead, [...x.shape.keys()]);
  const kept = x.shape.map((dim, other) => (other === at ? 1 : dim));
  const last = scalar(op === "ArgMax" ? -Infinity : Infinity); // what is not a number is no extreme
  const numbers = x.value.type !== "float32" ? counted(x) : elementwise([x], ([value]) =>
    apply("Where", [apply("IsNaN", [value], value.dims, {}, "bool"), last, value], value.dims, {}, "float32"));
  const value = apply(op, [numbers.value], dimsOf({ shape: kept, lead: x.lead }), { axis: order.indexOf(at), keepdims: 1 }, "int64");
  return reshape({ value: cast(value, "int32"), shape: kept, lead: x.lead }, x.shape.filter((_, other) => other !== at));
};

export const reductions: Kernels = {
  Sum: reduction("ReduceSum"),
  Mean: ({ x }, { axis, keepDims }) => reduced("ReduceMean", as(x, "float32"), axis, keepDims),
  Max: extreme("ReduceMax"),
  Min: extreme("ReduceMin"),
  Prod: reduction("ReduceProd"),
  All: logical("ReduceMin"),
  Any: logical("ReduceMax"),
  ArgMax: position("ArgMax"),
  ArgMin: position("ArgMin"),
};
