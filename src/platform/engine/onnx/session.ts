// One ONNX Runtime session: a recorded graph, compiled.
import { Tensor } from "onnxruntime-common";
import { binding, type Binding } from "onnxruntime-node/dist/binding";
import { firstLine } from "../../../errors";
import type { PendingGraph } from "./graph";
import { lower } from "./lower";
import { encodeModel } from "./model";
import { providerSettings } from "./providers";
import { sizeOf, type Data, type Node, type Value } from "./value";

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

/**
 * Runs a session with `inputs` in the order of its `inputLeaves`, and gives the data of all `outputs`. ONNX Runtime allocates it: from an
 * array given to it for an output, its binding would copy the output once more.
 */
export function execute({ native, inputLeaves }: Session, inputs: readonly Value[], outputs: readonly unknown[]): Data[] {
  const feeds: Record<string, Tensor> = {};
  inputLeaves.forEach((leaf, i) => { feeds[`l${leaf}`] = asTensor(inputs[i]); });
  const results = native.run(feeds, Object.fromEntries(outputs.map((_, i) => [`o${i}`, null])), {});
  return outputs.map((_, i) => results[`o${i}`].data as Data);
}

/** No array in JavaScript has more elements. */
const maxElements = 2 ** 32;

/** @throws RangeError for a result that no array can hold */
export function mustFit({ dims, node }: Pick<Value, "dims" | "node">): void {
  if (sizeOf(dims) > maxElements) throw new RangeError(`there is no memory for the result of ${node?.origin}: it would be an array of [${dims}]`);
}

function asTensor({ type, dims, data }: Value): Tensor {
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
