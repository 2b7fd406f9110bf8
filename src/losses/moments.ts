// Means and covariances by absolute differences: the moment matching of STROTSS.
import * as tf from "@tensorflow/tfjs";
import { wholeNumber } from "../spec";
import { blendMoments } from "./blendTargets";
import { covarianceMatrix } from "./covariance";
import { hypercolumns, layersOption, type HypercolumnOptions } from "./hypercolumns";
import type { LayerLoss, Loss } from "./loss";
import type { LossSpec } from "./lossSpec";

type Moments = [mean: tf.Tensor1D, covariance: tf.Tensor2D];

/**
 * The moment matching of Kolkin, Salavon & Shakhnarovich 2019 (STROTSS), of N channels:
 *
 *   Σ |μ_F − μ_S| / N + Σ |C_F − C_S| / N²
 *
 * The covariances are whole matrices. Differences are not squared, so a few strong channels dominate it less than `covariance`.
 *
 * @param options none for a loss of one layer; with `layers` it is that of `hypercolumns` over these layers, as in the paper, of which
 *   `samples` (1024) positions are seen, drawn with `seed`
 */
export function moments(options?: { layers?: undefined }): LayerLoss<Moments>;
export function moments(options: HypercolumnOptions): Loss<Moments>;
export function moments({ layers, ...sampling }: Partial<HypercolumnOptions> = {}): LayerLoss<Moments> | Loss<Moments> {
  if (layers) return hypercolumns(ofOneLayer(), { layers, ...sampling });
  if (sampling.samples !== undefined || sampling.seed !== undefined)
    throw new RangeError("samples and seed are of hypercolumns: name their layers, moments({ layers: [\"relu1_1\", \"relu2_1\"], samples: 1024 })");
  return ofOneLayer();
}

function ofOneLayer(): LayerLoss<Moments> {
  return {
    name: "moments",
    prepare: (target) => tf.tidy(() => [tf.mean(target, [0, 1]) as tf.Tensor1D, covarianceMatrix(target)]),
    distance: (features, [mean, covariance]) => tf.tidy(() => tf.add(
      tf.mean(tf.abs(tf.sub(tf.mean(features, [0, 1]), mean))), tf.mean(tf.abs(tf.sub(covarianceMatrix(features), covariance)))) as tf.Scalar),
    blend: (targets, weights) => blendMoments(targets, weights, (shift) => tf.outerProduct(shift, shift)),
  };
}

export const momentsSpec: LossSpec<Partial<HypercolumnOptions>> = {
  name: "moments", kind: "style", make: (options) => moments(options as HypercolumnOptions),
  options: { layers: layersOption, samples: wholeNumber(undefined, 1), seed: wholeNumber(undefined) },
  summary: "means and covariances, by absolute differences", source: "Kolkin et al. 2019",
};
