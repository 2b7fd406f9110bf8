// A view of a loop while it runs: `for await (const step of minimize(…)) await view.update(step);`
import { setImmediate } from "node:timers/promises";
import type { Image } from "../image";
import { keepBest, type BestStep } from "../minimize/best";
import { emptyHistory, record, type History, type StepNumbers } from "../minimize/history";
import { formatDuration } from "../platform/drawing/formatDuration";
import { formatNumber } from "../platform/drawing/formatNumber";
import { encodeImage } from "../platform/files/saveImage";
import { lossCurves } from "../plots/lossCurves";
import type { RunPicture } from "../plots/scrub";
import { inNotebook, runningCell } from "./display";
import { livePicture, type LivePicture } from "./livePicture";
import { imageBundle, plotBundle, type MimeOutput } from "./mimeBundles";
import { present, type Presented } from "./present";
import { previewBundle } from "./preview";

export interface LiveOptions {
  /** Draw every so many steps at most (default 1); twice a second at most in any case. */
  readonly every?: number;
  readonly title?: string;
}

/** One turn of the loop, as `minimize` yields it. */
export interface LiveStep extends StepNumbers {
  readonly steps: number;
  readonly image: Image;
  /** Why the run ended early, on its last step. */
  readonly stopped?: false | "interrupted" | "converged" | "no gradient";
  /** What is wrong with the run, as `minimize` says it. It is shown until the run ends, and then below its best image. */
  readonly warning?: string;
}

export interface Live {
  /** Draws the step if it is time to; records its numbers in any case, and its image if it is the best so far. */
  update(step: LiveStep): Promise<void>;
  /** Replaces the preview by the best image, and shows the curves. The last step does so; after a `break`, call it. */
  end(): Promise<void>;
  /** A copy of the image with the lowest loss so far, as it was measured: not clipped to 0…1. The caller disposes it. */
  best(): Image;
  /** The numbers of every step, drawn or not. */
  readonly history: History;
  /** What some of the steps looked like, for `scrub`: the first, the last, and between them ever farther apart. */
  readonly pictures: readonly RunPicture[];
}

const pause = 500;      // ms between two previews
const spacing = 1.15;   // one kept picture's step to the next
const keptSide = 192;   // pixels of a kept picture
const patience = 5;     // and that many times what a preview costs: a slow machine should optimize, not draw

/**
 * A view to feed with the steps of a loop. It says that it waits for the first step, which it draws at once, then shows the picture beside
 * its curves at most twice a second, then, in its place, the best image (lowest loss), and the curves to explore. It holds no tensors, so
 * a loop may end in any way. Outside a notebook it draws nothing, and still records the history and the best image.
 */
export function live({ every = 1, title = "" }: LiveOptions = {}): Live {
  let history = emptyHistory();
  let pictures: RunPicture[] = [];
  let best: BestStep<LiveStep> | undefined;
  let last: LiveStep | undefined;
  let warning: string | undefined;
  // Before the first step the engine starts, and targets and network are computed for the first time: seconds in which nothing can be drawn.
  let waiting = inNotebook() ? { cell: runningCell(), display: present(textOutput(waitText(title))) } : undefined;
  let display: Presented | undefined;
  let widget: LivePicture | undefined;
  let ended = false;
  let nextAt = 0;

  function place(output: MimeOutput): void {
    if (waiting?.cell === runningCell()) display = waiting?.display;
    else waiting?.display.update(textOutput("")); // the loop is in another cell than the view
    waiting = undefined;
    if (display) display.update(output);
    else display = present(output);
  }

  async function draw(step: LiveStep): Promise<void> {
    const began = Date.now();
    const output = await previewBundle(step.image, history, { title, steps: step.steps, warning });
    if (display && widget) widget.update(output);
    else place((widget = livePicture(output))?.output ?? output);
    await setImmediate(); // the message leaves before the next step begins
    nextAt = Date.now() + Math.max(pause, patience * (Date.now() - began));
  }

  async function keep({ index, steps, loss, image, stopped }: LiveStep): Promise<void> {
    const before = pictures.at(-1)?.index ?? -1;
    if (index === before || (index < before * spacing && !stopped && index < steps)) return;
    pictures.push({ index, loss, picture: await encodeImage(image, "jpeg", { quality: 85, maxSide: keptSide }) });
  }

  const view: Live = {
    get history() { return history; },
    get pictures() { return pictures; },

    async update(step) {
      if (ended) { // the view is used for another run
        [history, pictures, best, display, widget, ended, nextAt, warning] = [emptyHistory(), [], undefined, undefined, undefined, false, 0, undefined];
      }
      // A stopped loop yields its last step a second time.
      if (step.index !== history.index.at(-1)) record(history, step);
      last = step;
      warning = step.warning ?? warning;
      best = await keepBest(best, step);
      await keep(step);
      if (step.stopped || step.index >= step.steps) await view.end();
      else if (inNotebook() && (!display || (step.index % every === 0 && Date.now() >= nextAt))) await draw(step);
    },

    async end() {
      if (ended || !last) return;
      ended = true;
      if (!inNotebook()) return;
      const image = view.best();
      const text = endText(last, best!, { title, warning, first: history.index[0] });
      try {
        widget?.end(await previewBundle(image, history, { title: text, steps: last.index, warning }));
        place(await imageBundle(image, text));
      } finally {
        image.dispose();
      }
      await setImmediate();
      present(await plotBundle(lossCurves(history)));
    },

    best() {
      if (!best) throw new Error("this view has had no step yet: call `await view.update(step)` in the loop");
      return best.image();
    },
  };
  return view;
}

function waitText(title: string): string {
  return `${title && `${title}: `}preparing the first step, which takes longer than the others`;
}

function endText(
  { index, steps, stopped, seconds }: LiveStep, best: BestStep<LiveStep>,
  { title, warning, first }: { title: string; warning: string | undefined; first: number },
): string {
  const early = `${stopped ? "stopped" : "ended"} at step ${index} of ${steps}`;
  const end = index >= steps && !stopped ? `${steps} steps` : early;
  const time = Number.isFinite(seconds) ? ` in ${formatDuration(seconds!)}` : "";
  const which = best.index === index ? "" : `, best at step ${best.index}${best.index === first ? ", the start" : ""}`;
  return `${title && `${title}: `}${end}${time}${which}, loss ${formatNumber(best.loss)}${warning ? `; ${warning}` : ""}`;
}

function textOutput(text: string): MimeOutput {
  return { data: { "text/plain": text }, metadata: {} };
}
