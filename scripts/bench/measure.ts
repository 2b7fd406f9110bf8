// What the bench measures, in one process: loss and pixel gradient of VGG-19 to relu5_1, content and five Gram terms.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../../src/image";
import { randomVgg, vgg19, type Vgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { engine } from "../../src/platform/engine/engine";
import { findWeights } from "../../src/platform/files/findWeights";
import { content, style } from "../../src/terms";
import { floor } from "./floor";

export interface Result { readonly value: number; readonly gradient: Float32Array }
/** Loss and pixel gradient of an image. */
export type Measure = (image: Image) => Promise<Result>;

/** What one engine did at one size; times in milliseconds, memory in megabytes (10⁶ bytes). */
export interface Line {
  readonly engine: string;
  readonly side: number;
  readonly network: string;
  /** The median of `times`. */
  readonly median: number;
  readonly times: readonly number[];
  /** From a loaded network to the first loss and gradient: looking at the targets, and making the session, are in it. */
  readonly first: number;
  /** The most that the process ever held, its start and the network included. */
  readonly peak: number;
}

/** Engine and floor one after the other, again and again: other work on the machine slows both alike. */
export interface Turns {
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

/** The trained network where its weights are at hand, else one of its size. */
export function paperNetwork(): Promise<Vgg> {
  return findWeights("vgg19") ? vgg19() : randomVgg({ width: 1, pooling: "max" });
}

/** Network, targets and image, all drawn from seeds but the filters, where trained ones are at hand. */
export interface Scene { readonly network: Vgg; readonly photo: Image; readonly painting: Image; readonly start: Image }

export async function scene(side: number): Promise<Scene> {
  await engine();
  const network = await paperNetwork();
  const image = (seed: number): Image => tf.randomUniform([side, side, 3], 0, 1, "float32", seed) as Image;
  const [photo, painting, start] = [image(1), image(2), image(3)];
  await Promise.all([photo, painting, start].map((x) => x.data()));
  return { network, photo, painting, start };
}

export async function byEngine({ network, photo, painting }: Scene): Promise<Measure> {
  return objective(network, [content(photo), style(painting)]).measure;
}

export async function byHand({ network, photo, painting }: Scene): Promise<Measure> {
  const { run } = await floor(network, photo, painting);
  return async (image) => run(await image.data() as Float32Array);
}

/** Runs `body` with a new image, as an optimizer has it every time; making it is not measured. */
export async function timed(measure: Measure, { start }: Scene, at: number): Promise<number> {
  const next = tf.tidy(() => tf.add(start, 0.001 * at)) as Image;
  await next.data();
  const before = performance.now();
  await measure(next);
  const time = performance.now() - before;
  next.dispose();
  return time;
}

async function alone(name: string, side: number): Promise<Line> {
  const all = await scene(side);
  const began = performance.now();
  const measure = await (name === "floor" ? byHand(all) : byEngine(all));
  await measure(all.start);
  const first = performance.now() - began;
  const times: number[] = [];
  for (let i = 0; i < warmUps + repetitions; i++) times.push(await timed(measure, all, i));
  times.splice(0, warmUps);
  const peak = process.resourceUsage().maxRSS * 1024 / 1e6;
  return { engine: name, side, network: all.network.name, median: median(times), times, first, peak };
}

async function turns(side: number): Promise<Turns> {
  const all = await scene(side);
  const [mine, hand] = [await byEngine(all), await byHand(all)];
  const [one, other] = [await mine(all.start), await hand(all.start)];
  const times: { mine: number[]; hand: number[] } = { mine: [], hand: [] };
  for (let i = 0; i < warmUps + 2 * repetitions; i++) {
    times.mine.push(await timed(mine, all, i));
    times.hand.push(await timed(hand, all, i));
  }
  const [engine, floor] = [times.mine, times.hand].map((list) => median(list.slice(warmUps)));
  const norm = (x: Float32Array): number => Math.sqrt(x.reduce((sum, number) => sum + number * number, 0));
  return {
    side, engine, floor, ratio: engine / floor,
    valueError: Math.abs(one.value - other.value) / Math.abs(other.value),
    gradientError: norm(one.gradient.map((slope, at) => slope - other.gradient[at])) / norm(other.gradient),
  };
}

if (require.main === module) {
  const [name, side] = [process.argv[2], Number(process.argv[3])];
  void (name === "turns" ? turns(side) : alone(name, side)).then((found) => console.log(JSON.stringify(found)));
}
