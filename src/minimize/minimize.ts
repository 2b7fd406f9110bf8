// The loop: measure, yield, step. It is a generator, so the caller's `for` decides what happens in between.
import { setImmediate } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs";
import { hostSignal, Interrupted } from "../hostSignal";
import { mustBeImage, type Image } from "../image";
import { isEqual, norm } from "../math/vectors";
import type { Measurement, Objective } from "../objective";
import { lbfgs } from "../optimizers/lbfgs";
import type { Optimizer } from "../optimizers/optimizer";
import type { Term } from "../terms";
import { giveBack } from "./giveBack";
import { afterSteps, beforeSteps, blame } from "./notFiniteError";
import { mustBeSameRun, mustHaveSameParts, runIdentity, type Snapshot } from "./snapshot";
import { badTarget, badValues, divergenceWarning, flatnessWarning, updateReference } from "./warnings";

/** What one iteration of the loop measured. Step 0 is the start. */
export interface Step {
  readonly index: number;
  /** The number of steps that were requested. */
  readonly steps: number;
  /** The weighted sum of all parts for `image`. */
  readonly loss: number;
  /** Every named part, weighted: they add up to `loss`. */
  readonly parts: Readonly<Record<string, number>>;
  readonly unweighted: Readonly<Record<string, number>>;
  /** The Euclidean norm of the pixel gradient. */
  readonly gradientNorm: number;
  /** Since the loop began. */
  readonly seconds: number;
  /** The image measured, values not clipped. The loop owns it and disposes it when it continues: clone to keep. */
  readonly image: Image;
  /**
   * Why a loop ended before its last step: the stop button or signal, no way further down, or a gradient of exactly zero where the
   * loss is not 0. False on all other steps.
   */
  readonly stopped: false | "interrupted" | "converged" | "no gradient";
  /**
   * What is wrong, in a sentence that says what to do. "diverging": the loss is above the start's and over 10 times the best so far;
   * it may still come back, so the loop continues. "no gradient": a part of the loss, or all of it, is flat; checked at the start.
   */
  readonly warning?: string;
  /** The objective's terms with which the image was measured: others where `goal.change` was called since the step before. */
  readonly terms: readonly Term[];
  /** The state of the run, to save and resume. It holds no tensors, and may be kept; with `lbfgs` it is as large as 40 images. */
  readonly snapshot: () => Snapshot;
}

export interface MinimizeOptions {
  /** Where to begin: the photograph, the painting, `noise(photo, { seed })`, any image. */
  readonly start: Image;
  readonly optimizer?: Optimizer;
  /** How many steps to take (default 200); an optimizer with a line search may measure more than once a step. */
  readonly steps?: number;
  /** Ends the loop within one network pass. So does the stop button of a notebook. */
  readonly signal?: AbortSignal;
  /**
   * Continues from a step's `snapshot()`, or from what `savedRun(file)` found there; undefined begins at `start`. `steps` counts
   * from the beginning of the run. With the same engine and number of threads, all bytes are those of a run that never stopped.
   */
  readonly resume?: Snapshot;
}

export const defaultSteps = 200;

class Stopped extends Error {}

/** A measurement with the norm of its gradient, which is not finite if any of it is not. */
interface Measured extends Measurement {
  readonly gradientNorm: number;
}

/**
 * Minimizes the objective over the pixels of an image, from `start`. Yields `steps` + 1 times: the start, then the result of each step. It
 * ends early when it is stopped, when the optimizer finds no lower loss, and when a gradient of exactly zero moves nothing: then it
 * yields the last image once more, with `stopped` saying why. A loss that diverges does not end it, but is in `warning`. With
 * `resume`, the first step is the one that was saved.
 * Between two steps the objective may change (`goal.change`): the next step measures its image again, and the optimizer starts there as
 * from a new start, since its curvature and averages describe another function.
 * A loop that is left half-way must be closed: `break` does so, and `return()`.
 *
 * @throws NotFiniteError that names the first part that is not finite and carries the last good image; RangeError for a start or a
 *   target with values that are not finite; Interrupted where a notebook's stop button was pressed before the first step was done
 */
export async function* minimize(
  goal: Objective, { start, optimizer = lbfgs(), steps = defaultSteps, signal, resume }: MinimizeOptions,
): AsyncGenerator<Step, void, void> {
  if (!(Number.isInteger(steps) && steps >= 0))
    throw new RangeError(`steps must be a whole number, 0 or more; got ${steps}`);
  if (typeof optimizer?.step !== "function") throw new TypeError("the optimizer is called: write lbfgs(), not lbfgs");
  mustBeImage(start, "start, where the loop begins,");
  let of = runIdentity(goal, optimizer, start);
  if (resume) mustBeSameRun(resume, of, steps);
  const host = hostSignal();
  if (host?.aborted) throw new Interrupted("stop was pressed before this search began");
  const began = performance.now() - 1000 * (resume?.seconds ?? 0);

  // Every point is measured once: the optimizer asks again for its current point, which was measured for the step.
  let measured = new WeakMap<Float32Array, Measured>();
  // A line search steps back from points that are not finite; if it then finds no lower loss, the first of them is reported.
  const bad: { x: Float32Array; at: Measured }[] = [];
  const f = async (x: Float32Array): Promise<Measured> => {
    const known = measured.get(x);
    if (known) return known;
    if (signal?.aborted || host?.aborted) throw new Stopped();
    const image = tf.tensor3d(x, start.shape);
    const measurement = await goal.measure(image).finally(() => image.dispose());
    const at = { ...measurement, gradientNorm: norm(measurement.gradient) };
    measured.set(x, at);
    if (!isFinite(at)) bad.push({ x, at });
    await setImmediate(); // let displays go out and the stop button come in
    return at;
  };

  const notFinite = async (x: Float32Array, at: Measurement, step: number): Promise<Error> => {
    const input = good ? undefined
      : badValues(x, start.shape, resume ? "the run to resume" : "start, where the loop begins,") ?? await badTarget(goal);
    if (input) return new RangeError(input);
    return blame(goal, tf.tensor3d(x, start.shape), at, step, tf.tensor3d(good?.x ?? x, start.shape), good ? afterSteps : beforeSteps);
  };

  const flatness = async (x: Float32Array, at: Measurement): Promise<string | undefined> => {
    const image = tf.tensor3d(x, start.shape);
    return flatnessWarning(goal, image, at).finally(() => image.dispose());
  };

  let good: { x: Float32Array; state: unknown; index: number; at: Measured; warning?: string } | undefined;
  let reference = resume?.reference;
  let { terms } = goal;
  let image: Image | undefined;
  const show = (stopped: Step["stopped"]): Step => {
    const { x, state, index, at, warning } = good!;
    giveBack(image, "step.image");
    image = tf.tensor3d(x, start.shape);
    const { value: loss, parts, unweighted, gradientNorm } = at;
    const seconds = (performance.now() - began) / 1000;
    const [now, run] = [reference, of];
    const snapshot = (): Snapshot => ({ index, seconds, parts, of: run, reference: now, x, state });
    return { index, steps, loss, parts, unweighted, gradientNorm, seconds, image, stopped, terms, snapshot, ...(warning && { warning }) };
  };
  try {
    let x = resume?.x ?? (await start.data()) as Float32Array;
    let state = resume ? resume.state : optimizer.init(x, start.shape);
    for (let index = resume?.index ?? 0; ; index++) {
      const at = await f(x);
      if (!isFinite(at)) throw await notFinite(x, at, index);
      if (resume && !good) mustHaveSameParts(resume, at);
      bad.length = 0;
      const warning = (reference && divergenceWarning(reference, at.value)) ??
        (!good || at.gradientNorm === 0 ? await flatness(x, at) : undefined);
      good = { x, state, index, at, warning };
      reference = updateReference(reference, at.value, index);
      yield show(false);
      if (index === steps) return;
      if (goal.terms !== terms) {
        // Another function: what was measured of the old one, and what the optimizer learned from it, is forgotten.
        ({ terms } = goal);
        of = runIdentity(goal, optimizer, start);
        measured = new WeakMap();
        reference = undefined;
        state = optimizer.init(x, start.shape);
      }
      const next = await optimizer.step(f, x, state);
      if (next.x === x || (at.gradientNorm === 0 && isEqual(next.x, x))) {
        if (bad.length > 0) throw await notFinite(bad[0].x, bad[0].at, index + 1);
        return yield show(at.gradientNorm === 0 && at.value !== 0 ? "no gradient" : "converged");
      }
      ({ x, state } = next);
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    // What the host's user gets is a result, or is told that there is none; who has a signal of their own can look.
    if (!signal?.aborted && (good?.index ?? 0) === 0) throw new Interrupted("stop was pressed before this search had taken a step");
    if (good) yield show("interrupted");
  } finally {
    giveBack(image, "step.image");
  }
}

function isFinite({ value, gradientNorm }: Measured): boolean {
  return Number.isFinite(value) && Number.isFinite(gradientNorm);
}
