// The bytes of an ONNX model, with sizes that stay open.
import { concatenate, float, int, message, packedInts, string, type Chunks } from "../platform/engine/onnx/protobuf";

/** A constant, of float32 or int64. */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

export interface OnnxNode {
  readonly op: string;
  /** An input without a name is left out. */
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, string | readonly number[] | { readonly float: number }>>;
}

/** A float32 input or output; a side with a name is free. */
export interface OnnxPort {
  readonly name: string;
  readonly dims: readonly (number | string)[];
}

const types = { float32: 1, int64: 7 };

/** A model of operator set 17. The fields' numbers are those of onnx.proto. */
export function onnxModel({ nodes, tensors, inputs, outputs, metadata }: {
  readonly nodes: readonly OnnxNode[]; readonly tensors: readonly OnnxTensor[];
  readonly inputs: readonly OnnxPort[]; readonly outputs: readonly OnnxPort[]; readonly metadata: Readonly<Record<string, string>>;
}): Uint8Array {
  const graph = [
    ...nodes.flatMap((node) => message(1, nodeProto(node))),
    ...string(2, "styloscope"),
    ...tensors.flatMap((tensor) => message(5, tensorProto(tensor))),
    ...inputs.flatMap((port) => message(11, portProto(port))),
    ...outputs.flatMap((port) => message(12, portProto(port))),
  ];
  return concatenate([
    ...int(1, 8), // version of the file format
    ...string(2, "styloscope"),
    ...message(7, graph),
    ...message(8, [...string(1, ""), ...int(2, 17)]),
    ...Object.entries(metadata).flatMap(([key, value]) => message(14, [...string(1, key), ...string(2, value)])),
  ]);
}

function nodeProto({ op, inputs, output, attributes }: OnnxNode): Chunks {
  return [
    ...inputs.flatMap((input) => string(1, input)), ...string(2, output), ...string(3, output), ...string(4, op),
    ...Object.entries(attributes).flatMap(([key, value]) => message(5, attributeProto(key, value))),
  ];
}

function attributeProto(key: string, value: OnnxNode["attributes"][string]): Chunks {
  if (typeof value === "string") return [...string(1, key), ...string(4, value), ...int(20, 3)];
  if ("float" in value) return [...string(1, key), ...float(2, value.float), ...int(20, 1)];
  return [...string(1, key), ...packedInts(8, value), ...int(20, 7)];
}

function tensorProto({ name, dims, data }: OnnxTensor): Chunks {
  const type = data instanceof Float32Array ? types.float32 : types.int64;
  return [
    ...packedInts(1, dims), ...int(2, type), ...string(8, name),
    ...message(9, [new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]),
  ];
}

function portProto({ name, dims }: OnnxPort): Chunks {
  const shape = dims.flatMap((dim) => message(1, typeof dim === "string" ? string(2, dim) : int(1, dim)));
  return [...string(1, name), ...message(2, message(1, [...int(1, types.float32), ...message(2, shape)]))];
}
