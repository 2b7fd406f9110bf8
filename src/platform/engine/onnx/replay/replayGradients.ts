// Where replays begin: the one function of TensorFlow.js that every gradient goes through.
import * as tf from "@tensorflow/tfjs";
import { OnnxBackend } from "../backend";
import { movedFrom } from "../initializers";
import { channelsLast, view } from "../tensorView";
import type { ComputeGradients } from "./replays";

interface Internals {
  readonly backendInstance: unknown;
  readonly state: { readonly gradientDepth: number; readonly kernelDepth: number };
  gradients: ComputeGradients;
}

const internals = (): Internals => tf.engine() as unknown as Internals;

/** How many kernels TensorFlow.js is in: 1 in one that an operation called, more in those that it calls itself. */
export function kernelDepth(): number {
  return internals().state.kernelDepth;
}

/**
 * Has gradients on this backend replayed where they repeat. Neither those of gradients are, nor those with a given dy. What a gradient is
 * asked for will be another the next time: a filter that is learned, also as a slice of all parameters, is an input of its session, or each
 * step would make a session.
 */
export function replayGradients(): void {
  const engine = internals();
  if (Object.hasOwn(engine, "gradients")) return;
  const compute = engine.gradients.bind(engine);
  engine.gradients = (f, xs, dy, allowNoGradients) => {
    const { backendInstance: backend, state } = engine;
    if (!(backend instanceof OnnxBackend)) return compute(f, xs, dy, allowNoGradients);
    for (const x of xs) if (x.dtype === "float32") movedFrom(backend.viewOf(x).value).uploaded = false;
    if (state.gradientDepth > 0 || dy) {
      backend.replays.abandon();
      return compute(f, xs, dy, allowNoGradients);
    }
    const gradients = backend.replays.gradients(compute, f, xs, allowNoGradients);
    order(backend, gradients.grads, xs);
    return gradients;
  };
}

/** Has gradients of arrays in TensorFlow.js' order computed in that order: reading them would run another graph, which transposes them. */
function order(backend: OnnxBackend, grads: readonly tf.Tensor[], xs: readonly tf.Tensor[]): void {
  grads.forEach((grad, i) => {
    const entry = grad && backend.entry(grad.dataId);
    if (entry?.view?.channelAxis === undefined || backend.entry(xs[i].dataId).view?.channelAxis !== undefined) return;
    backend.setView(entry, view(channelsLast(entry.view), entry.view.shape));
  });
}
