// A value that counts as given: no slope flows back through the way it was found.
import * as tf from "@tensorflow/tfjs";

/**
 * What `compute` returns, as a constant: whatever it was computed from, a gradient stops at it (other systems' stop-gradient,
 * or detach). For choices, such as which of several patches is the nearest: indices have no slope. May be asked for
 * inside and outside of a gradient; the caller owns the result.
 */
export function stopGradient<T extends tf.Tensor>(compute: () => T): T {
  // Inside a custom gradient TensorFlow.js records nothing, and one of no arguments depends on nothing.
  return tf.customGrad(() => ({ value: compute(), gradFunc: () => [] }))() as T;
}
