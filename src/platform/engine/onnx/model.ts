// A recorded graph as the bytes of an ONNX model.
import { concatenate, float, int, message, packedInts, string, type Chunks } from "./protobuf";
import { dataTypes, type Attribute, type Node, type Value } from "./value";

/** What a session is created from; every leaf is either an input or an initializer. */
interface ModelGraph {
  readonly nodes: readonly Node[];
  readonly inputs: readonly Value[];
  readonly initializers: readonly Value[];
  readonly outputs: readonly Value[];
  /** Names of values by id; an output without a name is not computed. */
  readonly names: ReadonlyMap<number, string>;
}

interface Model {
  readonly bytes: Uint8Array;
  /** Large initializers, by name: ONNX Runtime reads them where they are, so that they are not copied into `bytes`. */
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/** ONNX Runtime's blocked layout does not support all later versions of Conv, pooling and Resize. */
const opsetVersion = 17;

/** The fields' numbers are those of onnx.proto. */

export function encodeModel({ nodes, inputs, initializers, outputs, names }: ModelGraph): Model {
  const name = (value: Value): string => names.get(value.id)!;
  const graph: Chunks = [
    ...nodes.flatMap((node, index) => message(1, [
      ...node.inputs.flatMap((input) => string(1, input ? name(input) : "")),
      ...node.outputs.flatMap((output) => string(2, names.get(output.id) ?? "")),
      ...string(3, nodeName(node, index)),
      ...string(4, node.op),
      ...Object.entries(node.attributes).flatMap(([key, value]) => message(5, attributeProto(key, value))),
      ...(microsoftOps.has(node.op) ? string(7, "com.microsoft") : []),
    ])),
    ...string(2, "recorded"),
    ...initializers.flatMap((value) => message(5, tensorProto(name(value), value))),
    ...inputs.flatMap((value) => message(11, valueInfo(name(value), value))),
    ...outputs.flatMap((value) => message(12, valueInfo(name(value), value))),
    // Every shape is written down: ONNX Runtime cannot infer all of them, and keeps its blocked layout only where it knows them.
    ...nodes.flatMap((node) => node.outputs.filter((value) => names.has(value.id) && !outputs.includes(value)))
      .flatMap((value) => message(13, valueInfo(name(value), value))),
  ];
  const bytes = concatenate([
    ...int(1, 8), // version of the file format
    ...message(7, graph),
    ...message(8, [...string(1, ""), ...int(2, opsetVersion)]),
    ...message(8, [...string(1, "com.microsoft"), ...int(2, 1)]),
  ]);
  return { bytes, externalData: initializers.filter(isLarge).map((value) => ({ path: name(value), data: bytesOf(value) })) };
}

/** The node's name in ONNX Runtime's errors: its index in the graph and its origin. */
export function nodeName({ origin }: Node, index: number): string {
  return `${index} ${origin}`;
}

/** Ops that are not in ONNX's operator set but in ONNX Runtime's own. */
const microsoftOps = new Set(["FusedMatMul"]);

function attributeProto(key: string, value: Attribute): Chunks {
  const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 };
  const attribute = (type: number, content: Chunks): Chunks => [...string(1, key), ...content, ...int(20, type)];
  if (typeof value === "string") return attribute(attributeTypes.string, string(4, value));
  if (typeof value === "number") return attribute(attributeTypes.int, int(3, value));
  if ("float" in value) return attribute(attributeTypes.float, float(2, value.float));
  return attribute(attributeTypes.ints, packedInts(8, value));
}

function isLarge({ data }: Value): boolean {
  return data!.byteLength >= 65536;
}

function bytesOf({ data }: Value): Uint8Array {
  return new Uint8Array(data!.buffer, data!.byteOffset, data!.byteLength);
}

function tensorProto(name: string, value: Value): Chunks {
  const external = (): Chunks => [...message(13, [...string(1, "location"), ...string(2, name)]), ...int(14, 1)];
  const data = isLarge(value) ? external() : message(9, [bytesOf(value)]);
  return [...packedInts(1, value.dims), ...int(2, dataTypes[value.type]), ...string(8, name), ...data];
}

function valueInfo(name: string, { dims, type }: Value): Chunks {
  const shape = dims.flatMap((dim) => message(1, int(1, dim)));
  return [...string(1, name), ...message(2, message(1, [...int(1, dataTypes[type]), ...message(2, shape)]))];
}
