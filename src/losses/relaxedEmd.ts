// The relaxed earth mover's distance: each position of the image is matched with its nearest of the style, and the reverse.
import * as tf from "@tensorflow/tfjs";
import { nearestPatches } from "../math/nearestPatches";
import { sampleIndices } from "../math/sampleIndices";
import { stopGradient } from "../math/stopGradient";
import { wholeNumber } from "../spec";
import { flattenPositions } from "./flattenPositions";
import { hypercolumns, layersOption, type HypercolumnOptions } from "./hypercolumns";
import type { LayerLoss, Loss } from "./loss";
import type { LossSpec } from "./lossSpec";

/** Normalized activations `[1, samples, channels]` at some of the target's positions, and ε². */
type SampledTarget = [normalized: tf.Tensor3D, epsilonSquared: tf.Scalar];

/**
 * The relaxed earth mover's distance of Kolkin, Salavon & Shakhnarovich 2019 (STROTSS, eqs. 4 to 6), between the activations at all
 * positions of the image and at `samples` positions of the target:
 *
 *   max( meanᵢ minⱼ D(i, j), meanⱼ minᵢ D(i, j) ),  D the cosine distance 1 − cos(F_i, S_j)
 *
 * Without `layers` it is a loss of one layer. With them it is that of `hypercolumns`, as in the paper: at `samples` positions of both
 * images the activations of all these layers, joined. The cosine distance ignores the norm of activations, so brightness and contrast
 * are left to another loss; in the paper to `moments({ layers })`, a color palette, and a self-similarity content loss.
 *
 * D is computed as ½ ‖F̂ − Ŝ‖² with F̂ = F / √(‖F‖² + ε²), ε a hundredth of the root-mean-square norm of the target's activations.
 * For ε = 0 that is the cosine distance, which has neither a value nor a gradient where all activations are zero; here the distance
 * between two zero vectors is 0. Values are from 0 to 1 for rectified layers.
 *
 * A target of more than `samples` positions (1024, as in the paper) is represented by that many, drawn without repetition; the same
 * `seed` draws the same, and the loss of the target itself at one layer is then small but not 0. The images may differ in size. The
 * matches are constants in the gradient.
 */
export function relaxedEmd(options?: { layers?: undefined; samples?: number; seed?: number }): LayerLoss<SampledTarget>;
export function relaxedEmd(options: HypercolumnOptions): Loss<SampledTarget>;
export function relaxedEmd(
  { layers, samples = 1024, seed = 0 }: Partial<HypercolumnOptions> = {},
): LayerLoss<SampledTarget> | Loss<SampledTarget> {
  if (!(Number.isInteger(samples) && samples >= 1))
    throw new RangeError(`samples, the number of positions of the target, is a whole number of at least 1; got ${samples}`);
  if (layers) return hypercolumns(ofOneLayer(samples, seed), { layers, samples, seed });
  return ofOneLayer(samples, seed);
}

function ofOneLayer(samples: number, seed: number): LayerLoss<SampledTarget> {
  return {
    name: "relaxed EMD",
    prepare: (target) => tf.tidy(() => {
      const rows = oneRow(target);
      const epsilonSquared = tf.mul(tf.mean(tf.sum(tf.square(rows), 2)), 1e-4) as tf.Scalar;
      return [tf.gather(normalizeRows(rows, epsilonSquared), sampleIndices(rows.shape[1], samples, seed), 1), epsilonSquared];
    }),
    distance: (features, [target, epsilonSquared]) => tf.tidy(() => {
      const image = normalizeRows(oneRow(features), epsilonSquared);
      return tf.maximum(meanNearest(image, target), meanNearest(target, image)) as tf.Scalar;
    }),
    ofZeros: (_, [target]) => tf.tidy(() => tf.mul(tf.mean(tf.sum(tf.square(target), 2)), 0.5) as tf.Scalar),
  };
}

/** meanᵢ minⱼ ½ ‖aᵢ − bⱼ‖². */
function meanNearest(a: tf.Tensor3D, b: tf.Tensor3D): tf.Tensor {
  const column = (x: tf.Tensor3D): tf.Tensor3D => tf.reshape(x, [x.shape[1], 1, x.shape[2]]);
  const nearest = stopGradient(() => {
    const halfSquares = tf.mul(tf.sum(tf.square(b), [0, 2]), 0.5); // ½ ‖a − b‖² is least where ⟨a, b⟩ − ½ ‖b‖² is highest
    return nearestPatches(column(a), b, 1, (products) => tf.sub(products, halfSquares));
  });
  return tf.mul(tf.mean(tf.sum(tf.square(tf.sub(a, tf.gather(b, nearest, 1))), 2)), 0.5);
}

/** Features as an image of one row, `[1, positions, channels]`. */
function oneRow(features: tf.Tensor3D): tf.Tensor3D {
  return tf.expandDims(flattenPositions(features), 0);
}

/** x / √(‖x‖² + ε²); 1e-20 for a target whose activations are all zero. */
function normalizeRows(rows: tf.Tensor3D, epsilonSquared: tf.Scalar): tf.Tensor3D {
  const squares = tf.sum(tf.square(rows), 2, true);
  return tf.mul(rows, tf.rsqrt(tf.add(squares, tf.add(epsilonSquared, 1e-20))));
}

export const relaxedEmdSpec: LossSpec<Partial<HypercolumnOptions>> = {
  name: "relaxedEmd", kind: "style", make: (options) => relaxedEmd(options as HypercolumnOptions),
  options: { layers: layersOption, samples: wholeNumber(1024, 1), seed: wholeNumber(0) },
  summary: "how far activations must move", source: "Kolkin et al. 2019",
};
