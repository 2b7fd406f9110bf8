// How long a step will take and how much memory, before the first; and what is too large to begin.
import { mustBeImage, type Image } from "../image";
import type { Objective } from "../objective";
import { lbfgs } from "../optimizers/lbfgs";
import type { Optimizer } from "../optimizers/optimizer";
import { engine } from "../platform/engine/engine";
import { printedAs } from "../printedAs";
import { layersOf } from "../terms";
import { calibrate, timeOptimizer } from "./calibrate";
import { availableBytes, constantsOf, filterBytes } from "./memory";

export interface Estimate {
  /** Of one step that measures once: all steps of gradient descent and Adam, most of L-BFGS. */
  readonly seconds: number;
  /** The most that the process will hold, itself included. */
  readonly bytes: number;
  readonly fits: boolean;
  /** The largest size `[height, width]` of the same shape that fits. */
  readonly largest: readonly [height: number, width: number];
  toString(): string;
}

export interface EstimateOptions {
  readonly optimizer?: Optimizer;
  /** How many bytes the run may take; default: what the machine, or its container, has free. */
  readonly limit?: number;
}

/** What the process held before anything was loaded into it. */
const bare = process.memoryUsage.rss();

/**
 * What a run of `goal` at another size, or at its own, will take. Nothing of that size is made: small copies of the objective
 * are measured (a few seconds; later calls for the same network, layers and losses take none), and both time and memory grow in
 * proportion to the pixels. That holds for networks; losses that compare every position with every other (`patches`,
 * `relaxedEmd`) take longer than this says. On a GPU the memory is the device's, which cannot be asked: there everything fits.
 *
 * @param size `[height, width]`, or an image of that size
 */
export async function estimate(
  goal: Objective, size: Image | readonly [number, number], { optimizer = lbfgs(), limit }: EstimateOptions = {},
): Promise<Estimate> {
  const { name, device } = await engine();
  const [height, width] = sidesOf(size);
  const { seconds, tape } = await calibrate(goal, [height, width], name === "cpu" ? [32, 64] : [96, 160, 256]);
  const own = await timeOptimizer(optimizer);
  const constants = constantsOf(name);
  const layers = goal.terms.flatMap(layersOf);
  const fixed = constants.base + constants.tape * tape.fixed + constants.filters * filterBytes(goal.network, layers);
  const perPixel = constants.pixel + constants.tape * tape.perPixel + own.bytes;
  const room = limit ?? (device === "gpu" ? Infinity : availableBytes(name));
  const pixels = height * width;
  const factor = Math.sqrt(Math.max(0, (room - fixed) / perPixel) / pixels);
  const needed = fixed + perPixel * pixels;
  const found = {
    seconds: seconds.fixed + (seconds.perPixel + own.seconds) * pixels,
    bytes: bare + needed,
    fits: needed <= room,
    largest: [Math.floor(factor * height), Math.floor(factor * width)] as const,
  };
  const sentence = (): string => `${found.seconds.toPrecision(2)} s a step and ${gigabytes(found.bytes)} at ${height}×${width}` +
    (found.fits ? "" : `, more than there is; the largest that fits is ${found.largest.join("×")}`);
  return printedAs(found, sentence);
}

/** No network of ours takes more for a pixel: where this fits, nobody needs to look closer. */
const ample = 30_000;

/**
 * Refuses a run that would not fit, before it is begun. It looks closer only where the size makes it doubtful.
 *
 * @throws RangeError with the largest size that would fit
 */
export async function mustFit(
  goal: Objective, size: Image | readonly [number, number], options: EstimateOptions = {},
): Promise<void> {
  const { name, device } = await engine();
  const [height, width] = sidesOf(size);
  const room = options.limit ?? (device === "gpu" ? Infinity : availableBytes(name));
  if (height * width * ample + 1e9 <= room) return;
  const { fits, bytes, largest } = await estimate(goal, size, { ...options, limit: room });
  if (fits) return;
  throw new RangeError(`a run at ${height}×${width} would take ${gigabytes(bytes - bare)}, and there are ${gigabytes(room)}: ` +
    `the largest of this shape that fits is ${largest.join("×")}`);
}

function sidesOf(size: Image | readonly [number, number]): readonly [height: number, width: number] {
  if (!Array.isArray(size)) mustBeImage(size, "the image whose run is to be estimated");
  const [height, width] = Array.isArray(size) ? size : (size as Image).shape;
  if ([height, width].every((side) => Number.isInteger(side) && side >= 1)) return [height, width];
  throw new RangeError(`a size is [height, width], whole numbers of pixels; got [${String(size)}]`);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toPrecision(2)} GB`;
}
