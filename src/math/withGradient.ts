// A function with a gradient that is computed with its value, and not by the tape.
import * as tf from "@tensorflow/tfjs";
import { stopGradient } from "./stopGradient";

/**
 * The `value` that `compute` gives for `x`, of which the gradient with respect to `x` is the `gradient` that it gives with it, of the shape
 * of `x`. Nothing is differentiated through `compute`.
 *
 * It is value + (⟨gradient, x⟩ − ⟨gradient, x⟩), where only the first product is differentiated: exactly the value. Unlike a custom gradient, it
 * consists of operations, so the onnx engine can run a step again without recording it.
 */
export function withGradient<T extends tf.Tensor>(x: T, compute: (x: T) => { value: tf.Tensor; gradient: tf.Tensor }): tf.Scalar {
  return tf.tidy(() => {
    // One result, since a constant of the gradient is one tensor.
    const both = stopGradient(() => {
      const { value, gradient } = compute(x);
      return tf.concat1d([tf.reshape(value, [1]), tf.reshape(gradient, [x.size])]);
    });
    const value = tf.reshape(tf.slice(both, 0, 1), []);
    const product = tf.sum(tf.mul(tf.slice(both, 1, x.size), tf.reshape(x, [x.size])));
    return tf.add(value, tf.sub(product, stopGradient(() => tf.clone(product)))) as tf.Scalar;
  });
}
