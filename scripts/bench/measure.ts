// The benchmark's workload, in one process: loss and pixel gradient of VGG-19 to relu5_1, content and five Gram terms.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../../src/image";
import { randomVgg, vgg19, type Vgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { engine } from "../../src/platform/engine/engine";
import { findWeights } from "../../src/platform/files/findWeights";
import { content, style } from "../../src/terms";
import { floor } from "./floor";

interface Result { readonly value: number; readonly gradient: Float32Array }
/** Loss and pixel gradient of an image. */
type Measure = (image: Image) => Promise<Result>;

/** One engine at one size; times in milliseconds, memory in megabytes (10⁶ bytes). */
export interface Measurement {
  readonly engine: string;
  readonly side: number;
  readonly network: string;
  /** The median of `times`. */
  readonly median: number;
  readonly times: readonly number[];
  /** From a loaded network to the first loss and gradient, including the targets' forward passes and the creation of the session. */
  readonly first: number;
  /** The process's peak memory, including its start and the network. */
  readonly peak: number;
}

/** Engine and floor, alternating, so that other work on the machine slows both alike. */
export interface PairedMeasurement {
  readonly side: number;
  readonly engine: number;
  readonly floor: number;
  /** Of the medians. */
  readonly ratio: number;
  /** |engine − floor| / |floor| of the loss, and of the gradient as a vector. */
  readonly valueError: number;
  readonly gradientError: number;
}

export const [repetitions, warmUps] = [9, 2];

export const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];

/** The trained network where its weights are available, otherwise a random one of its size. */
export function paperNetwork(): Promise<Vgg> {
  return findWeights("vgg19") ? vgg19() : randomVgg({ width: 1, pooling: "max" });
}

/** Network, targets and image; everything but trained filters is random with fixed seeds. */
interface Scene { readonly network: Vgg; readonly photo: Image; readonly painting: Image; readonly start: Image }

export async function scene(side: number): Promise<Scene> {
  await engine();
  const network = await paperNetwork();
  const image = (seed: number): Image => tf.randomUniform([side, side, 3], 0, 1, "float32", seed) as Image;
  const [photo, painting, start] = [image(1), image(2), image(3)];
  await Promise.all([photo, painting, start].map((x) => x.data()));
  return { network, photo, painting, start };
}

export async function engineMeasure({ network, photo, painting }: Scene): Promise<Measure> {
  return objective(network, [content(photo), style(painting)]).measure;
}

async function floorMeasure({ network, photo, painting }: Scene): Promise<Measure> {
  const { run } = await floor(network, photo, painting);
  return async (image) => run(await image.data() as Float32Array);
}

/** The milliseconds of one measurement of a new image, as an optimizer produces it; creating the image is not timed. */
export async function timeOnce(measure: Measure, { start }: Scene, i: number): Promise<number> {
  const next = tf.tidy(() => tf.add(start, 0.001 * i)) as Image;
  await next.data();
  const before = performance.now();
  await measure(next);
  const time = performance.now() - before;
  next.dispose();
  return time;
}

async function alone(name: string, side: number): Promise<Measurement> {
  const setup = await scene(side);
  const began = performance.now();
  const measure = await (name === "floor" ? floorMeasure(setup) : engineMeasure(setup));
  await measure(setup.start);
  const first = performance.now() - began;
  const times: number[] = [];
  for (let i = 0; i < warmUps + repetitions; i++) times.push(await timeOnce(measure, setup, i));
  times.splice(0, warmUps);
  const peak = process.resourceUsage().maxRSS * 1024 / 1e6;
  return { engine: name, side, network: setup.network.name, median: median(times), times, first, peak };
}

async function pairs(side: number): Promise<PairedMeasurement> {
  const setup = await scene(side);
  const [engineRun, floorRun] = [await engineMeasure(setup), await floorMeasure(setup)];
  const [engineResult, floorResult] = [await engineRun(setup.start), await floorRun(setup.start)];
  const [engineTimes, floorTimes]: [number[], number[]] = [[], []];
  for (let i = 0; i < warmUps + 2 * repetitions; i++) {
    engineTimes.push(await timeOnce(engineRun, setup, i));
    floorTimes.push(await timeOnce(floorRun, setup, i));
  }
  const [engine, floor] = [engineTimes, floorTimes].map((times) => median(times.slice(warmUps)));
  const norm = (x: Float32Array): number => Math.sqrt(x.reduce((sum, number) => sum + number * number, 0));
  return {
    side, engine, floor, ratio: engine / floor,
    valueError: Math.abs(engineResult.value - floorResult.value) / Math.abs(floorResult.value),
    gradientError: norm(engineResult.gradient.map((number, i) => number - floorResult.gradient[i])) / norm(floorResult.gradient),
  };
}

if (require.main === module) {
  const [name, side] = [process.argv[2], Number(process.argv[3])];
  void (name === "pairs" ? pairs(side) : alone(name, side)).then((result) => console.log(JSON.stringify(result)));
}
