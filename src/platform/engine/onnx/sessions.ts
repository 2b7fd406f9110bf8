// The session cache: one ONNX Runtime session for each graph structure and its initializers, evicted by what ran after it.
import { Tensor } from "onnxruntime-common";
import { binding, initOrt, type Binding } from "onnxruntime-node/dist/binding";
import { firstLine } from "../../../errors";
import { pendingGraph, type PendingGraph } from "./graph";
import { initializerCandidates, initializerKey, isComparedByContent } from "./initializers";
import { lower } from "./lower";
import { encodeModel } from "./model";
import { providerSettings } from "./providers";
import { emptyData, materialize, sizeOf, type Data, type Node, type Value } from "./value";

export interface SessionOptions {
  /** ONNX Runtime's name of the execution provider: cpu, cuda, webgpu. */
  readonly provider: string;
  /** The provider that graphs are lowered for, by default the one that runs them: a test runs a GPU's graphs on the CPU. */
  readonly loweredFor?: string;
  readonly threads: number;
  readonly maxSessions: number;
  /** A session is kept while those used after it take fewer bytes: an estimate of initializers and activations together. */
  readonly maxBytes: number;
}

interface Session {
  readonly native: Binding.InferenceSession;
  /** Indices of the graph's leaves that are inputs of the session; the others are initializers. */
  readonly inputLeaves: readonly number[];
  readonly initializers: readonly Value[];
  readonly bytes: number;
  /** Removes it from the cache's index. */
  readonly forget: () => void;
  runs: number;
}

export interface SessionCache {
  /** Computes `outputs` and gives them their data. */
  run(outputs: readonly Value[]): void;
  /** Closes the sessions that have `value` as an initializer: no graph can ask for them again. */
  release(value: Value): void;
  dispose(): void;
  /** Number of open sessions and an estimate of their memory; `created`: the number ever created. */
  memory(): { sessions: number; bytes: number; created: number };
}

export function sessionCache(options: SessionOptions): SessionCache {
  initOrt();
  const loweredFor = options.loweredFor ?? options.provider;
  const byStructure = new Map<string, Map<string, Session>>(); // then by initializers
  const recent = new Set<Session>(); // least recently used first
  const byInitializer = new Map<number, Set<Session>>();
  let bytes = 0;
  let created = 0;

  function run(outputs: readonly Value[]): void {
    const graph = pendingGraph(outputs);
    const results = graph.outputs.map(allocate);
    const session = sessionFor(graph);
    const feeds: Record<string, Tensor> = {};
    for (const i of session.inputLeaves) feeds[`l${i}`] = asTensor(graph.leaves[i], graph.leaves[i].data!);
    const fetches: Record<string, Tensor> = {};
    graph.outputs.forEach((value, i) => { fetches[`o${i}`] = asTensor(value, results[i]); });
    try {
      session.native.run(feeds, fetches, {});
    } catch (error) {
      if (session.runs === 0) close(session);
      throw failure(error, lower(graph, loweredFor).nodes, "could not compute");
    }
    session.runs++;
    graph.outputs.forEach((value, i) => materialize(value, results[i]));
  }

  function sessionFor(graph: PendingGraph): Session {
    const sameStructure = byStructure.get(graph.structure) ?? new Map<string, Session>();
    const candidates = initializerCandidates(graph);
    const isInitializer = graph.leaves.map((leaf) => candidates.has(leaf) && leaf.uploaded === true);
    const key = graph.leaves.map((leaf, i) => (isInitializer[i] ? initializerKey(leaf) : "")).join();
    let session = sameStructure.get(key);
    if (session) recent.delete(session);
    else {
      session = create(graph, isInitializer, () => {
        sameStructure.delete(key);
        if (sameStructure.size === 0) byStructure.delete(graph.structure);
      });
      byStructure.set(graph.structure, sameStructure.set(key, session));
      bytes += session.bytes;
      created++;
      for (const leaf of session.initializers)
        if (!isComparedByContent(leaf)) byInitializer.set(leaf.id, (byInitializer.get(leaf.id) ?? new Set()).add(session));
    }
    recent.add(session);
    if (session.runs === 0) evict();
    return session;
  }

  /**
   * Keeps a session as long as those used after it do not fill `maxBytes`, however large it is itself: so a step's large graph is not
   * rebuilt because of the small ones around it. One that ran only once may never run again; it is kept while they take a quarter.
   */
  function evict(): void {
    let [kept, used] = [0, 0];
    for (const session of [...recent].reverse()) {
      const limit = session.runs === 1 ? options.maxBytes / 4 : options.maxBytes;
      if (kept === options.maxSessions || used > limit) close(session);
      else [kept, used] = [kept + 1, used + session.bytes];
    }
  }

  function create(recorded: PendingGraph, isInitializer: readonly boolean[], forget: () => void): Session {
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
    const { executionProviders, optimization } = providerSettings(options.provider, graph.nodes);
    try {
      native.loadModel(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength, {
        externalData,
        executionProviders,
        graphOptimizationLevel: "all",
        intraOpNumThreads: largest < singleThreaded ? 1 : options.threads,
        enableMemPattern: false, // the block planned for the second run would be allocated beside the first run's arrays
        logSeverityLevel: 4, // errors are thrown, not printed
        extra: { optimization, session: { set_denormal_as_zero: "1", force_spinning_stop: "1" } },
      });
    } catch (error) {
      throw failure(error, graph.nodes, "refuses");
    }
    const weights = initializers.reduce((sum, { data }) => sum + data!.byteLength, 0);
    const activations = graph.nodes.reduce((sum, { outputs }) => sum + 4 * sizeOf(outputs[0].dims), 0);
    return { native, inputLeaves, initializers: uploaded, bytes: 2 * weights + activations / 4, forget, runs: 0 };
  }

  function close(session: Session): void {
    if (!recent.delete(session)) return;
    session.native.dispose();
    session.forget();
    bytes -= session.bytes;
    for (const { id } of session.initializers) {
      byInitializer.get(id)?.delete(session);
      if (byInitializer.get(id)?.size === 0) byInitializer.delete(id);
    }
  }

  return {
    run,
    release: ({ id }) => byInitializer.get(id)?.forEach(close),
    dispose: () => recent.forEach(close),
    memory: () => ({ sessions: recent.size, bytes, created }),
  };
}

/** Graphs whose arrays all have fewer elements run on one thread: a second costs more than it gains. */
const singleThreaded = 16384;

function allocate({ type, dims, node }: Value): Data {
  try {
    return emptyData(type, dims);
  } catch (error) {
    throw new RangeError(`there is no memory for the result of ${node!.origin}: it would be an array of [${dims}]`, { cause: error });
  }
}

function asTensor({ type, dims }: Value, data: Data): Tensor {
  return new Tensor(type, data as Float32Array, dims) as Tensor;
}

/** An error that names the TensorFlow.js kernel and its shapes, which are part of the node name in ONNX Runtime's message. */
function failure(error: unknown, nodes: readonly Node[], what: string): Error {
  const reason = error instanceof Error ? error.message : String(error);
  const index = [...reason.matchAll(/'(\d+) ([^']*)'|\((\d+) ([^)]*\)?)\)/g)].map((m) => Number(m[1] ?? m[3]))[0];
  const kernels = index !== undefined && nodes[index]
    ? nodes[index].origin
    : [...new Set(nodes.map(({ origin }) => origin))].slice(0, 5).join(", ");
  return new Error(`ONNX Runtime ${what} ${kernels}: ${firstLine(error)}`, { cause: error });
}
