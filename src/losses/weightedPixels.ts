// Pixels weighted by the features of the style image: a "style loss" of teaching texts that is a content loss.
import * as tf from "@tensorflow/tfjs";
import { mustHaveSameShape } from "../errors";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";
import { pixels } from "./pixels";

/** The target's pixels `[height, width, 3]`, and the weight of each position `[height, width, 1]`. */
type WeightedTarget = [target: tf.Tensor3D, weights: tf.Tensor3D];

/** The Laplacian: 0 where color changes linearly, large at edges, lines and dots. */
const laplacian = [[0, 1, 0], [1, -4, 1], [0, 1, 0]];

/**
 * The feature-weighted pixel loss of teaching texts, at the layer "pixels":
 *
 *   Σ (C_ij (a_ij − b_ij))²,  a the image, b the style image, C a convolution of the style image
 *
 * summed over the colors, too. C is the style image's mean over colors convolved with `filter`; the outermost pixels, where the
 * filter does not fit, have weight 0. It is called a style loss, but compares position by position: it asks for the style image's
 * edges exactly where the style image has them, and for nothing where that is flat. So a photograph gets ghosts of the painting's
 * outlines, not its manner. It is a sum, as published: it grows with the area. Both images must have one size.
 *
 * @param options `filter`: rows of numbers, both sides odd; default, the Laplacian
 */
export function weightedPixels({ filter = laplacian }: { filter?: readonly (readonly number[])[] } = {}): LayerLoss<WeightedTarget> {
  const [rows, columns] = [filter.length, filter[0]?.length ?? 0];
  if (rows % 2 === 0 || columns % 2 === 0 || filter.some((row) => row.length !== columns || !row.every(Number.isFinite)))
    throw new RangeError("a filter is rows of numbers, all of one length, both sides odd: [[0, 1, 0], [1, -4, 1], [0, 1, 0]]");
  return {
    name: "feature-weighted pixels",
    prepare(target) {
      const [height, width] = target.shape;
      if (height < rows || width < columns)
        throw new RangeError(`the target is ${height}×${width}, smaller than the filter of ${rows}×${columns}: load it larger`);
      return tf.tidy(() => {
        const gray = tf.expandDims<tf.Tensor4D>(tf.mean(target, 2, true), 0);
        const edges = tf.conv2d(gray, tf.tensor4d(filter.flat(), [rows, columns, 1, 1]), 1, "valid");
        const [down, right] = [(rows - 1) / 2, (columns - 1) / 2];
        const weights = tf.pad3d(tf.squeeze<tf.Tensor3D>(edges, [0]), [[down, down], [right, right], [0, 0]]);
        return [pixels().prepare(target), weights] as WeightedTarget;
      });
    },
    distance(features, [target, weights]) {
      mustHaveSameShape(target.shape, features.shape, "pixels are compared position by position", ["the target", "the image"]);
      return tf.tidy(() => tf.sum(tf.square(tf.mul(weights, tf.sub(features, target)))) as tf.Scalar);
    },
  };
}

export const weightedPixelsSpec: LossSpec<{ filter?: readonly (readonly number[])[] }> = {
  name: "weightedPixels", kind: "style", positional: true, make: weightedPixels,
  options: {
    filter: {
      default: laplacian, expects: "rows of numbers, all of one length, both sides odd",
      accepts: (value) => Array.isArray(value) && value.length % 2 === 1 && value.every((row) => Array.isArray(row)
        && row.length % 2 === 1 && row.length === value[0].length && row.every(Number.isFinite)),
    },
  },
  summary: "pixels where the style has edges", source: "teaching texts",
};
