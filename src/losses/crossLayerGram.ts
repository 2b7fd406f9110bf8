// Gram matrices of two layers: which activations of one layer go with which of the next.
import * as tf from "@tensorflow/tfjs";
import { resample } from "../math/resample";
import { flattenPositions } from "./flattenPositions";
import { acrossLayers } from "./fromStatistic";
import { layersOption } from "./hypercolumns";
import type { FeaturesByLayer, Loss } from "./loss";
import type { LossSpec } from "./lossSpec";

/** The style layers of Gatys et al. 2016. */
const fiveLayers: readonly string[] = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"];

/**
 * Cross-layer Gram matrices (Yeh & Tang 2018, "Improved Style Transfer by Respecting Inter-layer Correlations"; Novak & Nikulin
 * 2016, too, correlate neighboring layers). For each layer and the next in the list:
 *
 *   G[i,j] = Σₚ F[p,i] F′[p,j] / M,  F′ the next layer's activations, enlarged to the M positions of F by bilinear interpolation
 *
 * The loss is mean (G − A)², averaged over the pairs. The Gram matrices of single layers are no part of it: it holds what they
 * leave open, which fine pattern goes with which coarse one.
 *
 * @param options `layers`: two or more, from fine to coarse; default the five of Gatys et al.
 */
export function crossLayerGram({ layers = fiveLayers }: { layers?: readonly string[] } = {}): Loss<tf.Tensor1D> {
  if (!layersOption.accepts(layers) || layers.length < 2)
    throw new RangeError("a cross-layer Gram matrix needs two or more layers, each once, from fine to coarse");
  return acrossLayers(layers, (features) => crossGrams(features, layers), `cross-layer gram of ${layers.join(", ")}`);
}

/** All matrices in one row, each weighted so that the mean of squares over the row is the mean over the matrices of theirs. */
function crossGrams(features: FeaturesByLayer, layers: readonly string[]): tf.Tensor1D {
  const matrices = layers.slice(1).map((next, i) => crossGram(features(layers[i]), features(next)));
  const size = matrices.reduce((sum, matrix) => sum + matrix.size, 0);
  return tf.concat(matrices.map((matrix) =>
    tf.mul(tf.reshape(matrix, [matrix.size]), Math.sqrt(size / (matrices.length * matrix.size)))) as tf.Tensor1D[]);
}

function crossGram(fine: tf.Tensor3D, coarse: tf.Tensor3D): tf.Tensor2D {
  const [height, width] = fine.shape;
  const enlarged = coarse.shape[0] === height && coarse.shape[1] === width ? coarse : resample(coarse, [height, width], "bilinear");
  return tf.div(tf.matMul(flattenPositions(fine), flattenPositions(enlarged), true, false), height * width);
}

export const crossLayerGramSpec: LossSpec<{ layers?: readonly string[] }> = {
  name: "crossLayerGram", kind: "style", make: crossLayerGram,
  options: {
    layers: {
      default: fiveLayers, expects: "a list of two or more layers, each by its name and once",
      accepts: (value) => layersOption.accepts(value) && (value as readonly string[]).length >= 2,
    },
  },
  summary: "which activations go with which of the next layer", source: "Yeh & Tang 2018",
};
