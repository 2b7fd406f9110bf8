// One cell: the run, its measurements, and pictures of its steps.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import { keepBest, measureClipped, warningOf, type BestStep } from "../minimize/best";
import { emptyHistory, record } from "../minimize/history";
import { minimize, type Step } from "../minimize/minimize";
import { NotFiniteError } from "../minimize/notFiniteError";
import { optimizers } from "../optimizers/registry";
import { engine } from "../platform/engine/engine";
import { encodeImage } from "../platform/files/saveImage";
import type { CellInputs } from "./cellContext";
import type { CellPictures, CellResult } from "./cellResult";
import { build } from "./choice";
import type { Cell } from "./plan";

/** The longest side of an image in the strip, in pixels. */
const frameSide = 160;

/**
 * Runs a cell; keeps its best image, and those of steps 0, 1, 2, 4, 8 … and the last. A run whose numbers are no longer finite ends
 * there. Undefined where it was stopped.
 */
export async function runCell(
  cell: Cell, { objective, start }: CellInputs,
  { signal, each }: { signal: AbortSignal; each(step: number): void },
): Promise<{ result: CellResult; pictures: CellPictures } | undefined> {
  const all = emptyHistory();
  const frames: { step: number; image: Image }[] = [];
  let best: BestStep<Step> | undefined;
  let last: { step: Step; image: Image } | undefined;
  let ended: string | null = null;
  let stopped: Step["stopped"] = false;
  let warning: string | undefined;
  try {
    const { settings } = cell;
    const optimizer = build(optimizers, "optimizer", settings.optimizer);
    for await (const step of minimize(objective, { start, optimizer, steps: settings.steps, signal })) {
      if (step.stopped === "interrupted") return undefined;
      warning = step.warning ?? warning;
      if (step.stopped) {
        ended = stopped = step.stopped;
        continue;
      }
      record(all, step);
      last?.image.dispose();
      last = { step, image: step.image.clone() };
      best = await keepBest(best, step);
      if (isPowerOf2(step.index)) frames.push({ step: step.index, image: step.image.clone() });
      each(step.index);
    }
  } catch (error) {
    if (!(error instanceof NotFiniteError) || !best) throw error;
    error.image.dispose();
    ended = error.message;
  }
  if (!best || !last) return undefined; // stopped before its first step
  let picture: Image | undefined;
  try {
    if (frames.at(-1)!.step !== last.step.index) frames.push({ step: last.step.index, image: last.image.clone() });
    const history = { index: all.index, loss: all.loss, unweighted: all.unweighted };   // no seconds: the same run has the same bytes
    const { image, loss, parts, unweighted, gradientNorm } = await measureClipped(objective, best.image());
    picture = image;
    return {
      result: {
        ...cell, engine: (await engine()).name, network: objective.network.name,
        step: best.index, loss, parts, unweighted, gradientNorm, ended,
        warning: warningOf({ first: 0, best, last: last.step.index, stopped, warning }) ?? null,
        history, frames: frames.map(({ step }) => step),
      },
      pictures: {
        picture: await encodeImage(picture, "png"),
        strip: await stripOf(frames.map(({ image }) => image)),
      },
    };
  } finally {
    tf.dispose([picture ?? [], last.image, ...frames.map(({ image }) => image)]);
  }
}

/** 0, 1, 2, 4, 8, … */
function isPowerOf2(step: number): boolean {
  return (step & (step - 1)) === 0;
}

/** The images side by side, as a JPEG. */
async function stripOf(images: readonly Image[]): Promise<Buffer> {
  const [height, width] = images[0].shape;
  const scale = Math.min(1, frameSide / Math.max(height, width));
  const strip = tf.concat(images as Image[], 1);
  try {
    return await encodeImage(strip, "jpeg", { quality: 90, maxSide: Math.max(height, width * images.length) * scale });
  } finally {
    strip.dispose();
  }
}
