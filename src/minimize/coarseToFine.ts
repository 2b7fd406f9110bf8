// From coarse to fine: a network sees only so far, so large shapes are settled while the picture is small.
import * as tf from "@tensorflow/tfjs";
import { mustBeImage, resize, type Image } from "../image";
import { resample, type Kernel } from "../math/resample";
import type { Network } from "../networks/network";
import { objective } from "../objective";
import { lbfgs } from "../optimizers/lbfgs";
import type { Optimizer } from "../optimizers/optimizer";
import { mapTargets, type Term } from "../terms";
import { minimize, type MinimizeOptions, type Step } from "./minimize";
import { movingAverage } from "./movingAverage";
import { mustBeSnapshot, type Snapshot } from "./snapshot";

/** Shorter sides from at least `smallest` up to `largest`, each √2 times the one before: twice the pixels. */
export function scales(largest: number, { smallest = 128 }: { smallest?: number } = {}): number[] {
  for (const side of [largest, smallest])
    if (!(Number.isInteger(side) && side >= 1)) throw new RangeError(`a side is a whole number of at least 1 pixel, got ${side}`);
  const sides = [largest];
  const next = (): number => Math.round(largest / 2 ** (sides.length / 2));
  while (next() >= smallest && next() < sides[0]) sides.unshift(next());
  return sides;
}

/** A step at one of the sizes: `index`, `steps` and `seconds` begin anew at each. */
export interface ScaledStep extends Step {
  /** Which of the sizes, from 0. */
  readonly scale: number;
  /** The mean of this size's images so far, where a `decay` was given. */
  readonly average?: Image;
}

export interface CoarseToFineOptions extends Pick<MinimizeOptions, "start" | "optimizer" | "signal"> {
  /** The shorter side of each size, rising; default `scales(shorter side of start)`. None larger than `start`. */
  readonly sizes?: readonly number[];
  /** How many steps at each size: one number for all, or one for each (default 200). */
  readonly steps?: number | readonly number[];
  /** d: the steps carry the `average` of their size's images, and the next size begins with the last of it. 0.99 suits Adam. */
  readonly decay?: number;
  /** Goes on from a step's `snapshot()`, as in `minimize`, at the size that it had reached. Not with a `decay`: a mean is not saved. */
  readonly resume?: Snapshot;
}

/**
 * `minimize` at one size after the other. `start` is as large as the picture shall be; for a smaller size, it and the targets
 * of the terms are made smaller by one factor. Each size begins with the last image of the one before, enlarged, and with the
 * optimizer's memory, where that can be enlarged too (`Optimizer.carry`): Adam keeps its moments, L-BFGS begins anew.
 *
 * Losses of different sizes do not compare: `best` keeps the best image of the last size, a `live` view begins anew at each.
 *
 * @throws RangeError for sizes that do not rise, or are larger than `start`; for a saved run of none of the sizes
 */
export async function* coarseToFine(
  network: Network, terms: readonly Term[],
  { start, sizes, steps = 200, decay, optimizer = lbfgs(), signal, resume }: CoarseToFineOptions,
): AsyncGenerator<ScaledStep, void, void> {
  mustBeImage(start, "start, where the loop begins,");
  const full = Math.min(start.shape[0], start.shape[1]);
  const sides = sizes ?? scales(full);
  mustRise(sides, full);
  const stepsAt = typeof steps === "number" ? sides.map(() => steps) : steps;
  if (stepsAt.length !== sides.length)
    throw new RangeError(
      `there are ${sides.length} sizes (${sides.join(", ")}), but steps for ${stepsAt.length}: give one number for each`);

  const shapes = sides.map((side) => shapeAt(start, side / full));
  const reached = resume ? whereSaved(resume, shapes, decay) : 0;
  let state = resume?.state;
  const remembering: Optimizer = {
    ...optimizer,
    init: (x) => (state ??= optimizer.init(x)),
    async step(...from) {
      const next = await optimizer.step(...from);
      state = next.state;
      return next;
    },
  };
  // Where each size begins, and then what became of it.
  let image: Image = resume ? tf.tensor3d(resume.x, [...shapes[reached], 3]) : sized(start, sides[0] / full);
  try {
    for (const [scale, side] of sides.entries()) {
      if (scale < reached) continue;
      if (scale > reached) {
        const from = image.shape;
        state = optimizer.carry?.(state, (field, kernel) => resampled(field, from, shapes[scale], kernel));
        image = replaced(image, resize(image, { exactly: shapes[scale] }));
      }
      const begin = image.clone();
      const copies = mapTargets(terms, (target) => sized(target, side / full));
      let goal;
      try {
        goal = objective(network, copies.terms);
        const saved = scale === reached ? resume : undefined;
        const loop = minimize(goal, { start: begin, optimizer: remembering, steps: stepsAt[scale], signal, resume: saved });
        let last: ScaledStep["stopped"] | undefined;
        for await (const step of decay === undefined ? loop : movingAverage(loop, { decay })) {
          image = replaced(image, ("average" in step ? step.average as Image : step.image).clone());
          last = step.stopped;
          yield { ...step, scale };
        }
        if (last === undefined || last === "interrupted") return;
      } finally {
        goal?.dispose();
        tf.dispose([begin, copies.images]);
      }
    }
  } finally {
    image.dispose();
  }
}

/** At which of the sizes a run was saved. */
function whereSaved(snapshot: Snapshot, shapes: readonly (readonly [number, number])[], decay: number | undefined): number {
  mustBeSnapshot(snapshot);
  if (decay !== undefined) throw new RangeError("a run with a decay cannot be resumed: the mean of its images is not saved");
  const [saved, known] = [snapshot.of.size.join("×"), shapes.map((shape) => shape.join("×"))];
  if (!known.includes(saved)) throw new RangeError(`the run to resume stands at ${saved}, none of the sizes ${known.join(", ")}`);
  return known.indexOf(saved);
}

function shapeAt({ shape: [height, width] }: Image, factor: number): [number, number] {
  return [Math.max(1, Math.round(height * factor)), Math.max(1, Math.round(width * factor))];
}

function sized(image: Image, factor: number): Image {
  return factor === 1 ? image.clone() : resize(image, { exactly: shapeAt(image, factor) });
}

function replaced(before: Image, after: Image): Image {
  before.dispose();
  return after;
}

function resampled(
  field: Float32Array, from: [number, number, number], to: [number, number], kernel: Kernel,
): Float32Array {
  return tf.tidy(() => resample(tf.tensor3d(field, from), to, kernel).dataSync<"float32">());
}

function mustRise(sides: readonly number[], full: number): void {
  const rising = sides.length > 0 && sides.every((side, i) => Number.isInteger(side) && side > (sides[i - 1] ?? 0));
  if (!rising)
    throw new RangeError(`sizes are whole numbers of pixels, each larger than the one before; got ${sides.join(", ") || "none"}`);
  if (sides.at(-1)! > full)
    throw new RangeError(`the last size is ${sides.at(-1)}, but the start's shorter side is ${full}: load images as large as that`);
}
