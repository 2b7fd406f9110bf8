// Networks that were never trained: they need no download, and their features are more useful than one would think (He et al. 2016).
import * as tf from "@tensorflow/tfjs";
import { mustBeImage, resize, type Image } from "../image";
import { engine } from "../platform/engine/engine";
import { convolve, type LayerParameters } from "./applyLayer";
import { inputsOf, parameterShapes, withWidth, type Architecture, type Layer } from "./architectures/architecture";
import { forwardImage } from "./forward";
import { graphNetwork, type GraphNetwork } from "./graphNetwork";
import { materialize } from "./materialize";
import { mustBeLargeEnough } from "./outputSize";
import { disposedWhenCollected } from "./sharedParameters";

export interface RandomOptions {
  readonly seed?: number;
  /** The fraction of the architecture's channels; 1/4 has 16 times less arithmetic. */
  readonly width?: number;
  /** The image on which filters are scaled; default: colored 1/f noise, which has the spectrum of photographs. */
  readonly calibration?: Image;
}

const preprocessing = { mean: [0.5, 0.5, 0.5], scale: [4, 4, 4] } as const;

/**
 * A network with seeded random filters. Each filter has zero mean, so it gives nothing for a flat color, and is then scaled so that
 * its output on the calibration image has mean 1 and deviation 1, where unscaled random filters would fade or explode. A mean of 1
 * leaves five of six positions active; with a mean of 0, tried, ten layers of halved activations forget the image. Instance
 * normalizations begin with scale 1 and shift 0. Same seed, same network, on every engine.
 */
export async function randomNetwork(
  architecture: Architecture, { seed = 0, width = 1, calibration }: RandomOptions = {},
): Promise<GraphNetwork> {
  await engine();
  if (!(width > 0 && width <= 4))
    throw new RangeError(`the width of a random network is a fraction of the channels of ${architecture.name}, 0…4; got ${width}`);
  if (!Number.isInteger(seed)) throw new RangeError(`a seed is a whole number, got ${seed}`);
  if (calibration) mustBeImage(calibration, "the calibration image of a random network");
  const name = `random ${architecture.name} (seed ${seed}, width ${width})`;
  const { layers } = withWidth(architecture, width);
  const image = calibration ?? fractalNoise(128, seed);
  try {
    mustBeLargeEnough(name, layers, [...layers.keys()], image); // before the first filter is created, so that none is lost
    return graphNetwork(layers, disposedWhenCollected(materialize(calibrated(name, layers, image, seed))), { name, preprocessing });
  } finally {
    if (!calibration) image.dispose();
  }
}

/** The parameters of every layer, set in a forward pass over `image` when their layer is reached. */
function calibrated(name: string, layers: readonly Layer[], image: Image, seed: number): Map<string, LayerParameters> {
  const shapes = parameterShapes(layers);
  const found = new Map<string, LayerParameters>();
  let filters = 0;
  const parametersOf = (layer: string, input: tf.Tensor4D): LayerParameters => {
    const { operation } = layers.find((each) => each.name === layer)!;
    const { kernel: shape, scale, shift } = shapes.get(layer)!;
    if (operation.kind !== "convolution") {
      found.set(layer, { scale: tf.keep(tf.ones([...scale])), shift: tf.keep(tf.zeros([...shift])) });
      return found.get(layer)!;
    }
    const draft = zeroMean([...shape] as [number, number, number, number], seed * 1009 + ++filters);
    const { mean, variance } = tf.moments(convolve(input, draft, operation), [0, 1, 2]);
    const deviation = tf.sqrt(tf.add(variance, 1e-12));
    found.set(layer, { kernel: tf.keep(tf.div(draft, deviation)), bias: tf.keep(tf.sub(1, tf.div(mean, deviation))) });
    return found.get(layer)!;
  };
  // The layers that no other reads: the pass reaches all others on its way to them.
  const read = new Set(layers.flatMap((_, index) => inputsOf(layers, index)));
  const last = layers.map((layer) => layer.name).filter((layer) => !read.has(layer));
  tf.tidy(() => void forwardImage({ name, layers, preprocessing, parametersOf }, image, last));
  return found;
}

/** Normal random filters, each with its mean over taps and inputs taken out. */
function zeroMean(shape: [number, number, number, number], seed: number): tf.Tensor4D {
  return tf.tidy(() => {
    const drawn = tf.randomNormal<tf.Rank.R4>(shape, 0, 1, "float32", seed);
    return tf.sub(drawn, tf.mean(drawn, [0, 1, 2], true)) as tf.Tensor4D;
  });
}

/** Colored noise with equal contrast at every scale, as photographs have: the default calibration image. */
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
