// One cell: the run, what it measured, and pictures of where it went.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import { emptyHistory, record } from "../minimize/history";
import { minimize, NotFiniteError, type Step } from "../minimize/minimize";
import { encodeImage } from "../platform/files/saveImage";
import type { CellInputs } from "./cellContext";
import type { CellResult } from "./cellResult";
import type { Cell } from "./plan";
import { optimizers } from "./registry";
import { build } from "./spec";

/** Numbers and pictures of a run; undefined where it was stopped. */
export type Outcome = {
  readonly numbers: Omit<CellResult, "engine" | "network">;
  readonly picture: Buffer;
  readonly strip: Buffer;
} | undefined;

/** The longest side of an image in the strip, in pixels. */
const frameSide = 160;

/** Runs a cell; keeps its best image, and those of steps 0, 1, 2, 4, 8 … and the last. A run that goes astray ends there. */
export async function runCell(
  { index, label, settings }: Cell, { goal, start }: CellInputs,
  { signal, each }: { signal: AbortSignal; each(step: number): void },
): Promise<Outcome> {
  const all = emptyHistory();
  const frames: { step: number; image: Image }[] = [];
  let best: { step: Step; image: Image } | undefined;
  let last: { step: Step; image: Image } | undefined;
  let ended: string | null = null;
  try {
    const optimizer = build(optimizers, "optimizer", settings.optimizer);
    for await (const step of minimize(goal, { start, optimizer, steps: settings.steps, signal })) {
      if (step.stopped === "interrupted") return undefined;
      if (step.stopped) {
        ended = step.stopped;
        continue;
      }
      record(all, step);
      last?.image.dispose();
      last = { step, image: step.image.clone() };
      if (!best || step.loss < best.step.loss) {
        best?.image.dispose();
        best = { step, image: step.image.clone() };
      }
      if (isPowerOf2(step.index)) frames.push({ step: step.index, image: step.image.clone() });
      each(step.index);
    }
  } catch (error) {
    if (!(error instanceof NotFiniteError) || !best) throw error;
    error.image.dispose();
    ended = error.message;
  }
  if (!best || !last) return undefined; // stopped before its first step
  try {
    if (frames.at(-1)!.step !== last.step.index) frames.push({ step: last.step.index, image: last.image.clone() });
    const history = { index: all.index, loss: all.loss, unweighted: all.unweighted };   // no seconds: the same run has the same bytes
    const { index: step, loss, parts, unweighted, gradientNorm } = best.step;
    return {
      numbers: {
        index, label, settings, step, loss, parts, unweighted, gradientNorm, ended, history, frames: frames.map(({ step }) => step),
      },
      picture: await encodeImage(best.image, "png"),
      strip: await stripOf(frames.map(({ image }) => image)),
    };
  } finally {
    tf.dispose([best.image, last.image, ...frames.map(({ image }) => image)]);
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
