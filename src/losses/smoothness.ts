// Total variation: how much neighboring pixels differ. Every system defines it differently; here each definition has a name.
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "../errors";
import type { Regularizer } from "./loss";

/** The variants of total variation, by name. Sums grow with the area of the image, means do not. */
export const variations = [
  "meanSquares", "squares", "neuralStyle", "absolute", "meanAbsolute", "keras", "pystiche", "isotropic", "ninePoint",
] as const;
export type Variation = (typeof variations)[number];

/** Differences Δy to the neighbor below `[h−1, w, 3]` and Δx to the right `[h, w−1, 3]`. */
interface Differences {
  readonly down: tf.Tensor3D;
  readonly right: tf.Tensor3D;
}

const total = (x: tf.Tensor): tf.Tensor => tf.sum(x);
const half = (x: tf.Tensor): tf.Tensor => tf.mul(x, 0.5);

/** Each variant: an expression of the image `x` and of its differences. */
const variants: Record<Variation, (differences: Differences, x: tf.Tensor3D) => tf.Tensor> = {
  /** mean Δx² + mean Δy² (anishathalye). A mean: it does not grow with the image. */
  meanSquares: ({ down, right }) => tf.add(tf.mean(tf.square(down)), tf.mean(tf.square(right))),
  /** Σ Δx² + Σ Δy² (CS231n). */
  squares: ({ down, right }) => tf.add(total(tf.square(down)), total(tf.square(right))),
  /** ½ Σ (Δx² + Δy²), last row and column left out (neural-style, which has only its gradient). */
  neuralStyle: (differences) => half(total(squaredGradient(differences))),
  /** Σ |Δx| + Σ |Δy| (neural-style-pt, gordicaleksa, TensorFlow's tutorial). */
  absolute: ({ down, right }) => tf.add(total(tf.abs(down)), total(tf.abs(right))),
  /** ½ (mean |Δx| + mean |Δy|) (Dive into Deep Learning). */
  meanAbsolute: ({ down, right }) => half(tf.add(tf.mean(tf.abs(down)), tf.mean(tf.abs(right)))),
  /** Σ (Δx² + Δy²)^1.25 (Keras, titu1994). */
  keras: (differences) => total(tf.pow(squaredGradient(differences), 1.25)),
  /** mean (Δx² + Δy²) (pystiche with β = 2). */
  pystiche: (differences) => tf.mean(squaredGradient(differences)),
  /** Σ √(Δx² + Δy² + ε), ε = 1e-8: the total variation of Rudin, Osher & Fatemi. */
  isotropic: (differences) => total(tf.sqrt(tf.add(squaredGradient(differences), 1e-8))),
  /** Nine-point: 2 (⅓ mean Δx² + ⅓ mean Δy² + 1⁄12 mean of both diagonals²), edges replicated (crowsonkb). */
  ninePoint: (_differences, x) => ninePoint(x),
};

/** The total variation of an image `[height, width, channels]`, in one of its `variations`. A constant image has 0. */
export function totalVariation(x: tf.Tensor3D, variation: Variation = "meanSquares"): tf.Scalar {
  mustBeOneOf(variation, variations, "variation");
  const [height, width] = x.shape;
  if (height < 2 || width < 2) throw new RangeError(`total variation needs an image of at least 2×2, got ${height}×${width}`);
  return tf.tidy(() => variants[variation](differences(x), x) as tf.Scalar);
}

/** Total variation as a loss of the pixels alone: it has no target. */
export function totalVariationLoss(variation: Variation = "meanSquares"): Regularizer {
  mustBeOneOf(variation, variations, "variation");
  return { name: `total variation (${variation})`, distance: (image) => totalVariation(image, variation) };
}

function differences(x: tf.Tensor3D): Differences {
  const [height, width, channels] = x.shape;
  return {
    down: tf.sub(tf.slice(x, [1, 0, 0], [height - 1, width, channels]), tf.slice(x, [0, 0, 0], [height - 1, width, channels])),
    right: tf.sub(tf.slice(x, [0, 1, 0], [height, width - 1, channels]), tf.slice(x, [0, 0, 0], [height, width - 1, channels])),
  };
}

/** Δx² + Δy² where both exist: `[h−1, w−1, channels]`. */
function squaredGradient({ down, right }: Differences): tf.Tensor3D {
  const [height, width, channels] = [down.shape[0], right.shape[1], down.shape[2]];
  const across = tf.slice(right, [0, 0, 0], [height, width, channels]);
  const below = tf.slice(down, [0, 0, 0], [height, width, channels]);
  return tf.add(tf.square(across), tf.square(below));
}

function ninePoint(x: tf.Tensor3D): tf.Tensor {
  const [height, width, channels] = x.shape;
  // Not tf.mirrorPad: its gradient in TensorFlow.js omits the contribution of the padding.
  const tall = tf.concat([tf.slice(x, [0, 0, 0], [1, -1, -1]), x, tf.slice(x, [height - 1, 0, 0], [1, -1, -1])], 0);
  const padded = tf.concat([tf.slice(tall, [0, 0, 0], [-1, 1, -1]), tall, tf.slice(tall, [0, width - 1, 0], [-1, 1, -1])], 1);
  const mean = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.mean(tf.square(tf.sub(a, b)));
  const neighbor = (row: number, column: number): tf.Tensor => tf.slice(padded, [row, column, 0], [height, width, channels]);
  const straight = tf.add(mean(neighbor(1, 2), x), mean(neighbor(2, 1), x));
  // The diagonals cover the padded image: every corner between four pixels, those on the edge included.
  const corner = (row: number, column: number): tf.Tensor =>
    tf.slice(padded, [row, column, 0], [height + 1, width + 1, channels]);
  const diagonal = tf.add(mean(corner(1, 1), corner(0, 0)), mean(corner(1, 0), corner(0, 1)));
  return tf.mul(tf.add(tf.div(straight, 3), tf.div(diagonal, 12)), 2);
}
