// A step that repeats: a gradient whose forward pass makes the very calls of one that ran before runs that one's session at once.
import * as tf from "@tensorflow/tfjs";
import type { Entry } from "../entry";
import type { SessionCache, Ran } from "../sessions";
import type { TensorView } from "../tensorView";
import { deferredCalls } from "./deferredCalls";
import { describe, inputsOf, isProgramOf, programOf, viewsOf, type Forward, type Program } from "./program";
import { tapeLinks, type TapeNode } from "./tape";
import { startTrace, type Incoming, type Trace } from "./trace";

type Recorded = TensorView | TensorView[] | undefined;
type Infos = tf.TensorInfo | tf.TensorInfo[];
export interface Gradients { readonly value: tf.Tensor; readonly grads: readonly tf.Tensor[] }
/** TensorFlow.js' `Engine.gradients`, which runs `f` on a tape and goes the tape back. */
export type ComputeGradients = (f: () => tf.Tensor, xs: readonly tf.Tensor[], dy: tf.Tensor | null | undefined, allowNoGradients?: boolean) => Gradients;

interface Internals {
  readonly state: { activeTape: TapeNode[] | null };
  makeTensorFromTensorInfo(info: tf.TensorInfo): tf.Tensor;
}

export interface Replays {
  /** Gradients as `compute` gives them. */
  gradients(compute: ComputeGradients, f: () => tf.Tensor, xs: readonly tf.Tensor[], allowNoGradients?: boolean): Gradients;
  /** The result of a kernel, recorded with `record`, now or when it is needed; undefined where it cannot record. */
  call(incoming: Incoming, record: (inputs: Incoming["inputs"], attributes: unknown) => Recorded): Infos | undefined;
  /** Notes a kernel that records nothing: it returns another view of its input, or numbers that it computes at once. */
  note(incoming: Incoming): void;
  /** Notes that numbers are read: a backward pass must not depend on any. */
  read(): void;
  /** Records what was not recorded, and watches no further: before a read in the middle, and what depends on more than the calls. */
  abandon(): void;
  /** Notes that a graph has run: a gradient that was read is remembered. */
  ran(ran: Ran): void;
  /** How many gradients ran without being recorded. */
  readonly count: number;
}

/** What the backend does for it. */
interface Storage {
  entry(dataId: object): Entry;
  add(entry: Entry, shape: readonly number[]): tf.TensorInfo;
  toTensorInfo(x: TensorView): tf.TensorInfo;
  readonly setView: (entry: Entry, view: TensorView) => void;
}

export function replays(backend: Storage, sessions: SessionCache): Replays {
  const engine = tf.engine() as unknown as Internals;
  let programs: readonly Program[] = []; // the last used first
  let trace: Trace | undefined;
  let deferred = deferredCalls(backend.setView);
  /** A gradient that was recorded and not read yet; what outlived it is known at its end. */
  let recorded: { forward: Forward; alive?: readonly boolean[]; grads?: readonly Entry[] } | undefined;
  let count = 0;

  function abandon(): void {
    trace = undefined;
    deferred.record();
    read();
  }

  function read(): void {
    if (!recorded?.alive) recorded = undefined;
  }

  function call(incoming: Incoming, record: (inputs: Incoming["inputs"], attributes: unknown) => Recorded): Infos | undefined {
    const known = trace?.next(incoming);
    if (trace && known) {
      const entries = deferred.add(known.outputs, () => record(incoming.inputs, known.attributes));
      const infos = entries.map((entry, i) => backend.add(entry, known.outputs[i].shape));
      trace.add(incoming, known, entries, infos, known.isList);
      return known.isList ? infos : infos[0];
    }
    deferred.record();
    const result = record(incoming.inputs, incoming.attributes);
    if (!result) {
      abandon();
      return undefined;
    }
    const infos = [result].flat().map((x) => backend.toTensorInfo(x));
    trace?.add(incoming, undefined, infos.map(({ dataId }) => backend.entry(dataId)), infos, Array.isArray(result));
    return Array.isArray(result) ? infos : infos[0];
  }

  function note(incoming: Incoming): void {
    if (!trace) return;
    const known = trace.next(incoming);
    if (!known) deferred.record();
    trace.add(incoming, known, [], [], false);
  }

  function gradients(compute: ComputeGradients, f: () => tf.Tensor, xs: readonly tf.Tensor[], allowNoGradients?: boolean): Gradients {
    abandon(); // of an outer gradient
    recorded = undefined;
    const result = compute(() => {
      const own = trace = startTrace([...new Set(programs.map(({ calls }) => calls))]);
      deferred = deferredCalls(backend.setView);
      try {
        const y = f();
        if (trace === own) finishForward(own, compute, xs, y, allowNoGradients);
        return y;
      } finally {
        if (trace === own) trace = undefined;
      }
    }, xs, null, allowNoGradients);
    noteGradients(result.grads);
    return result;
  }

  /** Either replaces the tape by one node, the program that this forward pass begins, or has it recorded. */
  function finishForward(own: Trace, compute: ComputeGradients, xs: readonly tf.Tensor[], y: tf.Tensor, allowNoGradients?: boolean): void {
    const forward = forwardOf(own, xs, y);
    const program = forward && programs.find((one) => isProgramOf(one, forward));
    if (!program || !sessions.isOpen(program.session)) {
      abandon();
      recorded = forward && { forward };
      return;
    }
    const tape = engine.state.activeTape!;
    const inputs = Object.fromEntries(xs.entries());
    const gradient = (): Record<string, () => tf.Tensor> => {
      const grads = repeat(program, forward, tape, xs) ?? recordBackward(forward, tape, compute, xs, y, allowNoGradients);
      return Object.fromEntries(grads.map((grad, i) => [i, () => grad]));
    };
    engine.state.activeTape = [{ id: tape[0].id, kernelName: "replay", inputs, outputs: [y], saved: [], gradient }];
  }

  function forwardOf(own: Trace, xs: readonly tf.Tensor[], y: tf.Tensor): Forward | undefined {
    if (!(y instanceof tf.Tensor) || xs.includes(y) || new Set(xs).size < xs.length) return undefined;
    const calls = own.calls();
    const links = tapeLinks(engine.state.activeTape!, calls, xs, y);
    const described = links && describe(own.externals);
    return described && calls.length > 0 ? { calls, links, described, returned: own.returned, externals: own.externals } : undefined;
  }

  /** Runs a program; nothing where it does not fit, or fails: recording it gives the same numbers, or the error's cause. */
  function repeat(program: Program, { returned, externals }: Forward, tape: readonly TapeNode[], xs: readonly tf.Tensor[]): tf.Tensor[] | undefined {
    if (!aliveBeside(returned, tape).every((alive, i) => alive === program.alive[i])) return undefined;
    let outputs;
    try {
      outputs = sessions.repeat(program.session, inputsOf(program, externals), program.outputs);
    } catch {
      return undefined;
    }
    count++;
    programs = [program, ...programs.filter((other) => other !== program)];
    deferred = deferredCalls(backend.setView);
    for (const { saved } of tape) for (const tensor of saved) tensor.dispose();
    const views = viewsOf(program, outputs);
    for (const [number, view] of views.returned) backend.setView(returned[number], view);
    return views.grads.map((view, i) => engine.makeTensorFromTensorInfo({ ...backend.toTensorInfo(view), shape: xs[i].shape }));
  }

  /** Which arrays live on when the tape's copies are disposed of. */
  function aliveBeside(returned: readonly Entry[], tape: readonly TapeNode[]): boolean[] {
    const copies = new Map<Entry, number>();
    for (const { saved } of tape)
      for (const { dataId } of saved) {
        const entry = backend.entry(dataId);
        copies.set(entry, (copies.get(entry) ?? 0) + 1);
      }
    return returned.map((entry) => entry.count > (copies.get(entry) ?? 0));
  }

  /** The backward pass of a tape that was put aside. */
  function recordBackward(
    forward: Forward, tape: TapeNode[], compute: ComputeGradients, xs: readonly tf.Tensor[], y: tf.Tensor, allowNoGradients?: boolean,
  ): readonly tf.Tensor[] {
    deferred.record();
    recorded = { forward };
    const { grads } = compute(() => {
      engine.state.activeTape = tape;
      return y;
    }, xs, null, allowNoGradients);
    engine.state.activeTape = [];
    return grads;
  }

  function noteGradients(grads: readonly tf.Tensor[]): void {
    if (!recorded) return;
    if (grads.some((grad) => !grad)) recorded = undefined;
    else {
      recorded.alive = recorded.forward.returned.map((entry) => entry.count > 0);
      recorded.grads = grads.map(({ dataId }) => backend.entry(dataId));
    }
  }

  function ran(run: Ran): void {
    const { forward, alive, grads } = recorded ?? {};
    recorded = undefined;
    const program = forward && alive && grads && programOf(forward, alive, grads, run);
    if (program) programs = [program, ...programs.filter(({ session }) => sessions.isOpen(session))].slice(0, maxPrograms);
  }

  return { gradients, call, note, read, abandon, ran, get count() { return count; } };
}

const maxPrograms = 32;

