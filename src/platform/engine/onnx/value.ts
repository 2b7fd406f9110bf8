// What the engine records: values, and the ONNX nodes that will compute them.

/** Element types that ONNX and TensorFlow.js share; int64 is for axes and shapes. */
export type Type = "float32" | "int32" | "bool" | "int64";
export type Data = Float32Array | Int32Array | Uint8Array | BigInt64Array;

/** An attribute: text, a whole number or several; a `Float` where ONNX wants a float. */
export type Attribute = string | number | readonly number[] | Float;
export type Attributes = Readonly<Record<string, Attribute>>;

/** A number that ONNX reads as a float. */
export interface Float { readonly float: number }
export const float = (value: number): Float => ({ float: value });

/** One array: either its numbers are here, or a node will compute them. */
export interface Value {
  readonly id: number;
  readonly type: Type;
  readonly dims: readonly number[];
  /** Its numbers; a value that has them is a leaf of every graph. */
  data?: Data;
  /** What computes it, as long as it has no numbers. */
  node?: Node;
  /** Written into the graph itself, like an axis or a shape: its numbers are part of the graph's structure. */
  readonly structural?: boolean;
  /** Came from JavaScript, not out of a run: such filters are expected to stay as they are, others may be a training step's. */
  readonly uploaded?: boolean;
  /** What was derived from this value alone, such as its transpose: recorded once. */
  derived?: Map<string, Value>;
  /** In whose `derived` it stands, and under what key. */
  derivedFrom?: readonly [Value, string];
}

/** One ONNX operation. */
export interface Node {
  readonly op: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
  /** The TensorFlow.js kernel that asked for it, and its shapes: what an error names. */
  readonly origin: string;
  /** Operation and attributes as text: its part of the structure. */
  readonly label: string;
  /** Used while a graph is put in order. */
  mark: number;
}

/** Type and dimensions of a value to come. */
export interface Kind {
  readonly type: Type;
  readonly dims: readonly number[];
}

let nextId = 1;
let origin = "";

/** Says which kernel records from here on. */
export function recordFor(kernel: string): void {
  origin = kernel;
}

let recorded = 0;

/** How many nodes were recorded since the last run: a measure of what may be waiting. */
export function recordedSinceRun(): number {
  return recorded;
}

export function startCounting(): void {
  recorded = 0;
}

/** The number of elements. */
export function sizeOf(dims: readonly number[]): number {
  let size = 1;
  for (const dim of dims) size *= dim;
  return size;
}

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array, int64: BigInt64Array } as const;

/** A new array for `dims` elements of `type`. */
export function emptyData(type: Type, dims: readonly number[]): Data {
  return new arrays[type](sizeOf(dims));
}

/** A value whose numbers are known. */
export function leaf(type: Type, dims: readonly number[], data: Data, uploaded = true): Value {
  return { id: nextId++, type, dims, data, uploaded };
}

/** Numbers that belong to the graph's structure: axes, shapes, a slope. */
export function constant(type: Type, dims: readonly number[], numbers: readonly number[]): Value {
  const data = type === "int64" ? BigInt64Array.from(numbers, BigInt) : (arrays[type] as typeof Float32Array).from(numbers);
  return { id: nextId++, type, dims, data, structural: true };
}

/** A list of axes, or a shape, as ONNX takes it. */
export function list(numbers: readonly number[]): Value {
  return constant("int64", [numbers.length], numbers);
}

/** A single structural number. */
export function scalar(value: number, type: Type = "float32"): Value {
  return constant(type, [], [value]);
}

/** Records an operation with several outputs. */
export function record(op: string, inputs: readonly (Value | undefined)[], attributes: Attributes, kinds: readonly Kind[]): Value[] {
  const outputs: Value[] = kinds.map(({ type, dims }) => ({ id: nextId++, type, dims }));
  const node: Node = { op, inputs, attributes, outputs, origin, label: op + JSON.stringify(attributes), mark: 0 };
  recorded++;
  for (const output of outputs)
    if (sizeOf(output.dims) === 0) output.data = emptyData(output.type, output.dims);
    else output.node = node;
  return outputs;
}

/** Records an operation with one output; its type is that of the first input unless given. */
export function apply(
  op: string, inputs: readonly (Value | undefined)[], dims: readonly number[], attributes: Attributes = {}, type: Type = inputs[0]!.type,
): Value {
  return record(op, inputs, attributes, [{ type, dims }])[0];
}

/** Records what depends on `value` alone only once. */
export function derive(value: Value, key: string, make: () => Value): Value {
  const known = value.derived?.get(key);
  if (known) return known;
  const made = make();
  (value.derived ??= new Map()).set(key, made);
  made.derivedFrom = [value, key];
  return made;
}

/** Gives a value its numbers, and forgets how they came about. */
export function settle(value: Value, data: Data): void {
  value.data = data;
  value.node = undefined;
  if (value.derivedFrom) { // or the numbers would live as long as what they were derived from
    const [source, key] = value.derivedFrom;
    source.derived!.delete(key);
    value.derivedFrom = undefined;
  }
}

/** With its axes in another order. A transpose of a transpose is one, or none. */
export function transposed(value: Value, perm: readonly number[]): Value {
  if (perm.every((axis, at) => axis === at)) return value;
  const before = value.node?.op === "Transpose" ? (value.node.attributes.perm as readonly number[]) : undefined;
  if (before) return transposed(value.node!.inputs[0]!, perm.map((axis) => before[axis]));
  const dims = perm.map((axis) => value.dims[axis]);
  const moved = perm.filter((axis) => value.dims[axis] !== 1);
  if (moved.every((axis, at) => at === 0 || axis > moved[at - 1])) return reshaped(value, dims); // only ones change places
  return derive(value, `T${perm}`, () => apply("Transpose", [value], dims, { perm }));
}

/** The same numbers in other dimensions. */
export function reshaped(value: Value, dims: readonly number[]): Value {
  if (dims.length === value.dims.length && dims.every((dim, at) => dim === value.dims[at])) return value;
  if (value.node?.op === "Reshape") return reshaped(value.node.inputs[0]!, dims);
  return derive(value, `R${dims}`, () => apply("Reshape", [value, list(dims)], dims));
}

export function cast(value: Value, type: Type): Value {
  return value.type === type ? value : apply("Cast", [value], value.dims, { to: code[type] }, type);
}

/** ONNX's numbers for the types. */
export const code = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;
