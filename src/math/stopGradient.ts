// Constants of a gradient: stop-gradient, or detach.
import * as tf from "@tensorflow/tfjs";

/**
 * What `compute` returns, as a constant of the gradient: whatever it was computed from, nothing is differentiated through it
 * (TensorFlow's `stop_gradient`, PyTorch's `detach`). For choices such as which patch is nearest: an index has no gradient. It may
 * be called inside or outside of `tf.grad`; the caller owns the result.
 */
export function stopGradient<T extends tf.Tensor>(compute: () => T): T {
  // Inside a custom gradient TensorFlow.js records nothing, and one without arguments depends on nothing.
  return tf.customGrad(() => ({ value: compute(), gradFunc: () => [] }))() as T;
}
