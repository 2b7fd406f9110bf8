// What every family of kernels is written with.
import type { Laid } from "../tensorView";
import { aligned, commonShape, dimsOf, expand, laid, plain, unspread } from "../tensorView";
import { apply, cast, scalar, type Attributes, type Type, type Value } from "../value";

/** A kernel's tensors by their names; a list of tensors has the names 0, 1, …. */
export type Inputs = Readonly<Record<string, Laid>>;
/**
 * A kernel records what it computes, or returns nothing where ONNX has no way: then TensorFlow.js' own kernel does it.
 * Attributes are TensorFlow.js': their types stand in its documentation only.
 */
export type Kernel = (inputs: Inputs, attributes: any) => Laid | Laid[] | undefined;
export type Kernels = Readonly<Record<string, Kernel>>;

/** Records an elementwise computation on operands that are laid out alike and broadcast against each other. */
export function elementwise(operands: readonly Laid[], compute: (values: readonly Value[], dims: readonly number[]) => Value): Laid {
  const shape = commonShape(operands.map((x) => x.shape));
  const small = unspread(operands);
  const together = aligned(small);
  const value = compute(together.values, dimsOf(together));
  return expand({ value, shape: together.shape, lead: together.lead }, shape);
}

/** An ONNX operation that is elementwise. */
export function each(op: string, operands: readonly Laid[], type?: Type, attributes?: Attributes): Laid {
  return elementwise(operands, (values, dims) => apply(op, values, dims, attributes, type));
}

/** A kernel with one input `x` that is one ONNX operation on floats. */
export function unary(op: string, attributes: Attributes = {}): Kernel {
  return ({ x }) => onFloats(x, (value) => apply(op, [value], value.dims, attributes));
}

/** Computes with floats and gives back the type that came in. */
export function onFloats(x: Laid, compute: (value: Value) => Value): Laid {
  return elementwise([x], ([value]) => cast(compute(cast(value, "float32")), value.type));
}

/** A number beside a value, of its type. */
export function beside(value: Value, number: number): Value {
  return scalar(number, value.type);
}

/** The axes from 0 on. */
export function axesOf(shape: readonly number[], axis?: number | readonly number[] | null): number[] {
  if (axis === undefined || axis === null) return [...shape.keys()];
  return [axis].flat().map((at) => {
    const place = (at as number) + ((at as number) < 0 ? shape.length : 0);
    if (!Number.isInteger(place) || place < 0 || place >= shape.length)
      throw new RangeError(`there is no axis ${at} in the shape [${shape}]: it can be ${-shape.length} to ${shape.length - 1}`);
    return place;
  });
}

/** One result in TensorFlow.js' own order. */
export function straight(op: string, inputs: readonly (Laid | Value | undefined)[], shape: readonly number[], attributes?: Attributes, type?: Type): Laid {
  const values = inputs.map((x) => (x && "shape" in x ? plain(x) : x));
  return laid(apply(op, values, shape, attributes, type));
}
