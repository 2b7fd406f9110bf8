// Recorded nodes as the bytes of an ONNX model.
import { float, integer, integers, joined, message, text, type Bytes } from "./protobuf";
import { code, type Attribute, type Node, type Value } from "./value";

/** Everything that a session is made from; a leaf is an input or, when its numbers are to be built in, an initializer. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly inputs: readonly Value[];
  readonly initializers: readonly Value[];
  readonly outputs: readonly Value[];
  /** Names of values by their ids. */
  readonly names: ReadonlyMap<number, string>;
}

export interface Model {
  readonly bytes: Uint8Array;
  /** Large initializers, by their names: they need not be copied into one piece with the rest. */
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/** Operators of version 17: later versions of Conv, pooling and Resize are not all known to ONNX Runtime's blocked layout. */
const operators = 17;

export function modelOf({ nodes, inputs, initializers, outputs, names }: Graph): Model {
  const name = (value: Value): string => names.get(value.id)!;
  const graph: Bytes = [
    ...nodes.flatMap((node, at) => message(1, [
      ...node.inputs.flatMap((input) => text(1, input ? name(input) : "")),
      ...node.outputs.flatMap((output) => text(2, names.get(output.id) ?? "")),
      ...text(3, nodeName(node, at)),
      ...text(4, node.op),
      ...Object.entries(node.attributes).flatMap(([key, value]) => message(5, attribute(key, value))),
      ...(microsoft.has(node.op) ? text(7, "com.microsoft") : []),
    ])),
    ...text(2, "recorded"),
    ...initializers.flatMap((value) => message(5, tensor(name(value), value))),
    ...inputs.flatMap((value) => message(11, kind(name(value), value))),
    ...outputs.flatMap((value) => message(12, kind(name(value), value))),
    // All shapes are known: ONNX Runtime cannot always infer them, and keeps its blocked layout only where it knows them.
    ...nodes.flatMap((node) => node.outputs.filter((value) => names.has(value.id) && !outputs.includes(value)))
      .flatMap((value) => message(13, kind(name(value), value))),
  ];
  const bytes = joined([
    ...integer(1, 8), // the file format's version
    ...message(7, graph),
    ...message(8, [...text(1, ""), ...integer(2, operators)]),
    ...message(8, [...text(1, "com.microsoft"), ...integer(2, 1)]),
  ]);
  return { bytes, externalData: initializers.filter(isLarge).map((value) => ({ path: name(value), data: bytesOf(value) })) };
}

/** What errors call a node: its place, and who asked for it. */
export function nodeName({ origin }: Node, at: number): string {
  return `${at} ${origin}`;
}

/** Operators of ONNX Runtime's own. */
const microsoft = new Set(["FusedMatMul"]);

function attribute(key: string, value: Attribute): Bytes {
  const kinds = { float: 1, integer: 2, text: 3, integers: 7 };
  const named = (kind: number, bytes: Bytes): Bytes => [...text(1, key), ...bytes, ...integer(20, kind)];
  if (typeof value === "string") return named(kinds.text, text(4, value));
  if (typeof value === "number") return named(kinds.integer, integer(3, value));
  if ("float" in value) return named(kinds.float, float(2, value.float));
  return named(kinds.integers, integers(8, value));
}

function isLarge({ data }: Value): boolean {
  return data!.byteLength >= 65536;
}

function bytesOf({ data }: Value): Uint8Array {
  return new Uint8Array(data!.buffer, data!.byteOffset, data!.byteLength);
}

function tensor(name: string, value: Value): Bytes {
  const elsewhere = (): Bytes => [...message(13, [...text(1, "location"), ...text(2, name)]), ...integer(14, 1)];
  const numbers = isLarge(value) ? elsewhere() : message(9, [bytesOf(value)]);
  return [...integers(1, value.dims), ...integer(2, code[value.type]), ...text(8, name), ...numbers];
}

function kind(name: string, { dims, type }: Value): Bytes {
  const shape = dims.flatMap((dim) => message(1, integer(1, dim)));
  return [...text(1, name), ...message(2, message(1, [...integer(1, code[type]), ...message(2, shape)]))];
}
