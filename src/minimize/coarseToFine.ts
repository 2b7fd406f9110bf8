// Coarse to fine: receptive fields are limited, so large shapes are found while the image is small.
import * as tf from "@tensorflow/tfjs";
import { mustBeImage, resize, type Image } from "../image";
import { resample } from "../math/resample";
import type { Network } from "../networks/network";
import { objective } from "../objective";
import { lbfgs } from "../optimizers/lbfgs";
import type { Optimizer, VectorKind } from "../optimizers/optimizer";
import { mapTargets, type Term } from "../terms";
import { minimize, type MinimizeOptions, type Step } from "./minimize";
import { movingAverage } from "./movingAverage";
import { mustBeSnapshot, type Snapshot } from "./snapshot";

/**
 * Sizes for `coarseToFine`: shorter sides in pixels, from at least `smallest` (default: half of `largest`, but 128) up to `largest`,
 * each √2 times the one before, which is twice the pixels.
 *
 * @throws RangeError for sides that are not whole numbers of at least 1
 */
export function scales(largest: number, { smallest = Math.max(128, Math.round(largest / 2)) }: { smallest?: number } = {}): number[] {
  for (const side of [largest, smallest])
    if (!(Number.isInteger(side) && side >= 1)) throw new RangeError(`a side is a whole number of at least 1 pixel, got ${side}`);
  const sides = [largest];
  const next = (): number => Math.round(largest / 2 ** (sides.length / 2));
  while (next() >= smallest && next() < sides[0]) sides.unshift(next());
  return sides;
}

/** A step at one of the sizes: `index`, `steps` and `seconds` start again at each size. */
export interface ScaledStep extends Step {
  /** The index of the size, from 0. */
  readonly scale: number;
  /** With a `decay`: the moving average of this size's images so far. */
  readonly average?: Image;
}

export interface CoarseToFineOptions extends Pick<MinimizeOptions, "start" | "optimizer" | "signal"> {
  /** The shorter side of each size in pixels, ascending, the last at most that of `start`; default `scales(shorter side of start)`. */
  readonly sizes?: readonly number[];
  /** The number of steps at each size: one number for all, or one for each; default 200 at the last size, 50 at those before it. */
  readonly steps?: number | readonly number[];
  /** d of `movingAverage`: steps have the `average` of their size's images, and the next size starts from the last. 0.99 suits Adam. */
  readonly decay?: number;
  /** Resumes from a step's `snapshot()`, as in `minimize`, at its size. Not with a `decay`: the average is not saved. */
  readonly resume?: Snapshot;
}

/**
 * `minimize` at one size after the other (Gatys et al. 2017, section 6). `start` has the final size; for a smaller size, it and the
 * targets of the terms are reduced by one factor. Each size starts from the last image of the one before, enlarged, and from the
 * optimizer's state, where that can be resized too (`Optimizer.resizeState`): Adam continues with its moments, L-BFGS with its pairs.
 *
 * It is for shapes larger than a network sees at the final size, not for speed. A transfer by VGG-19 at 512² from the photograph (valley ×
 * strokes, `gaussianWasserstein` 30, L-BFGS over waves with an exponent of 0.75) had a loss of 2.53 after 57 evaluations and one of 2.42 after
 * 108; after 100 at 256², it took 49 and 95 more. The finest strokes can only be painted at the final size, and what deep layers want of a
 * small image is not what they want of a large one: the content's part ended at 1.44 instead of 1.37. Sizes below half made both worse.
 * After 130 evaluations at 512² the loss was, from 256: 2.39; from 256, 362: 2.38; from 128, 256: 2.45; from 181, 256, 362: 2.45.
 *
 * Losses at different sizes are not comparable: `best` returns the best image of the last size, and a `live` view starts again at
 * each.
 *
 * @throws RangeError for sizes that do not ascend, or are larger than `start`; for a saved run at none of the sizes
 */
export async function* coarseToFine(
  network: Network, terms: readonly Term[],
  { start, sizes, steps, decay, optimizer = lbfgs(), signal, resume }: CoarseToFineOptions,
): AsyncGenerator<ScaledStep, void, void> {
  mustBeImage(start, "start, where the run starts,");
  const full = Math.min(start.shape[0], start.shape[1]);
  const sides = sizes ?? scales(full);
  mustAscend(sides, full);
  const stepsAt = typeof steps === "object" ? steps : sides.map((_, scale) => steps ?? (scale === sides.length - 1 ? 200 : 50));
  if (stepsAt.length !== sides.length)
    throw new RangeError(
      `there are ${sides.length} sizes (${sides.join(", ")}), but steps for ${stepsAt.length}: give one number for each`);

  const shapes = sides.map((side) => shapeAt(start, side / full));
  const firstScale = resume ? scaleOf(resume, shapes, decay) : 0;
  let state = resume?.state;
  const recording: Optimizer = { // records the last state, and starts from it
    ...optimizer,
    init: (x, shape) => (state ??= optimizer.init(x, shape)),
    async step(...args) {
      const next = await optimizer.step(...args);
      state = next.state;
      return next;
    },
  };
  // The start of each size, and then its last image.
  let image: Image = resume ? tf.tensor3d(resume.x, [...shapes[firstScale], 3]) : resizeBy(start, sides[0] / full);
  try {
    for (const [scale, side] of sides.entries()) {
      if (scale < firstScale) continue;
      if (scale > firstScale) {
        const from = image.shape;
        image = replace(image, resize(image, { exactly: shapes[scale] }));
        state = optimizer.resizeState?.(state, {
          from, to: image.shape, x: await image.data<"float32">(), vector: (vector, kind) => resizeVector(vector, kind, from, shapes[scale]),
        });
      }
      const startHere = image.clone();
      const copies = mapTargets(terms, (target) => resizeBy(target, side / full));
      let goal;
      try {
        goal = objective(network, copies.terms);
        const saved = scale === firstScale ? resume : undefined;
        const loop = minimize(goal, { start: startHere, optimizer: recording, steps: stepsAt[scale], signal, resume: saved });
        let last: ScaledStep["stopped"] | undefined;
        for await (const step of decay === undefined ? loop : movingAverage(loop, { decay })) {
          image = replace(image, ("average" in step ? step.average as Image : step.image).clone());
          last = step.stopped;
          yield { ...step, scale };
        }
        if (last === undefined || last === "interrupted") return;
      } finally {
        goal?.dispose();
        tf.dispose([startHere, copies.images]);
      }
    }
  } finally {
    image.dispose();
  }
}

/** The index of the size at which a run was saved. */
function scaleOf(snapshot: Snapshot, shapes: readonly (readonly [number, number])[], decay: number | undefined): number {
  mustBeSnapshot(snapshot);
  if (decay !== undefined) throw new RangeError("a run with a decay cannot be resumed: the average of its images is not saved");
  const [saved, sizes] = [snapshot.of.size.join("×"), shapes.map((shape) => shape.join("×"))];
  if (!sizes.includes(saved)) throw new RangeError(`the run to resume is at ${saved}, none of the sizes ${sizes.join(", ")}`);
  return sizes.indexOf(saved);
}

function shapeAt({ shape: [height, width] }: Image, factor: number): [number, number] {
  return [Math.max(1, Math.round(height * factor)), Math.max(1, Math.round(width * factor))];
}

function resizeBy(image: Image, factor: number): Image {
  return factor === 1 ? image.clone() : resize(image, { exactly: shapeAt(image, factor) });
}

/** Disposes `previous` and returns `next`. */
function replace(previous: Image, next: Image): Image {
  previous.dispose();
  return next;
}

/** As `Resizing.vector`: a square stays ≥ 0 by bilinear weights. Read synchronously: `resizeState` is a pure function, once per size. */
function resizeVector(
  vector: Float32Array, kind: VectorKind, from: [number, number, number], to: [number, number],
): Float32Array {
  const pixels = (from[0] * from[1]) / (to[0] * to[1]);
  const factor = { change: 1, gradient: pixels, squaredGradient: pixels ** 2 }[kind];
  return tf.tidy(() => tf.mul(
    resample(tf.tensor3d(vector, from), to, kind === "squaredGradient" ? "bilinear" : "bicubic"), factor).dataSync<"float32">());
}

function mustAscend(sides: readonly number[], full: number): void {
  const ascending = sides.length > 0 && sides.every((side, i) => Number.isInteger(side) && side > (sides[i - 1] ?? 0));
  if (!ascending)
    throw new RangeError(`sizes are whole numbers of pixels, each larger than the one before; got ${sides.join(", ") || "none"}`);
  if (sides.at(-1)! > full)
    throw new RangeError(`the last size is ${sides.at(-1)}, but the start's shorter side is ${full}: load images as large as that`);
}
