// Three short recipes over objective and minimize: read them, then write your own.
import * as tf from "@tensorflow/tfjs";
import { mustFit } from "./estimate/estimate";
import { Interrupted } from "./hostSignal";
import { noise, type Image } from "./image";
import { activations } from "./losses/activations";
import { gram } from "./losses/gram";
import { relative } from "./losses/relative";
import { minimize, type MinimizeOptions, type Step } from "./minimize/minimize";
import type { Network } from "./networks/network";
import { objective } from "./objective";
import { content, contentLayers, smoothness, style, styleLayers, type Term } from "./terms";

/** How a run ended: its best image (values in 0…1; yours to dispose), that image's loss, and why it ended early, if it did. */
export interface Result {
  readonly image: Image;
  readonly loss: number;
  readonly stopped: Step["stopped"];
}

type Run = Partial<MinimizeOptions> & {
  /** Called with every step, for example `each: (step) => view.update(step)`. */
  readonly each?: (step: Step) => void | Promise<void>;
};

/**
 * Neural style transfer (Gatys et al. 2016, eq. 7): the content of one image in the style of another. `start` is the content.
 *
 * Losses are `relative`, so the weights mean the same for every network and size.
 *
 * @param options `styleWeight` against a content weight of 1; `smoothnessWeight`
 */
export function transfer(
  network: Network, photo: Image, painting: Image,
  { styleWeight = 30, smoothnessWeight = 0, ...run }: Run & { styleWeight?: number; smoothnessWeight?: number } = {},
): Promise<Result> {
  const terms = [
    content(photo, { loss: relative(activations()) }), style(painting, { loss: relative(gram()), weight: styleWeight }),
  ];
  if (smoothnessWeight > 0) terms.push(smoothness({ weight: smoothnessWeight }));
  return finish(network, terms, { start: photo, ...run });
}

/** What one layer keeps of an image: an image that responds alike there (section 2.1, figure 1). `start` is noise. */
export async function reconstruct(
  network: Network, target: Image,
  { layer = contentLayers[0], seed = 0, ...run }: Run & { layer?: string; seed?: number } = {},
): Promise<Result> {
  return fromNoise(network, [content(target, { layers: [layer], loss: relative(activations()) })], target, seed, run);
}

/**
 * What some layers keep of a style: an image with the same statistics there (Gatys et al. 2015; figure 1's style row).
 * `start` is noise of the target's size, or of `size`.
 */
export async function texture(
  network: Network, target: Image,
  { layers = styleLayers, size, seed = 0, ...run }:
  Run & { layers?: Term["layers"]; size?: readonly [number, number]; seed?: number } = {},
): Promise<Result> {
  return fromNoise(network, [style(target, { layers, loss: relative(gram()) })], size ?? target, seed, run);
}

async function fromNoise(
  network: Network, terms: Term[], like: Image | readonly [number, number], seed: number, run: Run,
): Promise<Result> {
  const start = run.start ?? noise(like, { seed });
  try {
    return await finish(network, terms, { ...run, start });
  } finally {
    if (!run.start) start.dispose();
  }
}

async function finish(
  network: Network, terms: readonly Term[], { each, ...options }: Run & { start: Image },
): Promise<Result> {
  const goal = objective(network, terms);
  try {
    await mustFit(goal, options.start, { optimizer: options.optimizer });
    return await best(minimize(goal, options), each);
  } finally {
    goal.dispose();
  }
}

/** Runs a loop to its end and keeps the image with the lowest loss; of a loop over several sizes, that of the last size. */
export async function best(steps: AsyncIterable<Step>, each?: Run["each"]): Promise<Result> {
  let result: Result | undefined;
  let moved = false; // beyond the start
  try {
    for await (const step of steps) {
      if (!result || step.loss < result.loss || step.image.size !== result.image.size) {
        result?.image.dispose();
        result = { image: tf.clipByValue(step.image, 0, 1), loss: step.loss, stopped: step.stopped };
      } else if (step.stopped) result = { ...result, stopped: step.stopped };
      moved ||= step.index > 0;
      await each?.(step);
    }
  } catch (error) {
    // Stopped between two sizes: the image of the one before is the result.
    if (error instanceof Interrupted && result && moved) return { ...result, stopped: "interrupted" };
    result?.image.dispose();
    throw error;
  }
  if (!result) throw new Error("the loop was stopped before its first step: there is no image");
  return result;
}
