// The intermediate representation: values, and the ONNX nodes that compute them.

/** Element types that ONNX and TensorFlow.js share; int64 is for axes and shapes. */
export type Type = "float32" | "int32" | "bool" | "int64";
export type Data = Float32Array | Int32Array | Uint8Array | BigInt64Array;

/** A node's attribute: a string, an integer or several, or a `Float` where ONNX requires a float. */
export type Attribute = string | number | readonly number[] | Float;
export type Attributes = Readonly<Record<string, Attribute>>;

/** A float attribute; a plain number is an integer attribute. */
interface Float { readonly float: number }
export const float = (value: number): Float => ({ float: value });

/** One array: either its data is here, or a node will compute it. */
export interface Value {
  readonly id: number;
  readonly type: Type;
  readonly dims: readonly number[];
  /** The elements; a value that has them is a leaf of every graph. */
  data?: Data;
  /** The node that computes it, until it has data. */
  node?: Node;
  /** A constant of the graph itself, such as axes or a shape: its data is part of the graph's structure. */
  readonly structural?: boolean;
  /** Uploaded from JavaScript: treated as a constant and built into sessions. Computed values are not, nor those with a gradient. */
  uploaded?: boolean;
  /** Values computed from this one alone, such as its transpose: recorded once. */
  derived?: Map<string, Value>;
  /** The value whose `derived` holds this one, and the key there. */
  derivedFrom?: readonly [Value, string];
}

/** One ONNX operation. */
export interface Node {
  readonly op: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
  /** The TensorFlow.js kernel that recorded it, and its input shapes: named in errors. */
  readonly origin: string;
  /** Operation and attributes as text: the node's part of the graph's structure. */
  readonly label: string;
  /** Visit mark of the topological sort. */
  mark: number;
}

/** Type and dimensions of a value that is not computed yet. */
interface TensorType {
  readonly type: Type;
  readonly dims: readonly number[];
}

let nextId = 1;
let origin = "";

/** Sets the kernel and shapes that nodes recorded from here on name as their origin. */
export function setOrigin(kernel: string): void {
  origin = kernel;
}

let recorded = 0;

/** How many nodes were recorded since the last run: an upper bound on the pending ones. */
export function recordedSinceRun(): number {
  return recorded;
}

export function resetRecorded(): void {
  recorded = 0;
}

/** The number of elements of an array with dimensions `dims`. */
export function sizeOf(dims: readonly number[]): number {
  let size = 1;
  for (const dim of dims) size *= dim;
  return size;
}

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array, int64: BigInt64Array } as const;

/** A new array for all elements of a value. */
export function emptyData(type: Type, dims: readonly number[]): Data {
  return new arrays[type](sizeOf(dims));
}

/** A value with data. */
export function leaf(type: Type, dims: readonly number[], data: Data, uploaded = true): Value {
  return { id: nextId++, type, dims, data, uploaded };
}

/** A constant that belongs to the graph's structure: axes, a shape, a factor. */
export function constant(type: Type, dims: readonly number[], numbers: readonly number[]): Value {
  const data = type === "int64" ? BigInt64Array.from(numbers, BigInt) : (arrays[type] as typeof Float32Array).from(numbers);
  return { id: nextId++, type, dims, data, structural: true };
}

/** A list of axes or a shape, as an ONNX input. */
export function int64List(numbers: readonly number[]): Value {
  return constant("int64", [numbers.length], numbers);
}

/** A scalar constant that belongs to the graph's structure. */
export function scalar(value: number, type: Type = "float32"): Value {
  return constant(type, [], [value]);
}

/** Records an operation with several outputs. */
export function record(op: string, inputs: readonly (Value | undefined)[], attributes: Attributes, types: readonly TensorType[]): Value[] {
  const outputs: Value[] = types.map(({ type, dims }) => ({ id: nextId++, type, dims }));
  const node: Node = { op, inputs, attributes, outputs, origin, label: op + JSON.stringify(attributes), mark: 0 };
  recorded++;
  for (const output of outputs)
    if (sizeOf(output.dims) === 0) output.data = emptyData(output.type, output.dims);
    else output.node = node;
  return outputs;
}

/** Records an operation with one output; its default type is that of the first input. */
export function apply(
  op: string, inputs: readonly (Value | undefined)[], dims: readonly number[], attributes: Attributes = {}, type: Type = inputs[0]!.type,
): Value {
  return record(op, inputs, attributes, [{ type, dims }])[0];
}

/** Common subexpressions of one input: `compute` records a value that depends on `value` alone, at most once for each `key`. */
export function derive(value: Value, key: string, compute: () => Value): Value {
  const recordedBefore = value.derived?.get(key);
  if (recordedBefore) return recordedBefore;
  const result = compute();
  (value.derived ??= new Map()).set(key, result);
  result.derivedFrom = [value, key];
  return result;
}

/** Gives a value its data and drops the node that computed it. */
export function materialize(value: Value, data: Data): void {
  value.data = data;
  value.node = undefined;
  if (value.derivedFrom) { // otherwise the data would live as long as the source
    const [source, key] = value.derivedFrom;
    source.derived!.delete(key);
    value.derivedFrom = undefined;
  }
}

/** `value` with its axes permuted. Consecutive transposes are folded into one, or none. */
export function transposed(value: Value, perm: readonly number[]): Value {
  if (perm.every((axis, i) => axis === i)) return value;
  const inner = value.node?.op === "Transpose" ? (value.node.attributes.perm as readonly number[]) : undefined;
  if (inner) return transposed(value.node!.inputs[0]!, perm.map((axis) => inner[axis]));
  const dims = perm.map((axis) => value.dims[axis]);
  const moved = perm.filter((axis) => value.dims[axis] !== 1);
  if (moved.every((axis, i) => i === 0 || axis > moved[i - 1])) return reshaped(value, dims); // only axes of size 1 move
  return derive(value, `T${perm}`, () => apply("Transpose", [value], dims, { perm }));
}

/** The same elements with other dimensions. Consecutive reshapes are folded into one. */
export function reshaped(value: Value, dims: readonly number[]): Value {
  if (dims.length === value.dims.length && dims.every((dim, axis) => dim === value.dims[axis])) return value;
  if (value.node?.op === "Reshape") return reshaped(value.node.inputs[0]!, dims);
  return derive(value, `R${dims}`, () => apply("Reshape", [value, int64List(dims)], dims));
}

export function cast(value: Value, type: Type): Value {
  return value.type === type ? value : apply("Cast", [value], value.dims, { to: dataTypes[type] }, type);
}

/** The codes of ONNX's `TensorProto.DataType`. */
export const dataTypes = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;
