// The maximum mean discrepancy of a Gaussian kernel between blocks of vectors: all pairs in a block, and no others.
import * as tf from "@tensorflow/tfjs";
import { withGradients } from "./withGradient";

/** The most kernel values in memory at once: 16 Mi numbers, 64 MB. */
const most = 2 ** 24;

/**
 * The squared maximum mean discrepancy of vectors x `[blocks, n, channels]` and s `[blocks, m, channels]`, block by block, averaged over
 * the blocks: mean k(x, x′) + mean k(s, s′) − 2 mean k(x, s), k(a, b) = exp(−γ ‖a − b‖²). Differentiable in x, and in γ where it is said
 * to be `moving`; not in s. The kernel is computed once, for value and gradient, and not kept.
 */
export function gaussianMmd(
  x: tf.Tensor3D, s: tf.Tensor3D, gamma: tf.Scalar, { moving = false }: { moving?: boolean } = {},
): tf.Scalar {
  const [blocks, n, channels] = x.shape;
  const m = s.shape[1];
  const together = Math.max(1, Math.floor(most / (n + m) ** 2));
  return withGradients(moving ? [x, gamma] : [x], () => {
    const center = tf.mean(s, [0, 1]); // of large vectors that are close, float32 would lose the distances
    const parts: Measured[] = [];
    for (let first = 0; first < blocks; first += together) {
      const some = Math.min(together, blocks - first);
      const part = (rows: tf.Tensor3D, count: number): tf.Tensor3D =>
        tf.sub(tf.slice(rows, [first, 0, 0], [some, count, channels]), center);
      parts.push(measureBlocks(part(x, n), part(s, m), gamma, moving));
    }
    const sum = (of: (part: Measured) => tf.Tensor): tf.Tensor => tf.div(tf.addN(parts.map(of)), blocks);
    const gradient = tf.div(tf.concat(parts.map((part) => part.gradient), 0), blocks);
    return {
      value: tf.relu(sum((part) => part.value)), // below 0 only by rounding
      gradients: moving ? [gradient, sum((part) => part.byGamma!)] : [gradient],
    };
  });
}

/** Sums over blocks, and the gradient with respect to each vector of x. */
interface Measured { readonly value: tf.Tensor; readonly gradient: tf.Tensor3D; readonly byGamma?: tf.Tensor }

function measureBlocks(x: tf.Tensor3D, s: tf.Tensor3D, gamma: tf.Scalar, moving: boolean): Measured {
  const [[blocks, n, channels], m] = [x.shape, s.shape[1]];
  const z = tf.concat([x, s], 1) as tf.Tensor3D;
  const squares = tf.mul(tf.sum(tf.square(z), 2, true), gamma);
  const products = tf.matMul(tf.mul<tf.Tensor3D>(z, tf.mul(gamma, 2)), z, false, true);
  const exponent = tf.minimum(tf.sub(tf.sub(products, squares), tf.transpose(squares, [0, 2, 1])), 0);
  const kernel = tf.exp(exponent) as tf.Tensor3D;
  // The mean over x less the mean over s: along each row the witness of the two distributions, of that again the discrepancy.
  const over = (y: tf.Tensor, axis: 1 | 2): tf.Tensor => {
    const [ofX, ofS] = tf.split(y, [n, m], axis);
    return tf.sub(tf.mean(ofX, axis), tf.mean(ofS, axis));
  };
  const witness = over(kernel, 2);
  const weighted = tf.concat([tf.div(x, n), tf.div(s, -m)], 1) as tf.Tensor3D;
  const attraction = tf.matMul(tf.slice(kernel, [0, 0, 0], [blocks, n, n + m]), weighted);
  const own = tf.mul(x, tf.expandDims(tf.slice(witness, [0, 0], [blocks, n]), 2));
  return {
    value: tf.sum(over(witness, 1)),
    gradient: tf.reshape(tf.mul(tf.sub(attraction, own), tf.mul(gamma, 4 / n)), [blocks, n, channels]),
    byGamma: moving ? tf.div(tf.sum(over(over(tf.mul(kernel, exponent), 2), 1)), gamma) : undefined,
  };
}
