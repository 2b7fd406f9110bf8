// Networks that were never trained: always there, need no download, and see more than one would think (He et al. 2016).
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "../errors";
import { resize, type Image } from "../image";
import { engine } from "../platform/engine/engine";
import { numberWhere, oneOf, wholeNumber } from "../spec";
import { applyLayer, convolved, preprocess, materialize, type Filter } from "./applyLayer";
import { convolutionsOf, poolings, withWidth, inputsOf, type Architecture, type Layer, type Pooling } from "./architectures/architecture";
import { topologies, vgg, type VggName } from "./architectures/vgg";
import { graphNetwork, type GraphNetwork } from "./graphNetwork";
import type { NetworkSpec } from "./networkSpec";
import { mustBeLargeEnough } from "./sizes";
import { vggFrom, type Vgg } from "./vgg";

export interface RandomOptions {
  readonly seed?: number;
  /** The fraction of the architecture's channels; 1/4 has 16 times less arithmetic. */
  readonly width?: number;
  /** The image to scale on; default: colored 1/f noise, which has the spectrum of photographs. */
  readonly calibration?: Image;
}

const preparation = { mean: [0.5, 0.5, 0.5], scale: [4, 4, 4] } as const;

/**
 * A VGG with seeded random filters: `randomNetwork`, with a choice of `pooling`.
 *
 * @param options `seed`; `topology` (`"vgg19"`); `width`, the fraction of VGG's channels (default 1/4); `pooling`
 *   (`"average"`: smoother gradients); `calibration`
 */
export async function randomVgg({
  topology = "vgg19", width = 0.25, pooling = "average", ...options
}: RandomOptions & { topology?: VggName; pooling?: Pooling } = {}): Promise<Vgg> {
  mustBeOneOf(topology, Object.keys(topologies), "topology");
  const { name, filters } = await randomNetwork(vgg(topology, pooling), { width, ...options });
  return vggFrom(filters, { name, topology, pooling, preparation });
}

/**
 * A network with seeded random filters. Each filter has zero mean, so flat color says nothing to it, and is then scaled so
 * that its response to the calibration image has mean 1 and deviation 1, where unscaled random filters would fade or explode.
 * A mean of 1 leaves five of six positions active; at a mean of 0, tried, ten layers of halved responses forget the image.
 * Same seed, same network, on every engine.
 */
export async function randomNetwork(
  architecture: Architecture, { seed = 0, width = 1, calibration }: RandomOptions = {},
): Promise<GraphNetwork> {
  await engine();
  if (!(width > 0 && width <= 4))
    throw new RangeError(`the width of a random network is a fraction of the channels of ${architecture.name}, 0…4; got ${width}`);
  if (!Number.isInteger(seed)) throw new RangeError(`a seed is a whole number, got ${seed}`);
  const name = `random ${architecture.name} (seed ${seed}, width ${width})`;
  const { layers } = withWidth(architecture, width);
  const image = calibration ?? fractalNoise(128, seed);
  try {
    mustBeLargeEnough(name, layers, [...layers.keys()], image); // before the first filter is made, so that none is lost
    return graphNetwork(layers, materialize(calibrated(layers, image, seed)), { name, preparation });
  } finally {
    if (!calibration) image.dispose();
  }
}

/** Layer by layer from the image up: the filters scaled, and the biases set, so that responses have mean 1 and deviation 1. */
function calibrated(layers: readonly Layer[], image: Image, seed: number): Map<string, Filter> {
  const convolutions = convolutionsOf(layers);
  const filters = new Map<string, Filter>();
  tf.tidy(() => {
    const seen = new Map([["pixels", tf.expandDims<tf.Tensor4D>(preprocess(image, preparation), 0)]]);
    layers.forEach(({ name, operation }, at) => {
      const inputs = inputsOf(layers, at).map((input) => seen.get(input)!);
      if (operation.kind === "convolution") {
        const { size, inputs: channels } = convolutions.get(name)!;
        const draft = zeroMean([size, size, channels, operation.channels], seed * 1009 + filters.size + 1);
        const { mean, variance } = tf.moments(convolved(inputs[0], draft, operation), [0, 1, 2]);
        const deviation = tf.sqrt(tf.add(variance, 1e-12));
        filters.set(name, { kernel: tf.keep(tf.div(draft, deviation)), bias: tf.keep(tf.sub(1, tf.div(mean, deviation))) });
      }
      seen.set(name, applyLayer(operation, inputs, filters.get(name)));
    });
  });
  return materialize(filters);
}

/** Normal random filters, each with its mean over taps and inputs taken out. */
function zeroMean(shape: [number, number, number, number], seed: number): tf.Tensor4D {
  return tf.tidy(() => {
    const drawn = tf.randomNormal<tf.Rank.R4>(shape, 0, 1, "float32", seed);
    return tf.sub(drawn, tf.mean(drawn, [0, 1, 2], true)) as tf.Tensor4D;
  });
}

/** Colored noise with equal contrast at every scale, as photographs have: what to calibrate on when nothing else is at hand. */
function fractalNoise(side: number, seed: number): Image {
  return tf.tidy(() => {
    let sum: tf.Tensor3D = tf.zeros([side, side, 3]);
    for (let cells = 2, octave = 1; cells <= side; cells *= 2, octave++) {
      const coarse = tf.randomUniform<tf.Rank.R3>([cells, cells, 3], 0, 1, "float32", seed * 31 + octave);
      sum = tf.add(sum, resize(coarse, { exactly: [side, side] }));
    }
    const low = tf.min(sum);
    return tf.div(tf.sub(sum, low), tf.sub(tf.max(sum), low)) as Image;
  });
}

export const randomVggSpec: NetworkSpec<{ seed?: number; width?: number; topology?: VggName; pooling?: Pooling }> = {
  name: "random", make: randomVgg, architecture: ({ topology = "vgg19" }) => vgg(topology),
  options: {
    seed: wholeNumber(0), width: numberWhere(0.25, "a number above 0, 4 at most", (width) => width > 0 && width <= 4),
    topology: oneOf(Object.keys(topologies) as VggName[], "vgg19"), pooling: oneOf(poolings, "average"),
  },
  summary: "a VGG with random filters", source: "He et al. 2016",
};
