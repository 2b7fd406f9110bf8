// One ONNX Runtime session: a recorded graph, compiled.
import { Tensor } from "onnxruntime-common";
import { binding, type Binding } from "onnxruntime-node/dist/binding";
import { firstLine } from "../../../errors";
import type { PendingGraph } from "./graph";
import { lower } from "./lower";
import { encodeModel } from "./model";
import { providerSettings } from "./providers";
import { emptyData, sizeOf, type Data, type Node, type Value } from "./value";

export interface SessionSettings {
  /** ONNX Runtime's name of the execution provider: cpu, cuda, webgpu. */
  readonly provider: string;
  /** The provider that graphs are lowered for, by default the one that runs them: a test runs a GPU's graphs on the CPU. */
  readonly loweredFor?: string;
  readonly threads: number;
}

export interface Session {
  readonly native: Binding.InferenceSession;
  /** Indices of the graph's leaves that are inputs of the session; the others are initializers. */
  readonly inputLeaves: readonly number[];
  readonly initializers: readonly Value[];
  /** An estimate of its memory. */
  readonly bytes: number;
}

/** The type and dimensions of an array. */
export type ArrayType = Pick<Value, "type" | "dims">;

/** The session of a graph; `isInitializer` says which of its leaves are built in. */
export function createSession(recorded: PendingGraph, isInitializer: readonly boolean[], { provider, loweredFor = provider, threads }: SessionSettings): Session {
  const graph = lower(recorded, loweredFor);
  const names = new Map(graph.names);
  graph.leaves.forEach(({ id }, i) => names.set(id, `l${i}`));
  graph.outputs.forEach(({ id }, i) => names.set(id, `o${i}`));
  const uploaded = graph.leaves.filter((_, i) => isInitializer[i]);
  const inputLeaves = [...graph.leaves.keys()].filter((i) => !isInitializer[i]);
  const inputs = inputLeaves.map((i) => graph.leaves[i]);
  const used = new Set(graph.nodes.flatMap((node) => node.inputs));
  const initializers = [...graph.constants, ...uploaded].filter((value) => used.has(value));
  const { bytes, externalData } = encodeModel({ ...graph, inputs, initializers, names });
  const native = new binding.InferenceSession();
  const largest = Math.max(0, ...graph.nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs].map((v) => (v ? sizeOf(v.dims) : 0))));
  const { executionProviders, optimization } = providerSettings(provider, graph.nodes);
  try {
    native.loadModel(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength, {
      externalData,
      executionProviders,
      graphOptimizationLevel: "all",
      intraOpNumThreads: largest < singleThreaded ? 1 : threads,
      enableMemPattern: false, // the block planned for the second run would be allocated beside the first run's arrays
      logSeverityLevel: 4, // errors are thrown, not printed
      extra: { optimization, session: { set_denormal_as_zero: "1", force_spinning_stop: "1" } },
    });
  } catch (error) {
    throw failure(error, graph.nodes, "refuses");
  }
  const weights = initializers.reduce((sum, { data }) => sum + data!.byteLength, 0);
  const activations = graph.nodes.reduce((sum, { outputs }) => sum + 4 * sizeOf(outputs[0].dims), 0);
  return { native, inputLeaves, initializers: uploaded, bytes: 2 * weights + activations / 4 };
}

/** Graphs whose arrays all have fewer elements run on one thread: a second costs more than it gains. */
const singleThreaded = 16384;

/** The data of a result. */
export function allocate({ type, dims, node }: ArrayType & Pick<Value, "node">): Data {
  try {
    return emptyData(type, dims);
  } catch (error) {
    throw new RangeError(`there is no memory for the result of ${node?.origin}: it would be an array of [${dims}]`, { cause: error });
  }
}

/** Runs a session: `inputs` in the order of its `inputLeaves`, `results` with the data to fill of all `outputs`. */
export function execute({ native, inputLeaves }: Session, inputs: readonly Value[], outputs: readonly ArrayType[], results: readonly Data[]): void {
  const feeds: Record<string, Tensor> = {};
  inputLeaves.forEach((leaf, i) => { feeds[`l${leaf}`] = asTensor(inputs[i], inputs[i].data!); });
  const fetches: Record<string, Tensor> = {};
  outputs.forEach((type, i) => { fetches[`o${i}`] = asTensor(type, results[i]); });
  native.run(feeds, fetches, {});
}

function asTensor({ type, dims }: ArrayType, data: Data): Tensor {
  return new Tensor(type, data as Float32Array, dims) as Tensor;
}

/** An error that names the TensorFlow.js kernel and its shapes, which are part of the node name in ONNX Runtime's message. */
export function failure(error: unknown, nodes: readonly Node[], what: string): Error {
  const reason = error instanceof Error ? error.message : String(error);
  const index = [...reason.matchAll(/'(\d+) ([^']*)'|\((\d+) ([^)]*\)?)\)/g)].map((m) => Number(m[1] ?? m[3]))[0];
  const kernels = index !== undefined && nodes[index]
    ? nodes[index].origin
    : [...new Set(nodes.map(({ origin }) => origin))].slice(0, 5).join(", ");
  return new Error(`ONNX Runtime ${what} ${kernels}: ${firstLine(error)}`, { cause: error });
}
