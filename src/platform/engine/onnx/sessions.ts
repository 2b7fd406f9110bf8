// Sessions of ONNX Runtime: made once for each structure, kept while there is room.
import { Tensor } from "onnxruntime-common";
import { binding, initOrt, type Binding } from "onnxruntime-node/dist/binding";
import { firstLine } from "../../../errors";
import { pending, type Pending } from "./graph";
import { identity, isKnownByItsNumbers, wantedConstants } from "./initializers";
import { modelOf } from "./model";
import { settingsFor } from "./providers";
import { emptyData, settle, sizeOf, type Data, type Node, type Value } from "./value";
import { spelledOut } from "./winograd";

export interface SessionOptions {
  /** ONNX Runtime's name of what computes: cpu, cuda, webgpu. */
  readonly provider: string;
  readonly threads: number;
  /** How many sessions are kept at most. */
  readonly sessions: number;
  /** A session stays while those used after it take fewer bytes: filters and activations together, as far as they can be foreseen. */
  readonly bytes: number;
}

interface Session {
  readonly native: Binding.InferenceSession;
  /** Which leaves, by their place among them, are fed; the others are built in. */
  readonly fed: readonly number[];
  readonly builtIn: readonly Value[];
  readonly bytes: number;
  readonly forget: () => void;
  runs: number;
}

export interface Sessions {
  /** Computes `outputs` and gives them their numbers. */
  run(outputs: readonly Value[]): void;
  /** Gives back the sessions in which `value` is built in: nobody can ask for them again. */
  release(value: Value): void;
  dispose(): void;
  /** How many sessions there are and what they take; `made`: how many were ever made. */
  memory(): { sessions: number; bytes: number; made: number };
}

export function openSessions(options: SessionOptions): Sessions {
  initOrt();
  const families = new Map<string, Map<string, Session>>(); // by structure; of one structure, by the filters that are built in
  const recent = new Set<Session>(); // the one used longest ago first
  const users = new Map<number, Set<Session>>();
  let bytes = 0;
  let made = 0;

  function run(outputs: readonly Value[]): void {
    const graph = pending(outputs);
    const results = graph.outputs.map(roomFor);
    const session = sessionFor(graph);
    const feeds: Record<string, Tensor> = {};
    for (const at of session.fed) feeds[`l${at}`] = tensorOf(graph.leaves[at]);
    const fetches: Record<string, Tensor> = {};
    graph.outputs.forEach((value, at) => { fetches[`o${at}`] = asTensor(value, results[at]); });
    try {
      session.native.run(feeds, fetches, {});
    } catch (error) {
      if (session.runs === 0) close(session);
      throw refusal(error, spelledOut(graph, options.provider).nodes, "could not compute");
    }
    session.runs++;
    graph.outputs.forEach((value, at) => settle(value, results[at]));
  }

  function sessionFor(graph: Pending): Session {
    const family = families.get(graph.structure) ?? new Map<string, Session>();
    const wanted = wantedConstants(graph);
    const built = graph.leaves.map((leaf) => wanted.has(leaf) && leaf.uploaded === true);
    const key = graph.leaves.map((leaf, at) => (built[at] ? identity(leaf) : "")).join();
    let session = family.get(key);
    if (session) recent.delete(session);
    else {
      session = make(graph, built, () => {
        family.delete(key);
        if (family.size === 0) families.delete(graph.structure);
      });
      families.set(graph.structure, family.set(key, session));
      bytes += session.bytes;
      made++;
      for (const leaf of session.builtIn)
        if (!isKnownByItsNumbers(leaf)) users.set(leaf.id, (users.get(leaf.id) ?? new Set()).add(session));
    }
    recent.add(session);
    if (session.runs === 0) makeRoom();
    return session;
  }

  /**
   * A session stays while those used after it leave room for it to begin in: so a step's large graph is not made again because of the
   * small ones around it. One that ran only once may never run again; it must begin in the first quarter.
   */
  function makeRoom(): void {
    let [kept, used] = [0, 0];
    for (const session of [...recent].reverse()) {
      const room = session.runs === 1 ? options.bytes / 4 : options.bytes;
      if (kept === options.sessions || used > room) close(session);
      else [kept, used] = [kept + 1, used + session.bytes];
    }
  }

  function make(recorded: Pending, built: readonly boolean[], forget: () => void): Session {
    const graph = spelledOut(recorded, options.provider);
    const names = new Map(graph.names);
    graph.leaves.forEach(({ id }, at) => names.set(id, `l${at}`));
    graph.outputs.forEach(({ id }, at) => names.set(id, `o${at}`));
    const builtIn = graph.leaves.filter((_, at) => built[at]);
    const fed = [...graph.leaves.keys()].filter((at) => !built[at]);
    const inputs = fed.map((at) => graph.leaves[at]);
    const used = new Set(graph.nodes.flatMap((node) => node.inputs));
    const initializers = [...graph.structurals, ...builtIn].filter((value) => used.has(value));
    const { bytes, externalData } = modelOf({ ...graph, inputs, initializers, names });
    const native = new binding.InferenceSession();
    const widest = Math.max(0, ...graph.nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs].map((v) => (v ? sizeOf(v.dims) : 0))));
    const { executionProviders, optimization } = settingsFor(options.provider, graph.nodes);
    try {
      native.loadModel(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength, {
        externalData,
        executionProviders,
        graphOptimizationLevel: "all",
        intraOpNumThreads: widest < tiny ? 1 : options.threads,
        enableMemPattern: false, // what it plans for the second run comes on top of what the first run got
        logSeverityLevel: 4, // what goes wrong is thrown, not printed
        extra: { optimization, session: { set_denormal_as_zero: "1", force_spinning_stop: "1" } },
      });
    } catch (error) {
      throw refusal(error, graph.nodes, "refuses");
    }
    const filters = initializers.reduce((sum, { data }) => sum + data!.byteLength, 0);
    const activations = graph.nodes.reduce((sum, { outputs }) => sum + 4 * sizeOf(outputs[0].dims), 0);
    return { native, fed, builtIn, bytes: 2 * filters + activations / 4, forget, runs: 0 };
  }

  function close(session: Session): void {
    if (!recent.delete(session)) return;
    session.native.dispose();
    session.forget();
    bytes -= session.bytes;
    for (const { id } of session.builtIn) {
      users.get(id)?.delete(session);
      if (users.get(id)?.size === 0) users.delete(id);
    }
  }

  return {
    run,
    release: ({ id }) => users.get(id)?.forEach(close),
    dispose: () => recent.forEach(close),
    memory: () => ({ sessions: recent.size, bytes, made }),
  };
}

/** Below this many elements a second thread costs more than it gives. */
const tiny = 16384;

function roomFor({ type, dims, node }: Value): Data {
  try {
    return emptyData(type, dims);
  } catch (error) {
    throw new RangeError(`there is no memory for the result of ${node!.origin}: it would be an array of [${dims}]`, { cause: error });
  }
}

function tensorOf(value: Value): Tensor {
  return asTensor(value, value.data!);
}

function asTensor({ type, dims }: Value, data: Data): Tensor {
  return new Tensor(type, data as Float32Array, dims) as Tensor;
}

/** An error that names the TensorFlow.js kernel and its shapes: they are in the name of the node that ONNX Runtime speaks of. */
function refusal(error: unknown, nodes: readonly Node[], what: string): Error {
  const reason = error instanceof Error ? error.message : String(error);
  const at = [...reason.matchAll(/'(\d+) ([^']*)'|\((\d+) ([^)]*\)?)\)/g)].map((m) => Number(m[1] ?? m[3]))[0];
  const kernels = at !== undefined && nodes[at] ? nodes[at].origin : [...new Set(nodes.map(({ origin }) => origin))].slice(0, 5).join(", ");
  return new Error(`ONNX Runtime ${what} ${kernels}: ${firstLine(error)}`, { cause: error });
}
