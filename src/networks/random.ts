// A VGG that was never trained: always there, needs no download, and sees more than one would think (He et al. 2016).
import * as tf from "@tensorflow/tfjs";
import { engine } from "../engine/engine";
import { topologies, type VggName } from "../files/weights";
import { resize, type Image } from "../image";
import { mustBeOneOf } from "../names";
import { mustBeLargeEnough, vggFrom, type Filter, type Pooling, type Vgg } from "./vgg";

/**
 * A VGG with seeded random filters. Each filter has zero mean, so flat colour says nothing to it, and is then scaled so that
 * its response to the calibration image has mean 1 and deviation 1, where unscaled random filters would fade or explode.
 * A mean of 1 leaves five of six positions active; at a mean of 0, tried, ten layers of halved responses forget the image.
 * Same seed, same network, on every engine.
 *
 * @param options `seed`; `topology` (`"vgg19"`); `width`, the fraction of VGG's channels (default 1/4: 16 times less
 *   arithmetic); `pooling` (`"average"`: smoother gradients); `calibration`, the image to scale on (default: coloured 1/f
 *   noise, which has the spectrum of photographs)
 */
export async function randomVgg({
  seed = 0, topology = "vgg19", width = 0.25, pooling = "average", calibration,
}: { seed?: number; topology?: VggName; width?: number; pooling?: Pooling; calibration?: Image } = {}): Promise<Vgg> {
  await engine();
  if (!(width > 0 && width <= 4))
    throw new RangeError(`the width of a random VGG is a fraction of VGG's channels, 0…4; got ${width}`);
  mustBeOneOf(topology, Object.keys(topologies), "topology");
  if (!Number.isInteger(seed)) throw new RangeError(`a seed is a whole number, got ${seed}`);
  const name = `random ${topology} (seed ${seed}, width ${width})`;
  const preparation = { mean: [0.5, 0.5, 0.5], scale: [4, 4, 4] } as const;
  const draft = vggFrom(drawFilters(topology, width, seed), { name, topology, pooling, preparation });
  const image = calibration ?? fractalNoise(128, seed);
  try {
    return vggFrom(calibrate(draft, image), { name, topology, pooling, preparation });
  } finally {
    if (!calibration) image.dispose();
    draft.dispose();
  }
}

function drawFilters(topology: VggName, width: number, seed: number): Map<string, Filter> {
  const filters = new Map<string, Filter>();
  let inputs = 3;
  const { convolutions, widths } = topologies[topology];
  convolutions.forEach((count, block) => {
    const outputs = Math.max(1, Math.round(widths[block] * width));
    for (let i = 0; i < count; i++) {
      const name = `conv${block + 1}_${i + 1}`;
      const shape: [number, number, number, number] = [3, 3, inputs, outputs];
      filters.set(name, { kernel: zeroMean(shape, seed * 1009 + filters.size + 1), bias: tf.zeros([outputs]) });
      inputs = outputs;
    }
  });
  return filters;
}

/** Normal random filters, each with its mean over taps and inputs taken out. */
function zeroMean(shape: [number, number, number, number], seed: number): tf.Tensor4D {
  return tf.tidy(() => {
    const drawn = tf.randomNormal<tf.Rank.R4>(shape, 0, 1, "float32", seed);
    return tf.sub(drawn, tf.mean(drawn, [0, 1, 2], true)) as tf.Tensor4D;
  });
}

/** Layer by layer from the image up: the filters scaled, and the biases set, so that responses have mean 1 and deviation 1. */
function calibrate(draft: Vgg, image: Image): Map<string, Filter> {
  mustBeLargeEnough(draft, image, draft.layers.at(-1)!); // before the first filter is made, so that none is lost
  const filters = new Map(draft.filters);
  for (const [name, { kernel }] of draft.filters) {
    const sofar = { ...draft, filters };
    const scaled = tf.tidy(() => {
      const seen = vggFrom(filters, sofar).features(image, [name])(name);
      const { mean, variance } = tf.moments(seen, [0, 1]);
      const deviation = tf.sqrt(tf.add(variance, 1e-12));
      return { kernel: tf.div(kernel, deviation), bias: tf.sub(1, tf.div(mean, deviation)) };
    });
    filters.set(name, scaled as unknown as Filter);
  }
  return filters;
}

/** Coloured noise with equal contrast at every scale, as photographs have: what to calibrate on when nothing else is at hand. */
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
