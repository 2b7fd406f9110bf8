// What a small copy of an objective takes: the same network, terms and losses on shrunken images, timed.
import * as tf from "@tensorflow/tfjs";
import { noise, resize } from "../image";
import type { Network } from "../networks/network";
import { objective, type Objective } from "../objective";
import type { Optimizer } from "../optimizers/optimizer";
import { layersOf, mapTargets, targetsOf, type Term } from "../terms";

/** `fixed + perPixel · pixels`. */
export interface Line {
  readonly fixed: number;
  readonly perPixel: number;
}

export interface Calibration {
  /** Of one loss and gradient. */
  readonly seconds: Line;
  /** Bytes of all arrays that the way back needs, as TensorFlow.js counts them. */
  readonly tape: Line;
}

/** `[height, width]` of the images that are meant: masks fit no others. */
type Shape = readonly [height: number, width: number];

const known = new WeakMap<Network, Map<string, Promise<Calibration>>>();

/**
 * Measures small copies of `goal`, of about `sides`² pixels, at least two, and more while they are short; where the first is long,
 * one a little larger. Once for a network and what is asked of it.
 */
export function calibrate(goal: Objective, shape: Shape, sides: readonly number[]): Promise<Calibration> {
  const ours = known.get(goal.network) ?? new Map<string, Promise<Calibration>>();
  known.set(goal.network, ours);
  const key = goal.terms.map((term) => `${layersOf(term).join()} ${term.loss.name}`).join("; ");
  const found = ours.get(key) ?? passes(goal, shape, sides);
  ours.set(key, found);
  found.catch(() => ours.delete(key));
  return found;
}

async function passes(goal: Objective, shape: Shape, [smallest, ...larger]: readonly number[]): Promise<Calibration> {
  const found = [await pass(goal, shape, smallest)];
  for (const side of found[0].seconds > patience ? [1.5 * smallest] : larger) { // one size alone does not tell what is fixed
    found.push(await pass(goal, shape, side));
    if (found.at(-1)!.seconds > long) break;
  }
  return { seconds: through(found, "seconds"), tape: through(found, "tape") };
}

interface Pass { readonly pixels: number; readonly seconds: number; readonly tape: number }

const [warmUps, repetitions] = [2, 9];
/** Seconds: a pass that is long tells enough of larger ones; nobody waits for more passes than fit into this at one size. */
const [long, patience] = [0.08, 2];

async function pass({ network, terms }: Objective, shape: Shape, side: number): Promise<Pass> {
  const small = ([height, width]: readonly number[]): [number, number] => {
    const factor = side / Math.sqrt(height * width);
    return [Math.round(height * factor), Math.round(width * factor)];
  };
  const [content] = terms.filter(({ kind }) => kind === "content").flatMap(targetsOf);
  const copies = mapTargets(terms, (image) => resize(image, { exactly: small(image.shape) }));
  let tape = 0;
  const goal = objective(network, [...copies.terms, watcher((bytes) => (tape = bytes))]);
  const before = tf.memory().numBytes;
  const images = Array.from({ length: warmUps + repetitions }, (_, seed) => noise(small(content?.image.shape ?? shape), { seed }));
  try {
    const seconds: number[] = [];
    let spent = 0;
    for (const [at, image] of images.entries()) {
      const began = performance.now();
      await goal.measure(image);
      const time = (performance.now() - began) / 1000;
      if (at > 0) spent += time; // the first look also makes what the others find ready
      if (at >= warmUps || spent > patience) seconds.push(time);
      if (spent > patience) break;
    }
    const [height, width] = images[0].shape;
    return { pixels: height * width, seconds: lowerQuartile(seconds), tape: tape - before };
  } finally {
    goal.dispose();
    tf.dispose([images, copies.images]);
  }
}

/** A term that adds nothing. It is measured last: then all that the way back needs is there. */
function watcher(tell: (bytes: number) => void): Term {
  return {
    name: "what is kept for the way back", kind: "smoothness", layers: ["pixels"], weight: 0,
    loss: {
      name: "none",
      distance: (image: tf.Tensor3D) => {
        tell(tf.memory().numBytes);
        return tf.mul(tf.sum(image), 0) as tf.Scalar;
      },
    },
  };
}

/** What else the machine does makes some passes longer, and never one shorter. */
const lowerQuartile = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 4)];

/** The line through the smallest pass and the largest. */
function through(found: readonly Pass[], what: "seconds" | "tape"): Line {
  const [small, large] = [found[0], found.at(-1)!];
  const perPixel = Math.max(0, (large[what] - small[what]) / (large.pixels - small.pixels));
  return { fixed: Math.max(0, small[what] - perPixel * small.pixels), perPixel };
}

/** Seconds of a step and bytes of memory that an optimizer itself takes for each pixel, tried in a bowl. */
export async function timeOptimizer(optimizer: Optimizer): Promise<{ seconds: number; bytes: number }> {
  if (optimizer.inner) return timeOptimizer(optimizer.inner); // what it adds is little, and it may take images of one size only
  const [pixels, steps] = [2 ** 14, 15];
  const bowl = (x: Float32Array): { value: number; gradient: Float32Array } => {
    const gradient = x.map((value, at) => (value - 0.5) / (1 + (at % 97)));
    return { value: gradient.reduce((sum, slope, at) => sum + slope * (x[at] - 0.5) / 2, 0), gradient };
  };
  let x = Float32Array.from({ length: 3 * pixels }, (_, at) => (at % 11) / 11);
  let state: unknown = optimizer.init(x);
  let seconds = Infinity;
  for (let step = 0; step < steps; step++) {
    const began = performance.now();
    ({ x, state } = await optimizer.step(bowl, x, state));
    if (step >= steps - 4) seconds = Math.min(seconds, (performance.now() - began) / 1000);
  }
  return { seconds: seconds / pixels, bytes: bytesOf(state) / pixels };
}

function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + bytesOf(part), 0);
}
