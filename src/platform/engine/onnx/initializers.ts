// Which leaves of a graph are built into its session, and when two such leaves are the same.
import type { Pending } from "./graph";
import { sizeOf, type Value } from "./value";
import { byRows } from "./winograd";

/** Leaves that are faster when built in: filters, which ONNX Runtime then brings into its blocked layout, and biases. */
export function wantedConstants({ nodes }: Pending): Set<Value> {
  const wanted = new Set<Value>();
  const want = (value: Value | undefined): void => {
    while (value?.node && seenThrough.has(value.node.op)) value = value.node.inputs[0];
    if (value?.data && !value.structural) wanted.add(value);
  };
  for (const { op, inputs } of nodes) {
    if (op === "Conv" || op === "ConvTranspose" || op === byRows) want(inputs[1]);
    if (op !== "Add") continue;
    if (inputs[0]!.node?.op === "Conv" && sizeOf(inputs[1]!.dims) === inputs[0]!.dims[1]) want(inputs[1]);
    if (inputs[1]!.node?.op === "Conv" && sizeOf(inputs[0]!.dims) === inputs[1]!.dims[1]) want(inputs[0]);
  }
  return wanted;
}
const seenThrough = new Set(["Transpose", "Reshape", "Slice"]);

/** Small filters are known by their numbers, so that one made anew in every step is still the same. */
export function isKnownByItsNumbers({ data }: Value): boolean {
  return data!.length <= 4096;
}

/** Equal for leaves that may be built into one session. */
export function identity(value: Value): string {
  const data = value.data!;
  if (!isKnownByItsNumbers(value)) return `#${value.id}`;
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("latin1");
}
