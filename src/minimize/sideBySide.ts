// Several runs as one: step by step together, their images side by side. A view then compares them while they are made.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import { giveBack } from "./giveBack";
import type { Step } from "./minimize";

/** A step of all runs together. The loop owns the image and disposes it at its next step: clone to keep. */
export interface SideBySideStep extends Pick<Step, "index" | "steps" | "seconds" | "image" | "stopped" | "warning"> {
  /** The sum of the runs' losses. */
  readonly loss: number;
  /** The loss of each run, by its name. */
  readonly parts: Readonly<Record<string, number>>;
}

/**
 * Takes one step of every run in turn, and yields them as one step whose image has theirs beside each other, from left to right:
 * `for await (const step of sideBySide({ Adam: minimize(…), "L-BFGS": minimize(…) })) await view.update(step);`
 * The images of the runs are then `tf.split(view.best(), 2, 1)`, where all are equally wide. The bytes of each are those of the run by itself.
 *
 * A run that ends before the others keeps its last image. It is `stopped` when all are. The runs are closed with the loop.
 *
 * @throws RangeError where there is no run, and for images of different heights
 */
export async function* sideBySide(runs: Readonly<Record<string, AsyncGenerator<Step, void, void>>>): AsyncGenerator<SideBySideStep, void, void> {
  const names = Object.keys(runs);
  if (names.length === 0) throw new RangeError("sideBySide() has no run to show: give it at least one, by name");
  const last = new Map<string, Step>();
  const running = new Set(names);
  let image: Image | undefined;
  try {
    for (;;) {
      for (const name of running) {
        const { value, done } = await runs[name].next();
        if (done) running.delete(name);
        else last.set(name, kept(value, last.get(name)));
      }
      if (running.size === 0) return;
      giveBack(image, "step.image");
      image = beside(last);
      yield together(last, image);
    }
  } finally {
    await Promise.all(names.map((name) => runs[name].return()));
    last.forEach((step) => step.image.dispose());
    giveBack(image, "step.image");
  }
}

/** A step with an image that stays when its run goes on, in place of the one before. */
function kept(step: Step, before: Step | undefined): Step {
  before?.image.dispose();
  return { ...step, image: step.image.clone() };
}

function beside(last: ReadonlyMap<string, Step>): Image {
  const [[first, { image: { shape: [height] } }], ...others] = last;
  const other = others.find(([, { image }]) => image.shape[0] !== height);
  if (other) throw new RangeError(`images side by side have one height: "${first}" has ${height} pixels, "${other[0]}" ${other[1].image.shape[0]}`);
  return tf.concat([...last.values()].map((step) => step.image), 1);
}

function together(last: ReadonlyMap<string, Step>, image: Image): SideBySideStep {
  const steps = [...last.values()];
  const most = (of: (step: Step) => number): number => Math.max(...steps.map(of));
  const warnings = [...last].filter(([, { warning }]) => warning).map(([name, { warning }]) => `${name}: ${warning}`);
  return {
    index: most(({ index }) => index), steps: most((step) => step.steps), seconds: most(({ seconds }) => seconds), image,
    loss: steps.reduce((sum, { loss }) => sum + loss, 0),
    parts: Object.fromEntries([...last].map(([name, { loss }]) => [name, loss])),
    stopped: steps.every(({ stopped }) => stopped) && steps.at(-1)!.stopped,
    ...(warnings.length > 0 && { warning: warnings.join("; ") }),
  };
}
