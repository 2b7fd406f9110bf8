// The session cache: one ONNX Runtime session for each graph structure and its initializers, evicted by what ran after it.
import { initOrt } from "onnxruntime-node/dist/binding";
import { pendingGraph, type PendingGraph } from "./graph";
import { initializerCandidates, initializerKey, isComparedByContent } from "./initializers";
import { lower } from "./lower";
import { createSession, execute, failure, mustFit, type Session, type SessionSettings } from "./session";
import { materialize, type Data, type Value } from "./value";

export interface SessionOptions extends SessionSettings {
  readonly maxSessions: number;
  /** A session is kept while those used after it take fewer bytes: an estimate of initializers and activations together. */
  readonly maxBytes: number;
}

/** A session in the cache. */
export interface CachedSession extends Session {
  /** Removes it from the cache's index. */
  readonly forget: () => void;
  runs: number;
}

/** A run: its session, and the values that were its inputs, initializers and outputs, in the session's order. */
export interface Ran {
  readonly session: CachedSession;
  readonly inputs: readonly Value[];
  readonly initializers: readonly Value[];
  readonly outputs: readonly Value[];
}

export interface SessionCache {
  /** Computes `outputs` and gives them their data. */
  run(outputs: readonly Value[]): Ran;
  /** The data of the outputs of a session that ran, with inputs and for outputs as they were. */
  repeat(session: CachedSession, inputs: readonly Value[], outputs: readonly unknown[]): Data[];
  isOpen(session: CachedSession): boolean;
  /** Closes the sessions that have `value` as an initializer: no graph can ask for them again. */
  release(value: Value): void;
  dispose(): void;
  /** Number of open sessions and an estimate of their memory; `created`: the number ever created. */
  memory(): { sessions: number; bytes: number; created: number };
}

export function sessionCache(options: SessionOptions): SessionCache {
  initOrt();
  const byStructure = new Map<string, Map<string, CachedSession>>(); // then by initializers
  const recent = new Set<CachedSession>(); // least recently used first
  const byInitializer = new Map<number, Set<CachedSession>>();
  let bytes = 0;
  let created = 0;

  function run(outputs: readonly Value[]): Ran {
    const graph = pendingGraph(outputs);
    graph.outputs.forEach(mustFit);
    const session = sessionFor(graph);
    const isInput = new Set(session.inputLeaves);
    const inputs = graph.leaves.filter((_, i) => isInput.has(i));
    let results;
    try {
      results = execute(session, inputs, graph.outputs);
      session.runs++;
    } catch (error) {
      if (session.runs === 0) close(session);
      throw failure(error, lower(graph, options.loweredFor ?? options.provider).nodes, "could not compute");
    }
    graph.outputs.forEach((value, i) => materialize(value, results[i]));
    return { session, inputs, initializers: graph.leaves.filter((_, i) => !isInput.has(i)), outputs: graph.outputs };
  }

  function repeat(session: CachedSession, inputs: readonly Value[], outputs: readonly unknown[]): Data[] {
    recent.delete(session);
    recent.add(session);
    session.runs++;
    return execute(session, inputs, outputs);
  }

  function sessionFor(graph: PendingGraph): CachedSession {
    const sameStructure = byStructure.get(graph.structure) ?? new Map<string, CachedSession>();
    const candidates = initializerCandidates(graph);
    const isInitializer = graph.leaves.map((leaf) => candidates.has(leaf) && leaf.uploaded === true);
    const key = graph.leaves.map((leaf, i) => (isInitializer[i] ? initializerKey(leaf) : "")).join();
    let session: CachedSession | undefined = sameStructure.get(key);
    if (session) recent.delete(session);
    else {
      const forget = (): void => {
        sameStructure.delete(key);
        if (sameStructure.size === 0) byStructure.delete(graph.structure);
      };
      session = { ...createSession(graph, isInitializer, options), forget, runs: 0 };
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

  function close(session: CachedSession): void {
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
    repeat,
    isOpen: (session) => recent.has(session),
    release: ({ id }) => byInitializer.get(id)?.forEach(close),
    dispose: () => recent.forEach(close),
    memory: () => ({ sessions: recent.size, bytes, created }),
  };
}
