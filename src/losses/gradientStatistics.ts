// Statistics of the image gradient: how strong edges are, wherever they are.
import * as tf from "@tensorflow/tfjs";
import type { NoOptions } from "../spec";
import { fromStatistic } from "./fromStatistic";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";
import { blendMeansAndDeviations, meanAndDeviation } from "./meanAndDeviation";

/**
 * Image-gradient statistics, which teaching texts call a "style loss". Every channel is convolved with the two Sobel
 * filters (divided by 8: a ramp that rises by 1 per pixel has the gradient 1), and mean μ and standard deviation σ of each of the
 * maps are compared:
 *
 *   ½ mean (μ − μ′)² + ½ mean (σ − σ′)²,  σ = √(variance + 1e-8)
 *
 * At the layer "pixels" these are 12 numbers. They measure how strong edges are, along rows and along columns, but not their shape
 * or size, nor (an added color changes no gradient) which colors meet: noise can match any of their values. The means carry almost
 * no information, since they add up to the difference of opposite borders. At a network's layers, whose channels already are
 * edge detectors, they measure how strongly each pattern varies.
 *
 * @throws RangeError for an image of less than 3×3 at the layer
 */
export function gradientStatistics(): LayerLoss<tf.Tensor2D> {
  return { ...fromStatistic(sobelStatistics, "gradient statistics"), blend: blendMeansAndDeviations };
}

/** `[2, 2 · channels]`: means and deviations of the horizontal and of the vertical derivatives. */
function sobelStatistics(features: tf.Tensor3D): tf.Tensor2D {
  const [height, width] = features.shape;
  if (Math.min(height, width) < 3)
    throw new RangeError(`gradient statistics need an image of at least 3×3 at the layer, got ${height}×${width}: load it larger`);
  return meanAndDeviation(tf.concat([sobel(features, 1), sobel(features, 0)], 2));
}

/**
 * The derivative along `axis`, `[height−2, width−2, channels]`: half the difference of the neighbors on both sides, smoothed by ¼ ½ ¼
 * along the other axis.
 */
function sobel(x: tf.Tensor3D, axis: 0 | 1): tf.Tensor3D {
  // As sums of slices: a depthwise convolution has no gradient on every engine.
  const filter = (y: tf.Tensor3D, along: 0 | 1, taps: readonly number[]): tf.Tensor3D => {
    const size = y.shape.map((side, i) => (i === along ? side - 2 : side)) as [number, number, number];
    return tf.addN(taps.flatMap((tap, step) => (tap === 0 ? [] : [
      tf.mul(tf.slice(y, along === 0 ? [step, 0, 0] : [0, step, 0], size), tap),
    ]))) as tf.Tensor3D;
  };
  return filter(filter(x, axis, [-0.5, 0, 0.5]), axis === 0 ? 1 : 0, [0.25, 0.5, 0.25]);
}

export const gradientStatisticsSpec: LossSpec<NoOptions> = {
  name: "gradientStatistics", kind: "style", positional: true, make: gradientStatistics, options: {},
  summary: "how strong gradients of the image are", source: "teaching texts",
};
