// Moving pictures: an optimization, a row of pictures or a slider as an animated WebP or GIF, or as an MP4.
import * as path from "node:path";
import sharp from "sharp";
import { nearest } from "../../errors";
import { mustHaveFfmpeg } from "../files/ffmpeg";
import { writeAtomically } from "../files/writeAtomically";
import { encodeMp4 } from "./encodeMp4";
import type { Plot } from "./plot";
import { plotPages } from "./plotPages";
import { rawFrames, type Frame, type RawFrames } from "./rawFrames";

export type { Frame } from "./rawFrames";

export interface AnimationOptions {
  /** From 0.1 to 50; default 10, and 2 for a slider. A GIF's frames last whole hundredths of a second. */
  readonly framesPerSecond?: number;
  /** How often a WebP or GIF is played; 0 (default) is without end. */
  readonly loop?: number;
  /** WebP's, 1…100 (default 80). */
  readonly quality?: number;
}

const extensions = [".webp", ".gif", ".mp4"];

/**
 * Saves moving pictures to `file`, by its extension as .webp, .gif (256 colors) or .mp4 (H.264; needs `ffmpeg`, and cuts an odd row or
 * column). The file is written whole or not at all, with the same bytes for the same frames.
 *
 *     await saveAnimation(minimize(goal, { start: photo, steps: 60 }), "run.webp");      // every step of a run
 *     await saveAnimation(view.pictures, "run.webp");                                     // of a run that `live` or `explore` has shown
 *     await saveAnimation(await sweepSlider(found), "sweep.mp4");                         // what `show` draws with a slider, page by page
 *
 * Images of other sizes, such as the steps of `coarseToFine`, are resized to that of the last one.
 *
 * @param frames images, what has an `image`, encoded pictures, or what has a `picture`; in any iterable, also an asynchronous one, whose
 *   images are read before the next is asked for. Or a plot with a slider. They are in memory until the file is written: 1 GB at most
 * @throws before the first frame: RangeError for an option or another extension, Error where there is no ffmpeg. Then RangeError for no
 *   frame at all, or too many
 */
export async function saveAnimation(
  frames: Iterable<Frame> | AsyncIterable<Frame> | Plot, file: string,
  { framesPerSecond = isPlot(frames) ? 2 : 10, loop, quality = 80 }: AnimationOptions = {},
): Promise<void> {
  const extension = path.extname(file).toLowerCase();
  if (!extensions.includes(extension))
    throw new Error(`${file}: "${extension}" is not the extension of moving pictures; there are ${extensions.join(" ")}: ` +
      `did you mean ${nearest(extension, extensions)}?`);
  mustBeWithin("framesPerSecond", framesPerSecond, 0.1, 50);
  mustBeWithin("quality", quality, 1, 100, "a whole number");
  mustBeWithin("loop", loop ?? 0, 0, 65_535, "a whole number");
  if (extension === ".mp4" && loop !== undefined) throw new RangeError(`${file}: an MP4 does not say how often it is played: leave loop out`);
  if (extension === ".mp4") {
    await mustHaveFfmpeg(`${file} was not written: an MP4`, `save a WebP, which needs nothing: ${path.basename(file, path.extname(file))}.webp`);
  }
  await writeAtomically(file, async (temporary) => {
    const raw = await rawFrames(isPlot(frames) ? plotPages(frames) : frames);
    if (extension === ".mp4") await encodeMp4(raw, temporary, { framesPerSecond });
    else await encodePages(raw, temporary, extension, { delay: Math.round(1000 / framesPerSecond), loop: loop ?? 0, quality });
  });
}

/** sharp takes the frames as one tall picture of several pages. */
async function encodePages(
  { pixels, count, height, width }: RawFrames, file: string, extension: string, { delay, loop, quality }: { delay: number; loop: number; quality: number },
): Promise<void> {
  const pages = sharp(pixels, { raw: { width, height: height * count, channels: 3, pageHeight: height }, limitInputPixels: false });
  const timing = { loop, delay: new Array<number>(count).fill(delay) };
  await (extension === ".gif" ? pages.gif(timing) : pages.webp({ ...timing, quality })).toFile(file);
}

function isPlot(frames: object): frames is Plot {
  return typeof frames === "object" && frames !== null && "layout" in frames && "data" in frames;
}

function mustBeWithin(name: string, value: number, least: number, most: number, kind = "a number"): void {
  if (value >= least && value <= most && (kind === "a number" || Number.isInteger(value))) return;
  throw new RangeError(`${name} is ${kind} from ${least} to ${most}; got ${value}`);
}
