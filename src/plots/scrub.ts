// The pictures of a run while it was made: a slider goes through its steps.
import sharp from "sharp";
import { formatNumber } from "../platform/drawing/formatNumber";
import type { Plot } from "../platform/drawing/plot";
import { flipbook } from "./sweeps/flipbook";
import { notebookLimit } from "./sweeps/limits";

/** What a run looked like at one of its steps. */
export interface RunPicture {
  readonly index: number;
  readonly loss: number;
  /** A file's bytes: JPEG or PNG. */
  readonly picture: Buffer;
}

/**
 * Slides over the steps of a run, with what `live` or `explore` kept of it: `show(await scrub(view))`. It needs no kernel, so it works in a
 * notebook that is opened later, and in a page. (For a sweep there are `sweepSteps` and, along its axes, `sweepSlider`.)
 *
 * @throws RangeError where nothing was kept yet
 */
export async function scrub({ pictures }: { readonly pictures: readonly RunPicture[] }): Promise<Plot> {
  if (pictures.length === 0) throw new RangeError("this run has no picture yet: call `await view.update(step)` in the loop");
  const { width, height } = await sharp(pictures[0].picture).metadata();
  const pages = pictures.map(({ index, loss, picture }) =>
    ({ name: String(index), pictures: [[picture]], captions: [[`step ${index}, loss ${formatNumber(loss)}`]] }));
  const [first, last] = [pictures[0], pictures.at(-1)!];
  return flipbook(pages, {
    title: "The run, step by step", what: "step", open: pages.length - 1, play: true, spare: true, aspect: width / height, limit: notebookLimit,
    summary: `${pages.length} pictures from step ${first.index} to ${last.index}, loss ${formatNumber(first.loss)} → ${formatNumber(last.loss)}`,
  });
}
