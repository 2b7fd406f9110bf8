// Statistics of slopes: how much an image rises and falls, wherever it does.
import * as tf from "@tensorflow/tfjs";
import type { NoOptions } from "../spec";
import { fromStatistic } from "./fromStatistic";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * Image-gradient statistics, as teaching texts have them for a "style loss". Every channel is convolved with the two Sobel
 * filters (over 8: a plane that rises by 1 a pixel has the slope 1), and mean μ and standard deviation σ of each of the maps are
 * compared:
 *
 *   ½ mean (μ − μ′)² + ½ mean (σ − σ′)²,  σ = √(variance + 1e-8)
 *
 * At the layer "pixels" that is 12 numbers. They see how strong edges are, along rows and along columns, and not which shape or
 * size they have, nor (as an added color changes no slope) which colors meet: noise can have any value of them. The means say
 * next to nothing, for they add up to the difference of opposite borders. At a network's layers, whose channels are kinds of edges
 * already, they are the strength of each kind.
 *
 * @throws RangeError for an image of less than 3×3 at the layer
 */
export function gradientStatistics(): LayerLoss<tf.Tensor2D> {
  return fromStatistic(slopeStatistics, "gradient statistics");
}

/** `[2, 2 · channels]`: means and deviations of the slopes to the right and down. */
function slopeStatistics(features: tf.Tensor3D): tf.Tensor2D {
  const [height, width] = features.shape;
  if (Math.min(height, width) < 3)
    throw new RangeError(`gradient statistics need an image of at least 3×3 at the layer, got ${height}×${width}: load it larger`);
  const slopes = tf.concat([sobel(features, 1), sobel(features, 0)], 2);
  const { mean, variance } = tf.moments(slopes, [0, 1]);
  return tf.stack([mean, tf.sqrt(tf.add(variance, 1e-8))]) as tf.Tensor2D;
}

/** The slope along `axis`: half the difference of the neighbors on both sides, smoothed by ¼ ½ ¼ along the other axis. */
function sobel(x: tf.Tensor3D, axis: 0 | 1): tf.Tensor3D {
  // As sums of slices: a depthwise convolution has no gradient on every engine.
  const along = (y: tf.Tensor3D, at: 0 | 1, taps: readonly number[]): tf.Tensor3D => {
    const size = y.shape.map((side, other) => (other === at ? side - 2 : side)) as [number, number, number];
    return tf.addN(taps.flatMap((tap, step) => (tap === 0 ? [] : [
      tf.mul(tf.slice(y, at === 0 ? [step, 0, 0] : [0, step, 0], size), tap),
    ]))) as tf.Tensor3D;
  };
  return along(along(x, axis, [-0.5, 0, 0.5]), axis === 0 ? 1 : 0, [0.25, 0.5, 0.25]);
}

export const gradientStatisticsSpec: LossSpec<NoOptions> = {
  name: "gradientStatistics", kind: "style", positional: true, make: gradientStatistics, options: {},
  summary: "how strong gradients of the image are", source: "teaching texts",
};
