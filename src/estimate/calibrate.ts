// The cost of an objective per pixel, measured: the same network, terms and losses on small copies of its images.
import * as tf from "@tensorflow/tfjs";
import { noise, resize } from "../image";
import type { Network } from "../networks/network";
import { objective, type Objective } from "../objective";
import type { Optimizer } from "../optimizers/optimizer";
import { layersOf, mapTargets, targetsOf, type Term } from "../terms";

/** A cost that is linear in the size of the image: `fixed + perPixel · pixels`. */
export interface LinearCost {
  readonly fixed: number;
  readonly perPixel: number;
}

export interface Calibration {
  /** Seconds of one loss and gradient. */
  readonly seconds: LinearCost;
  /** Bytes of all arrays that are in memory for the backward pass, as TensorFlow.js counts them. */
  readonly tape: LinearCost;
}

/** `[height, width]` of the run to estimate; the small images have the same proportions, because masks fit no others. */
type Shape = readonly [height: number, width: number];

const calibrations = new WeakMap<Network, Map<string, Promise<Calibration>>>();

/**
 * Measures small copies of `goal`, of about `sides`² pixels: at least two sizes, and more of `sides` while they take little time;
 * where already the first takes long, one that is slightly larger. The result is cached by network, layers and losses.
 */
export function calibrate(goal: Objective, shape: Shape, sides: readonly number[]): Promise<Calibration> {
  const cache = calibrations.get(goal.network) ?? new Map<string, Promise<Calibration>>();
  calibrations.set(goal.network, cache);
  const key = goal.terms.map((term) => `${layersOf(term).join()} ${term.loss.name}`).join("; ");
  const calibration = cache.get(key) ?? measureSizes(goal, shape, sides);
  cache.set(key, calibration);
  calibration.catch(() => cache.delete(key));
  return calibration;
}

async function measureSizes(goal: Objective, shape: Shape, [smallest, ...larger]: readonly number[]): Promise<Calibration> {
  const sizes = [await measureSize(goal, shape, smallest)];
  for (const side of sizes[0].seconds > patience ? [1.5 * smallest] : larger) { // the fixed cost needs a second size
    sizes.push(await measureSize(goal, shape, side));
    if (sizes.at(-1)!.seconds > long) break;
  }
  return { seconds: fitLine(sizes, "seconds"), tape: fitLine(sizes, "tape") };
}

/** What was measured at one size. */
interface SizeCost { readonly pixels: number; readonly seconds: number; readonly tape: number }

const [warmUps, repetitions] = [2, 9];
/** Seconds: a pass of `long` predicts larger ones well enough; at one size, passes are repeated for at most about `patience`. */
const [long, patience] = [0.08, 2];

async function measureSize({ network, terms }: Objective, shape: Shape, side: number): Promise<SizeCost> {
  const smallShape = ([height, width]: readonly number[]): [number, number] => {
    const factor = side / Math.sqrt(height * width);
    return [Math.round(height * factor), Math.round(width * factor)];
  };
  const [content] = terms.filter(({ kind }) => kind === "content").flatMap(targetsOf);
  const copies = mapTargets(terms, (image) => resize(image, { exactly: smallShape(image.shape) }));
  let tape = 0;
  const goal = objective(network, [...copies.terms, memoryProbe((bytes) => (tape = bytes))]);
  const before = tf.memory().numBytes;
  const images = Array.from({ length: warmUps + repetitions }, (_, seed) =>
    noise(smallShape(content?.image.shape ?? shape), { seed }));
  try {
    const seconds: number[] = [];
    let spent = 0;
    for (const [i, image] of images.entries()) {
      const began = performance.now();
      await goal.measure(image);
      const time = (performance.now() - began) / 1000;
      if (i > 0) spent += time; // the first pass also builds what later ones reuse, such as an engine's session
      if (i >= warmUps || spent > patience) seconds.push(time);
      if (spent > patience) break;
    }
    const [height, width] = images[0].shape;
    return { pixels: height * width, seconds: lowerQuartile(seconds), tape: tape - before };
  } finally {
    goal.dispose();
    tf.dispose([images, copies.images]);
  }
}

/**
 * A term that adds 0 and reports the memory in use. It is measured last, when all activations that the backward pass needs are in
 * memory.
 */
function memoryProbe(report: (bytes: number) => void): Term {
  return {
    name: "memory of the backward pass", kind: "smoothness", layers: ["pixels"], weight: 0,
    loss: {
      name: "none",
      distance: (image: tf.Tensor3D) => {
        report(tf.memory().numBytes);
        return tf.mul(tf.sum(image), 0) as tf.Scalar;
      },
    },
  };
}

/** Robust against other load on the machine, which makes some passes longer and none shorter. */
const lowerQuartile = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 4)];

/** The line through the smallest and the largest size measured; neither of its coefficients is negative. */
function fitLine(sizes: readonly SizeCost[], cost: "seconds" | "tape"): LinearCost {
  const [small, large] = [sizes[0], sizes.at(-1)!];
  const perPixel = Math.max(0, (large[cost] - small[cost]) / (large.pixels - small.pixels));
  return { fixed: Math.max(0, small[cost] - perPixel * small.pixels), perPixel };
}

/**
 * Seconds per step and bytes of state that the optimizer itself takes for each pixel, measured on a quadratic function, once its state
 * has stopped growing: a history is then full.
 */
export async function timeOptimizer(optimizer: Optimizer): Promise<{ seconds: number; bytes: number }> {
  if (optimizer.inner) return timeOptimizer(optimizer.inner); // the wrapper adds little, and may work at one size of image only
  const pixels = 2 ** 14;
  // A condition of 10⁴, so that there is something to find for as many steps as a history may hold.
  const quadratic = (x: Float32Array): { value: number; gradient: Float32Array } => {
    const gradient = x.map((value, i) => (value - 0.5) / (1 + 100 * (i % 97)));
    return { value: gradient.reduce((sum, derivative, i) => sum + derivative * (x[i] - 0.5) / 2, 0), gradient };
  };
  let x = Float32Array.from({ length: 3 * pixels }, (_, i) => (i % 11) / 11);
  let state: unknown = optimizer.init(x);
  let bytes = bytesOf(state);
  const seconds: number[] = [];
  for (let grown = 0; seconds.length < Math.max(15, grown + 5) && seconds.length < 300;) {
    const began = performance.now();
    ({ x, state } = await optimizer.step(quadratic, x, state));
    seconds.push((performance.now() - began) / 1000);
    if (bytesOf(state) > bytes) [bytes, grown] = [bytesOf(state), seconds.length];
  }
  return { seconds: Math.min(...seconds.slice(-4)) / pixels, bytes: bytes / pixels };
}

function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + bytesOf(part), 0);
}
