// The best image of a loop: the one with the lowest loss.
import * as tf from "@tensorflow/tfjs";
import { hostProgress } from "../hostProgress";
import { Interrupted } from "../hostSignal";
import type { Image } from "../image";
import { norm } from "../math/vectors";
import type { Objective } from "../objective";
import type { Term } from "../terms";
import type { Step } from "./minimize";

/** How a loop ended: its best image (yours to dispose), the loss of that image, and why it ended early, if it did. */
export interface Result {
  readonly image: Image;
  readonly loss: number;
  readonly stopped: Step["stopped"];
  /** The step of the best image. */
  readonly index: number;
  /** What went wrong: no step had a lower loss than the start, which then is the image; and the last `warning` of a step. */
  readonly warning?: string;
}

/** The numbers of the best step so far, and its image as plain numbers: it holds no tensor, so a loop may end in any way. */
export type BestStep<S> = Omit<S, "image" | "snapshot"> & {
  readonly loss: number;
  readonly shape: Image["shape"];
  /** The numbers of its image. */
  readonly values: Float32Array;
  /** A new copy of its image; the caller disposes it. */
  image(): Image;
};

/**
 * The better of the best step so far and the next one. Losses at different image sizes, or of an objective that has changed, do not
 * compare: a step at a new size or with new terms is the best so far.
 *
 * What it returns takes the place of `best`, whose array it uses again: arrays as large as an image are what V8 collects garbage for.
 */
export async function keepBest<
  S extends { readonly loss: number; readonly image: Image; readonly terms?: readonly Term[]; readonly snapshot?: unknown },
>(
  best: BestStep<S> | undefined, step: S,
): Promise<BestStep<S>> {
  const { image, snapshot, ...numbers } = step; // a snapshot may hold forty images
  const shape: Image["shape"] = [...image.shape];
  const same = String(shape) === String(best?.shape) && step.terms === (best as Partial<S> | undefined)?.terms;
  if (best && same && !(step.loss < best.loss)) return best;
  const values = best?.values.length === image.size ? best.values : new Float32Array(image.size);
  values.set(await image.data<"float32">()); // a copy: a loop of one's own may change its array in place
  return { ...numbers, loss: step.loss, shape, values, image: () => tf.tensor3d(values.slice(), shape) };
}

/**
 * Runs a loop to its end and returns the image with the lowest loss; of a loop over several sizes, that of the last size.
 *
 * `each` is called with every step, such as `(step) => view.update(step)`; without it, a notebook says below the cell how far a long loop is.
 *
 * The image is the one that was measured: the optimizer may have left values slightly outside 0…1, which `show` and `saveImage` clip.
 * The recipes return it clipped, with the loss of the clipped image: `measureClipped`.
 */
export async function best(
  steps: AsyncIterable<Step>, each: ((step: Step) => void | Promise<void>) | undefined = hostProgress(),
): Promise<Result> {
  let found: BestStep<Step> | undefined;
  let [last, warning]: [Step?, string?] = [];
  let first = 0; // the first step at the last size
  let moved = false; // beyond the start
  let interrupted = false;
  try {
    for await (const step of steps) {
      if (String(step.image.shape) !== String(found?.shape)) [first, warning] = [step.index, undefined];
      found = await keepBest(found, step);
      last = step;
      warning = step.warning ?? warning;
      moved ||= step.index > 0;
      await each?.(step);
    }
  } catch (error) {
    // Stopped between two sizes: the image of the one before is the result.
    if (!(error instanceof Interrupted && moved)) throw error;
    interrupted = true;
  }
  if (!found) throw new Error("the loop was stopped before its first step: there is no image");
  const { index, loss } = found;
  const stopped = interrupted ? "interrupted" : last!.stopped;
  const said = warningOf({ first, best: found, last: last!.index, stopped, warning });
  return { image: found.image(), loss, stopped, index, ...(said !== undefined && { warning: said }) };
}

/** What went wrong in a loop: that its best image is its first, and the last `warning` of a step; undefined where nothing did. */
export function warningOf({ first, best: { index, loss }, last, stopped, warning }: {
  readonly first: number; readonly best: Pick<Step, "index" | "loss">; readonly last: number;
  readonly stopped: Step["stopped"]; readonly warning: string | undefined;
}): string | undefined {
  // A loss of 0 cannot be improved; and a loop that was stopped at its start has not tried.
  const isStart = index === first && loss > 0 && (last > first || stopped === "converged" || stopped === "no gradient");
  const warnings = [isStart && "no step had a lower loss than the start: the image is the start", warning].filter(Boolean);
  return warnings.length > 0 ? warnings.join(". ") : undefined;
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
