// The best image of a loop: the one with the lowest loss.
import * as tf from "@tensorflow/tfjs";
import { Interrupted } from "../hostSignal";
import type { Image } from "../image";
import { norm } from "../math/vectors";
import type { Objective } from "../objective";
import type { Step } from "./minimize";

/** How a loop ended: its best image (yours to dispose), the loss of that image, and why it ended early, if it did. */
export interface Result {
  readonly image: Image;
  readonly loss: number;
  readonly stopped: Step["stopped"];
}

/** The numbers of the best step so far, and its image as plain numbers: it holds no tensor, so a loop may end in any way. */
export type BestStep<S> = Omit<S, "image" | "snapshot"> & {
  readonly loss: number;
  readonly shape: Image["shape"];
  /** A new copy of its image; the caller disposes it. */
  image(): Image;
};

/**
 * The better of the best step so far and the next one. Losses at different image sizes do not compare: a step at a new size is the
 * best so far.
 */
export async function keepBest<S extends { readonly loss: number; readonly image: Image; readonly snapshot?: unknown }>(
  best: BestStep<S> | undefined, step: S,
): Promise<BestStep<S>> {
  const { image, snapshot, ...numbers } = step; // a snapshot may hold twenty images
  const shape: Image["shape"] = [...image.shape];
  if (best && !(step.loss < best.loss) && String(shape) === String(best.shape)) return best;
  const values = (await image.data<"float32">()).slice();
  return { ...numbers, loss: step.loss, shape, image: () => tf.tensor3d(values.slice(), shape) };
}

/**
 * Runs a loop to its end and returns the image with the lowest loss; of a loop over several sizes, that of the last size.
 *
 * The image is the one that was measured: the optimizer may have left values slightly outside 0…1, which `show` and `saveImage` clip.
 * The recipes return it clipped, with the loss of the clipped image: `measureClipped`.
 */
export async function best(steps: AsyncIterable<Step>, each?: (step: Step) => void | Promise<void>): Promise<Result> {
  let found: BestStep<Step> | undefined;
  let stopped: Step["stopped"] = false;
  let moved = false; // beyond the start
  try {
    for await (const step of steps) {
      found = await keepBest(found, step);
      ({ stopped } = step);
      moved ||= step.index > 0;
      await each?.(step);
    }
  } catch (error) {
    // Stopped between two sizes: the image of the one before is the result.
    if (!(error instanceof Interrupted && moved)) throw error;
    stopped = "interrupted";
  }
  if (!found) throw new Error("the loop was stopped before its first step: there is no image");
  return { image: found.image(), loss: found.loss, stopped };
}

/** A clipped image (yours to dispose), and what an objective measures of it. */
export interface MeasuredImage extends Pick<Step, "loss" | "parts" | "unweighted" | "gradientNorm"> {
  readonly image: Image;
}

/** `image` with its values clipped to 0…1, as a file holds it, and what `goal` measures of that. Disposes `image`. */
export async function measureClipped(goal: Objective, image: Image): Promise<MeasuredImage> {
  const clipped = tf.clipByValue(image, 0, 1) as Image;
  image.dispose();
  try {
    const { value: loss, parts, unweighted, gradient } = await goal.measure(clipped);
    return { image: clipped, loss, parts, unweighted, gradientNorm: norm(gradient) };
  } catch (error) {
    clipped.dispose();
    throw error;
  }
}
