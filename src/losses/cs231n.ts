// The four operations of Stanford CS231n's third assignment, style transfer, exactly as it defines them, with its numbers.
import * as tf from "@tensorflow/tfjs";
import { gramMatrix } from "./gram";
import type { FeaturesByLayer } from "./loss";
import { totalVariation } from "./smoothness";

/** The standard deviation of ImageNet's colors, RGB. The assignment's pixels are (image − mean) / deviation. */
const deviation = [0.229, 0.224, 0.225] as const;

/** The assignment's weights at layers 1, 4, 6 and 7 of torchvision's SqueezeNet 1.1, counted from 0. */
const styleWeights: Readonly<Record<string, number>> = { "features.1": 3e5, "features.4": 1e3, "features.6": 15, "features.7": 3 };

/**
 * The assignment checks its operations on tubingen.jpg and starry_night.jpg at a shorter side of 192, resized by Pillow's bilinear filter.
 * The network subtracts the mean and divides by the deviation, so images are in 0…1 here as everywhere:
 *
 *     const net = await squeezenet({ file: "squeezenet1_1_torchvision.safetensors" });
 *     const photo = await loadImage("tubingen.jpg", { shorter: 192, filter: "bilinear" });
 *     const { contentLoss, gram, styleLoss, styleLayers, tvLoss } = cs231n;
 *     styleLoss(net.features(photo, styleLayers), net.features(painting, styleLayers))
 *
 * Its content check compares the photograph with an image of zeros, which is ImageNet's `meanColor` here; the published value is 32436.986.
 */
export interface Cs231n {
  /** The color, RGB in 0…1, that is 0 in the assignment's pixels. */
  readonly meanColor: readonly [number, number, number];
  readonly contentLayer: string;
  readonly styleLayers: readonly string[];
  readonly styleWeights: Readonly<Record<string, number>>;
  /** weight · Σ (F − P)², features `[height, width, channels]` of the image and of the photograph. Default weight 6e-2. */
  contentLoss(current: tf.Tensor3D, original: tf.Tensor3D, weight?: number): tf.Scalar;
  /** The Gram matrix `[channels, channels]`, FᵀF / (channels · height · width). The assignment checks it at `features.5`. */
  gram(features: tf.Tensor3D): tf.Tensor2D;
  /** Σ over layers of weight · Σ (G − A)², from the features of the image and of the painting. Default weights: the assignment's. */
  styleLoss(features: FeaturesByLayer, painting: FeaturesByLayer, weights?: Readonly<Record<string, number>>): tf.Scalar;
  /**
   * weight · (Σ Δx² + Σ Δy²) over the assignment's pixels. For an image in 0…1 that is Σ (Δ/deviation)², channel by channel:
   * about 20 times the variation `"squares"`. Default weight 2e-2.
   */
  tvLoss(image: tf.Tensor3D, weight?: number): tf.Scalar;
}

export const cs231n: Cs231n = {
  meanColor: [0.485, 0.456, 0.406],
  contentLayer: "features.3",
  styleLayers: Object.keys(styleWeights),
  styleWeights,
  contentLoss: (current, original, weight = 6e-2) => tf.tidy(() => tf.mul(sumOfSquares(tf.sub(current, original)), weight)),
  gram,
  styleLoss: (features, painting, weights = styleWeights) => tf.tidy(() => tf.addN(Object.entries(weights).map(([layer, weight]) =>
    tf.mul(sumOfSquares(tf.sub(gram(features(layer)), gram(painting(layer)))), weight))) as tf.Scalar),
  tvLoss,
};

function sumOfSquares(x: tf.Tensor): tf.Scalar {
  return tf.sum(tf.square(x));
}

function gram(features: tf.Tensor3D): tf.Tensor2D {
  return tf.tidy(() => tf.div(gramMatrix(features), features.shape[2]));
}

function tvLoss(image: tf.Tensor3D, weight = 2e-2): tf.Scalar {
  // The mean cancels in the differences.
  return tf.tidy(() => tf.mul(totalVariation(tf.div(image, tf.tensor1d([...deviation])), "squares"), weight));
}
