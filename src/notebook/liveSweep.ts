// A sweep while it runs: the contact sheet filling up, with how long it will take.
import { setImmediate } from "node:timers/promises";
import { formatDuration } from "../platform/drawing/formatDuration";
import type { SweepProgress } from "../sweeps/sweep";
import { loadSweep } from "../sweeps/sweepResult";
import { sweepSheet } from "../sweeps/sweepSheet";
import { inNotebook } from "./display";
import { imageBundle } from "./mimeBundles";
import { present, type Presented } from "./present";

const pause = 2000;    // ms between two drawings
const patience = 5;    // and that many times what a drawing costs: of a thousand pictures it takes seconds

/**
 * A view of a sweep: `await sweep(plan, { each: liveSweep() })`. It draws the sheet of what is done, at most every two seconds,
 * and at the end, also where it was stopped. Outside a notebook it draws nothing.
 */
export function liveSweep(): (progress: SweepProgress) => Promise<void> {
  let display: Presented | undefined;
  let nextAt = 0;
  let drawing: Promise<void> = Promise.resolve();
  let busy = false;

  async function draw({ folder, done, cells, seconds, secondsLeft, stopped }: SweepProgress): Promise<void> {
    const began = Date.now();
    const left = secondsLeft !== undefined && done < cells ? ` · ${formatDuration(secondsLeft)} left` : "";
    const sheet = await sweepSheet(loadSweep(folder), { side: 128, on: "table" });
    const caption = `${stopped ? "stopped: " : ""}${done} of ${cells} cells · ${formatDuration(seconds)}${left}`;
    const picture = await imageBundle(sheet, caption).finally(() => sheet.dispose());
    if (display) display.update(picture);
    else display = present(picture);
    await setImmediate(); // the message leaves before the next step begins
    nextAt = Date.now() + Math.max(pause, patience * (Date.now() - began));
  }
  return async (progress) => {
    const finished = progress.done === progress.cells || progress.stopped;
    if (!inNotebook() || (!finished && (busy || Date.now() < nextAt))) return;
    busy = true;
    drawing = drawing.then(() => draw(progress));
    await drawing.finally(() => (busy = false));
  };
}
