// Maximum mean discrepancy: style as a distribution of activations, compared through a kernel.
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "../errors";
import { gaussianMmd } from "../math/gaussianMmd";
import { sampleIndices } from "../math/sampleIndices";
import { numberWhere, oneOf, wholeNumber } from "../spec";
import { blendTargets } from "./blendTargets";
import { flattenPositions } from "./flattenPositions";
import { gramMatrix } from "./gram";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/** The kernels of `mmd`, by name. */
export const kernels = ["linear", "polynomial", "gaussian"] as const;
export type KernelName = (typeof kernels)[number];

/** The bandwidths of the Gaussian kernel that have a name. */
export const bandwidths = ["target", "median", "li2017"] as const;
export type Bandwidth = (typeof bandwidths)[number];

interface KernelOptions {
  /** c of the polynomial kernel; default 0, which is the Gram loss. */
  readonly offset?: number;
  /**
   * h of the Gaussian kernel, as a number in the unit of activations, or by name the root of: `target` (default), the mean squared
   * distance between two of the target's activation vectors; `median`, their median; `li2017`, the mean over pairs within and between
   * both sets, as in the code of Li et al., which moves with the image.
   */
  readonly bandwidth?: Bandwidth | number;
  /** What h is multiplied by; default 1. */
  readonly width?: number;
  /** The Gaussian kernel is computed for the pairs within blocks of at most this many positions, drawn at random; default 1024. */
  readonly block?: number;
  /** Of the random blocks. */
  readonly seed?: number;
}

/**
 * The squared maximum mean discrepancy between two sets of activation vectors x (of the image) and s (of the target), one for each
 * position (Li et al. 2017, "Demystifying Neural Style Transfer"):
 *
 *   mean k(x, x′) + mean k(s, s′) − 2 mean k(x, s), over all pairs of positions
 *
 * - `linear`, k = xᵀy: Σ (μ_F − μ_S)².
 * - `polynomial`, k = (xᵀy + c)²: Σ (G − A)² + 2c Σ (μ_F − μ_S)², G and A Gram matrices; with c = 0, N² times `gram` of N channels.
 * - `gaussian`, k = exp(−‖x − y‖² / h²). The loss lies between 0 and 2.
 *
 * Of the first two no pairs are formed. The Gaussian kernel is exact for images of up to `block` positions at the layer. For larger
 * ones both sets are cut into random blocks, and the loss is the mean over blocks (Zaremba, Gretton & Blaschko 2013, "B-test"; the pairs
 * of Li et al. are blocks of 2), so that time and memory grow with the positions, not their square. With blocks of 1024, VGG-19's
 * relu2_1 at 128², which has 4096 positions, has a gradient with a cosine of 0.996 or more with that of all pairs, and a value 0.5 to
 * 1.3 % above: each block is a little more like itself. Targets of the first two kernels blend.
 */
export function mmd(
  kernel: KernelName, { offset = 0, bandwidth = "target", width = 1, block = 1024, seed = 0 }: KernelOptions = {},
): LayerLoss {
  mustBeOneOf(kernel, kernels, "kernel", "mmd");
  if (!(offset >= 0)) throw new RangeError(`the offset of a polynomial kernel is 0 or more, got ${offset}`);
  if (typeof bandwidth !== "number") mustBeOneOf(bandwidth, bandwidths, "bandwidth", "a Gaussian kernel");
  else if (!(bandwidth > 0)) throw new RangeError(`the bandwidth of a Gaussian kernel is more than 0, got ${bandwidth}`);
  if (!(width > 0)) throw new RangeError(`the width of a Gaussian kernel is more than 0, got ${width}`);
  if (!(Number.isInteger(block) && block >= 2))
    throw new RangeError(`a block of a Gaussian kernel has at least 2 positions, a whole number; got ${block}`);
  const losses: Record<KernelName, () => LayerLoss> = {
    linear: () => momentLoss("mmd (linear)", (features) => [means(features)], [1]),
    polynomial: () => momentLoss("mmd (polynomial)", (features) => [gramMatrix(features), means(features)], [1, 2 * offset]),
    gaussian: () => gaussian(bandwidth, width, block, seed),
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
    blend: blendTargets,
  };
}

function means(features: tf.Tensor3D): tf.Tensor {
  return tf.mean(features, [0, 1]);
}

/** The activation vectors in random order, their mean, and what the squared bandwidth is made of. */
type GaussianTarget = [rows: tf.Tensor2D, mean: tf.Tensor1D, spread: tf.Scalar];

function gaussian(bandwidth: Bandwidth | number, width: number, block: number, seed: number): LayerLoss<GaussianTarget> {
  const gammaOf = (features: tf.Tensor3D, [, mean, spread]: GaussianTarget): tf.Scalar => {
    const squared = bandwidth === "li2017" ? meanOfAllPairs(features, mean, spread) : spread;
    return tf.div(1 / width ** 2, squared);
  };
  const compare = (features: tf.Tensor3D, x: tf.Tensor2D, layout: Layout, target: GaussianTarget): tf.Scalar => {
    const [channels, { blocks, rows, targetRows }] = [features.shape[2], layout];
    const s = tf.gather(target[0], wrapped(target[0].shape[0], blocks * targetRows));
    return gaussianMmd(tf.reshape(x, [blocks, rows, channels]), tf.reshape(s, [blocks, targetRows, channels]),
      gammaOf(features, target), { moving: bandwidth === "li2017" });
  };
  return {
    name: "mmd (gaussian)",
    prepare: (target) => tf.tidy(() => {
      const flat = flattenPositions(target);
      const rows = tf.gather(flat, sampleIndices(flat.shape[0], flat.shape[0], seed));
      const { mean, variance } = tf.moments(flat, 0);
      const total = tf.sum(variance);
      const squared = typeof bandwidth === "number" ? tf.scalar(bandwidth ** 2)
        : { target: () => tf.mul(total, 2), median: () => medianSquaredDistance(rows), li2017: () => total }[bandwidth]();
      // Not 0 for a constant target.
      const spread = typeof bandwidth === "number" ? squared : tf.add(squared, tf.add(tf.mul(tf.sum(tf.square(mean)), 1e-6), 1e-12));
      return [rows, mean, spread] as GaussianTarget;
    }),
    distance: (features, target) => tf.tidy(() => {
      const flat = flattenPositions(features);
      const layout = layoutOf(flat.shape[0], target[0].shape[0], block);
      const order = tf.gather(sampleIndices(flat.shape[0], flat.shape[0], seed), wrapped(flat.shape[0], layout.blocks * layout.rows));
      return compare(features, tf.gather(flat, order), layout, target);
    }),
    ofZeros: (features, target) => tf.tidy(() => {
      const [height, width, channels] = features.shape;
      const layout = layoutOf(height * width, target[0].shape[0], block);
      // All vectors of the image are alike, so one in each block stands for all.
      return compare(tf.zerosLike(features), tf.zeros([layout.blocks, channels]), { ...layout, rows: 1 }, target);
    }),
  };
}

/** How many blocks, and of how many vectors of the image and of the target. */
interface Layout { readonly blocks: number; readonly rows: number; readonly targetRows: number }

function layoutOf(positions: number, targetPositions: number, block: number): Layout {
  const blocks = Math.ceil(positions / block);
  const rows = Math.ceil(positions / blocks);
  return { blocks, rows, targetRows: Math.min(targetPositions, blocks > 1 ? rows : block) };
}

/** 0, 1, …, from the start again after the last of `count`: `length` indices. */
function wrapped(count: number, length: number): tf.Tensor1D {
  return tf.tensor1d(Int32Array.from({ length }, (_, i) => i % count), "int32");
}

/** The mean of ‖x − x′‖², ‖s − s′‖² and twice ‖x − s‖², from the mean and the total variance of s. */
function meanOfAllPairs(features: tf.Tensor3D, mean: tf.Tensor1D, variance: tf.Scalar): tf.Scalar {
  const own = tf.moments(features, [0, 1]);
  return tf.addN([tf.sum(own.variance), variance, tf.mul(tf.sum(tf.square(tf.sub(own.mean, mean))), 0.5)]) as tf.Scalar;
}

/** The median over the pairs of up to 512 of the rows, which are in random order. */
function medianSquaredDistance(rows: tf.Tensor2D): tf.Scalar {
  const some = tf.slice(rows, 0, Math.min(512, rows.shape[0]));
  const [count] = some.shape;
  const centered = tf.sub<tf.Tensor2D>(some, tf.mean(some, 0));
  const squares = tf.sum(tf.square(centered), 1, true);
  const distances = tf.relu(tf.sub(tf.add(squares, tf.transpose(squares)), tf.mul(tf.matMul(centered, centered, false, true), 2)));
  const middle = (count * (count - 1)) / 2; // every pair is there twice, and each vector with itself, which is 0 and last
  return tf.squeeze(tf.slice(tf.topk(tf.reshape(distances, [-1]), middle + 1).values as tf.Tensor1D, middle, 1));
}

export const mmdSpec: LossSpec<{ kernel: KernelName } & KernelOptions> = {
  name: "mmd", kind: "style", make: ({ kernel, ...options }) => mmd(kernel, options),
  options: {
    kernel: oneOf(kernels),
    offset: numberWhere(0, "a number of at least 0", (offset) => offset >= 0),
    bandwidth: {
      default: "target", expects: `a number above 0, or one of ${bandwidths.join(", ")}`,
      accepts: (value) => bandwidths.includes(value as Bandwidth) || (Number.isFinite(value) && (value as number) > 0),
    },
    width: numberWhere(1, "a number above 0", (width) => width > 0),
    block: wholeNumber(1024, 2), seed: wholeNumber(0),
  },
  shorthand: "kernel",
  summary: "distributions, through a kernel", source: "Li et al. 2017",
};
