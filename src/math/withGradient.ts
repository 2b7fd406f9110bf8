// A function with a gradient that is computed with its value, and not by the tape.
import * as tf from "@tensorflow/tfjs";
import { stopGradient } from "./stopGradient";

/**
 * The `value` that `compute` gives for `xs`, of which the gradients with respect to `xs` are the `gradients` that it gives with it, of their
 * shapes, times `factor` (default 1). Nothing is differentiated through `compute`.
 *
 * It is value + factor · (Σ ⟨gradient, x⟩ − Σ ⟨gradient, x⟩), where only the first sum is differentiated: exactly the value. Unlike a custom
 * gradient, it consists of operations, so the onnx engine can run a step again without recording it.
 */
export function withGradients(
  xs: readonly tf.Tensor[], compute: () => { value: tf.Tensor; gradients: readonly tf.Tensor[]; factor?: number },
): tf.Scalar {
  return tf.tidy(() => {
    let scale = 1;
    // One result, since a constant of the gradient is one tensor.
    const all = stopGradient(() => {
      const { value, gradients, factor = 1 } = compute();
      scale = factor;
      return tf.concat1d([tf.reshape(value, [1]), ...gradients.map((gradient) => tf.reshape<tf.Rank.R1>(gradient, [gradient.size]))]);
    });
    let begin = 1;
    const products = xs.map((x) => {
      const gradient = tf.slice(all, begin, x.size);
      begin += x.size;
      return tf.sum(tf.mul(gradient, tf.reshape(x, [x.size])));
    });
    const product = products.length === 1 ? products[0] : tf.addN(products);
    const difference = tf.sub(product, stopGradient(() => tf.clone(product)));
    return tf.add(tf.reshape(tf.slice(all, 0, 1), []), scale === 1 ? difference : tf.mul(difference, scale)) as tf.Scalar;
  });
}

/** The same of one tensor. */
export function withGradient<T extends tf.Tensor>(x: T, compute: (x: T) => { value: tf.Tensor; gradient: tf.Tensor; factor?: number }): tf.Scalar {
  return withGradients([x], () => {
    const { gradient, ...rest } = compute(x);
    return { ...rest, gradients: [gradient] };
  });
}
