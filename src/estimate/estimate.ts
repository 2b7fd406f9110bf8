// An estimate of a run's time and memory before it starts; and the refusal of one that does not fit.
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
  /** Seconds of one step with one evaluation: every step of gradient descent and Adam, most steps of L-BFGS. */
  readonly seconds: number;
  /** The peak memory of the process in bytes, all of it. */
  readonly bytes: number;
  /** Whether that is within the limit. */
  readonly fits: boolean;
  /** The largest size `[height, width]` of the same proportions that fits. */
  readonly largest: readonly [height: number, width: number];
  toString(): string;
}

export interface EstimateOptions {
  /** Default `lbfgs()`, as in `minimize`. */
  readonly optimizer?: Optimizer;
  /** The bytes that the run may take; default: the free memory of the machine, or of its container. */
  readonly limit?: number;
}

/** The memory of the process before anything was loaded into it. */
const baseline = process.memoryUsage.rss();

/**
 * Estimates the time and memory of a run of `goal` at any size. Nothing of that size is allocated: small copies of the objective
 * are measured (a few seconds; later calls for the same network, layers and losses take none), and time and memory are
 * extrapolated as linear in the number of pixels. That holds for networks; losses that compare every position with every other
 * (`patches`, `relaxedEmd`) take longer than estimated. A GPU's free memory cannot be read, so there everything fits.
 *
 * @param size `[height, width]`, or an image of that size
 * @throws RangeError or TypeError for what is not a size
 */
export async function estimate(
  goal: Objective, size: Image | readonly [number, number], { optimizer = lbfgs(), limit }: EstimateOptions = {},
): Promise<Estimate> {
  const { name, device } = await engine();
  const [height, width] = sidesOf(size);
  const { seconds, tape } = await calibrate(goal, [height, width], name === "cpu" ? [32, 64] : [96, 160, 256]);
  const optimizerCost = await timeOptimizer(optimizer);
  const constants = constantsOf(name);
  const layers = goal.terms.flatMap(layersOf);
  const fixed = constants.base + constants.tape * tape.fixed + constants.filters * filterBytes(goal.network, layers);
  const perPixel = constants.pixel + constants.tape * tape.perPixel + optimizerCost.bytes;
  const available = limit ?? (device === "gpu" ? Infinity : availableBytes(name));
  const pixels = height * width;
  const factor = Math.sqrt(Math.max(0, (available - fixed) / perPixel) / pixels);
  const needed = fixed + perPixel * pixels;
  const result = {
    seconds: seconds.fixed + (seconds.perPixel + optimizerCost.seconds) * pixels,
    bytes: baseline + needed,
    fits: needed <= available,
    largest: [Math.floor(factor * height), Math.floor(factor * width)] as const,
  };
  const sentence = (): string => `${result.seconds.toPrecision(2)} s a step and ${gigabytes(result.bytes)} at ${height}×${width}` +
    (result.fits ? "" : `, more than is available; the largest that fits is ${result.largest.join("×")}`);
  return printedAs(result, sentence);
}

/** Bytes per pixel, more than any of the kit's networks takes: where this fits, no measurement is needed. */
const generous = 30_000;

/**
 * Refuses a run that would not fit, before it starts. It measures only where the size makes that doubtful.
 *
 * @param size `[height, width]`, or an image of that size
 * @throws RangeError with the largest size that would fit
 */
export async function mustFit(
  goal: Objective, size: Image | readonly [number, number], options: EstimateOptions = {},
): Promise<void> {
  const { name, device } = await engine();
  const [height, width] = sidesOf(size);
  const available = options.limit ?? (device === "gpu" ? Infinity : availableBytes(name));
  if (height * width * generous + 1e9 <= available) return;
  const { fits, bytes, largest } = await estimate(goal, size, { ...options, limit: available });
  if (fits) return;
  throw new RangeError(`a run at ${height}×${width} would take ${gigabytes(bytes - baseline)}, and ` +
    `${gigabytes(available)} are available: the largest of these proportions that fits is ${largest.join("×")}`);
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
