// Maximum mean discrepancy: style as a distribution of activations, compared through a kernel.
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "../errors";
import { seededNormal } from "../math/seededNormal";
import { numberWhere, oneOf, wholeNumber } from "../spec";
import { flattenPositions } from "./flattenPositions";
import { gramMatrix } from "./gram";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/** The kernels of `mmd`, by name. */
export const kernels = ["linear", "polynomial", "gaussian"] as const;
export type KernelName = (typeof kernels)[number];

interface KernelOptions {
  /** c of the polynomial kernel; default 0, which is the Gram loss. */
  readonly offset?: number;
  /** Of the Gaussian kernel, in units of the root-mean-square distance between the target's activations; default 1. */
  readonly width?: number;
  /** How many random frequencies approximate the Gaussian kernel; the error falls with the square root of their number. Default 256. */
  readonly frequencies?: number;
  /** Of the random frequencies. */
  readonly seed?: number;
}

/**
 * The squared maximum mean discrepancy between two sets of activation vectors x (of the image) and s (of the target), one for each
 * position (Li et al. 2017, "Demystifying Neural Style Transfer"):
 *
 *   mean k(x, x′) + mean k(s, s′) − 2 mean k(x, s), over all pairs of positions
 *
 * No pairs are formed: all three kernels are inner products of feature maps whose means can be compared, so time and memory
 * grow with the number of positions, not with its square.
 *
 * - `linear`, k = xᵀy: Σ (μ_F − μ_S)².
 * - `polynomial`, k = (xᵀy + c)²: Σ (G − A)² + 2c Σ (μ_F − μ_S)², G and A Gram matrices; with c = 0, N² times `gram` of N channels.
 * - `gaussian`, k = exp(−‖x − y‖² / (width² d²)), d² the mean squared distance between two of the target's activations. The
 *   kernel is the mean of cos wᵀ(x − y) over normally distributed w (Bochner); a seeded sample of w approximates it (Rahimi &
 *   Recht 2007, "Random Features for Large-Scale Kernel Machines"). The loss lies between 0 and 2.
 */
export function mmd(
  kernel: KernelName, { offset = 0, width = 1, frequencies = 256, seed = 0 }: KernelOptions = {},
): LayerLoss {
  mustBeOneOf(kernel, kernels, "kernel", "mmd");
  if (!(offset >= 0)) throw new RangeError(`the offset of a polynomial kernel is 0 or more, got ${offset}`);
  if (!(width > 0)) throw new RangeError(`the width of a Gaussian kernel is more than 0, got ${width}`);
  if (!(Number.isInteger(frequencies) && frequencies >= 1))
    throw new RangeError(`a Gaussian kernel needs at least 1 frequency, a whole number; got ${frequencies}`);
  const losses: Record<KernelName, () => LayerLoss> = {
    linear: () => momentLoss("mmd (linear)", (features) => [means(features)], [1]),
    polynomial: () => momentLoss("mmd (polynomial)", (features) => [gramMatrix(features), means(features)], [1, 2 * offset]),
    gaussian: () => gaussian(width, frequencies, seed),
  };
  return losses[kernel]();
}

/** Σᵢ weightᵢ · ‖momentᵢ(F) − momentᵢ(S)‖². */
function momentLoss(
  name: string, moments: (features: tf.Tensor3D) => tf.Tensor[], weights: readonly number[],
): LayerLoss<tf.Tensor[]> {
  return {
    name,
    prepare: (target) => tf.tidy(() => moments(target)),
    distance: (features, target) => tf.tidy(() => tf.addN(moments(features).map((moment, i) =>
      tf.mul(tf.sum(tf.square(tf.sub(moment, target[i]))), weights[i]))) as tf.Scalar),
  };
}

function means(features: tf.Tensor3D): tf.Tensor {
  return tf.mean(features, [0, 1]);
}

function gaussian(width: number, frequencies: number, seed: number): LayerLoss<[tf.Tensor2D, tf.Tensor2D]> {
  return {
    name: "mmd (gaussian)",
    prepare: (target) => tf.tidy(() => {
      const normal = seededNormal(target.shape[2], frequencies, seed);
      const w = tf.mul(normal, tf.sqrt(tf.div(2 / width ** 2, meanSquaredDistance(target)))) as tf.Tensor2D; // w ~ N(0, 2γ)
      return [w, characteristicFunction(target, w)];
    }),
    distance: (features, [w, target]) => tf.tidy(() =>
      tf.div(tf.sum(tf.square(tf.sub(characteristicFunction(features, w), target))), frequencies) as tf.Scalar),
  };
}

/** The characteristic function at every frequency: means of cos wᵀx and sin wᵀx, `[2, frequencies]`. */
function characteristicFunction(features: tf.Tensor3D, w: tf.Tensor2D): tf.Tensor2D {
  const phases = tf.matMul(flattenPositions(features), w); // [positions, frequencies]
  return tf.stack([tf.mean(tf.cos(phases), 0), tf.mean(tf.sin(phases), 0)]) as tf.Tensor2D;
}

/**
 * The mean squared distance between two activation vectors: twice the total variance. A millionth of the squared mean and 1e-12
 * are added, so that it is not 0 for a constant target.
 */
function meanSquaredDistance(features: tf.Tensor3D): tf.Tensor {
  const { mean, variance } = tf.moments(features, [0, 1]);
  return tf.add(tf.sum(tf.add(tf.mul(variance, 2), tf.mul(tf.square(mean), 1e-6))), 1e-12);
}

export const mmdSpec: LossSpec<{ kernel: KernelName } & KernelOptions> = {
  name: "mmd", kind: "style", make: ({ kernel, ...options }) => mmd(kernel, options),
  options: {
    kernel: oneOf(kernels),
    offset: numberWhere(0, "a number of at least 0", (offset) => offset >= 0),
    width: numberWhere(1, "a number above 0", (width) => width > 0),
    frequencies: wholeNumber(256, 1), seed: wholeNumber(0),
  },
  shorthand: "kernel",
  summary: "distributions, through a kernel", source: "Li et al. 2017",
};
