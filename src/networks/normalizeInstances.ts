// Instance normalization, plain and conditional.
import * as tf from "@tensorflow/tfjs";
import type { InstanceNorm } from "./architectures/operation";

/** Scale and shift of an instance normalization: `[channels]`, or `[styles, channels]` where it is conditional. */
export interface Affine {
  readonly scale: tf.Tensor;
  readonly shift: tf.Tensor;
}

/**
 * The style of a conditional normalization: its index, the weights that blend the styles, or a matrix `[images, styles]` with
 * such weights for every image of a batch.
 */
export type StyleWeights = number | readonly number[] | tf.Tensor1D | tf.Tensor2D;

/** Mean and variance of every channel, `[images or 1, 1, 1, channels]`. */
export interface Moments {
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
}

/**
 * Per image and channel, with mean μ and variance σ² over the positions: (x − μ) / √(σ² + ε) · scale + shift.
 *
 * @param style of a conditional normalization (default: the first)
 * @param moments μ and σ² of another image than `x`: a part of a picture is normalized as the whole picture is
 */
export function normalizeInstances(
  x: tf.Tensor4D, { scale, shift }: Affine, { epsilon, styles }: InstanceNorm, style: StyleWeights = 0, moments?: Moments,
): tf.Tensor4D {
  return tf.tidy(() => {
    const chosen = (rows: tf.Tensor): tf.Tensor => (styles === undefined ? rows : blended(rows as tf.Tensor2D, style, styles));
    const { mean, variance } = moments ?? tf.moments(x, [1, 2], true);
    const normalized = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon)));
    const channels = x.shape[3];
    return tf.add(tf.mul(normalized, tf.reshape(chosen(scale), [-1, 1, 1, channels])), tf.reshape(chosen(shift), [-1, 1, 1, channels]));
  });
}

/** `[1 or images, channels]`. A product, not a gather: so its gradient is the same operation on every engine. */
function blended(rows: tf.Tensor2D, style: StyleWeights, styles: number): tf.Tensor2D {
  if (typeof style === "number" && !(Number.isInteger(style) && style >= 0 && style < styles))
    throw new RangeError(`there is no style ${style}: the network has the styles 0 to ${styles - 1}`);
  const weights = typeof style === "number" ? tf.tensor1d(Array.from({ length: styles }, (_, i) => Number(i === style)))
    : style instanceof tf.Tensor ? style : tf.tensor1d([...style]);
  if (weights.shape[weights.rank - 1] !== styles)
    throw new RangeError(`expected one weight for each of ${styles} styles, got [${weights.shape.join(", ")}]`);
  return tf.matMul(tf.reshape(weights, [-1, styles]) as tf.Tensor2D, rows);
}
