// What the kernels are written with.
import { align, broadcastShape, broadcastSources, broadcastTo, dimsOf, type TensorView } from "../tensorView";
import { apply, cast, scalar, type Attributes, type Type, type Value } from "../value";

/** A kernel's tensors by name; a list of tensors has the names 0, 1, …. */
export type Inputs = Readonly<Record<string, TensorView>>;
/**
 * A kernel records its computation. Where ONNX has no operation for it, it returns nothing, and TensorFlow.js' cpu kernel runs instead.
 * The attributes are TensorFlow.js'; their types are only documented there.
 */
export type Kernel = (inputs: Inputs, attributes: any) => TensorView | TensorView[] | undefined;
export type Kernels = Readonly<Record<string, Kernel>>;

/** Records an elementwise computation on broadcast operands in one layout. */
export function elementwise(operands: readonly TensorView[], compute: (values: readonly Value[], dims: readonly number[]) => Value): TensorView {
  const shape = broadcastShape(operands.map((x) => x.shape));
  const aligned = align(broadcastSources(operands));
  const value = compute(aligned.values, dimsOf(aligned));
  return broadcastTo({ value, shape: aligned.shape, channelAxis: aligned.channelAxis }, shape);
}

/** Records one elementwise ONNX operation. */
export function elementwiseOp(op: string, operands: readonly TensorView[]): TensorView {
  return elementwise(operands, (values, dims) => apply(op, values, dims));
}

/** A kernel with one input `x` that is one ONNX operation on floats. */
export function unary(op: string, attributes: Attributes = {}): Kernel {
  return ({ x }) => inFloat32(x, (value) => apply(op, [value], value.dims, attributes));
}

/** Computes in float32 and casts the result to the type of `x`. */
export function inFloat32(x: TensorView, compute: (value: Value) => Value): TensorView {
  return elementwise([x], ([value]) => cast(compute(cast(value, "float32")), value.type));
}

export function castTo(x: TensorView, type: Type): TensorView {
  return elementwise([x], ([value]) => cast(value, type));
}

/** Bools as int32, for arithmetic, which ONNX does not define for bools. */
export function boolToInt(x: TensorView): TensorView {
  return x.value.type === "bool" ? castTo(x, "int32") : x;
}

/** A scalar constant of the type of `value`. */
export function scalarLike(value: Value, number: number): Value {
  return scalar(number, value.type);
}

export function where(condition: Value, yes: Value, no: Value, dims: readonly number[] = condition.dims): Value {
  return apply("Where", [condition, yes, no], dims, {}, yes.type);
}

export function compare(op: string, a: Value, b: Value, dims: readonly number[] = a.dims): Value {
  return apply(op, [a, b], dims, {}, "bool");
}

export function isNaN(value: Value): Value {
  return apply("IsNaN", [value], value.dims, {}, "bool");
}

/** Axes counted from 0; all of them by default. */
export function axesOf(shape: readonly number[], axis?: number | readonly number[] | null): number[] {
  if (axis === undefined || axis === null) return [...shape.keys()];
  return [axis].flat().map((one) => {
    const index = (one as number) + ((one as number) < 0 ? shape.length : 0);
    if (!Number.isInteger(index) || index < 0 || index >= shape.length)
      throw new RangeError(`there is no axis ${one} in the shape [${shape}]: it can be ${-shape.length} to ${shape.length - 1}`);
    return index;
  });
}
