// Which leaves of a graph become initializers of its session, and when two such leaves are interchangeable.
import type { PendingGraph } from "./graph";
import { sizeOf, type Value } from "./value";
import { winogradOp } from "./winograd";

/** Leaves that are faster as initializers: filters, which ONNX Runtime then reorders into its blocked layout once, and biases. */
export function initializerCandidates({ nodes }: PendingGraph): Set<Value> {
  const candidates = new Set<Value>();
  const add = (value: Value | undefined): void => {
    value &&= movedFrom(value);
    if (value?.data && !value.structural) candidates.add(value);
  };
  for (const { op, inputs } of nodes) {
    if (op === "Conv" || op === "ConvTranspose" || op === winogradOp) add(inputs[1]);
    if (op !== "Add") continue;
    if (inputs[0]!.node?.op === "Conv" && sizeOf(inputs[1]!.dims) === inputs[0]!.dims[1]) add(inputs[1]);
    if (inputs[1]!.node?.op === "Conv" && sizeOf(inputs[0]!.dims) === inputs[1]!.dims[1]) add(inputs[0]);
  }
  return candidates;
}
/** What may stand between a filter and its convolution; ONNX Runtime folds it into the initializer. */
const dataMovement = new Set(["Transpose", "Reshape", "Slice"]);

/** The value whose numbers these are, without transposes, reshapes and slices. */
export function movedFrom(value: Value): Value {
  while (value.node && dataMovement.has(value.node.op)) value = value.node.inputs[0]!;
  return value;
}

/** Small filters are compared by content, so that one uploaded anew in every step still finds its session. */
export function isComparedByContent({ data }: Value): boolean {
  return data!.length <= 4096;
}

/** The leaf's part of a session's key: equal for leaves that may share a session. */
export function initializerKey(value: Value): string {
  const data = value.data!;
  if (!isComparedByContent(value)) return `#${value.id}`;
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("latin1");
}
