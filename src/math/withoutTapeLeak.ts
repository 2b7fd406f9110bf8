// A gradient that leaves no tensor behind where it throws.
import * as tf from "@tensorflow/tfjs";

/** Runs a gradient; where it throws, gives back what tfjs keeps for a backward pass that now never comes. */
export function withoutTapeLeak<Result>(differentiate: () => Result, tidyUp: () => void): Result {
  try {
    return differentiate();
  } catch (error) {
    tidyUp();
    const { state } = tf.engine() as unknown as {
      state: { gradientDepth: number; activeTape: { saved?: tf.Tensor[] }[] | null };
    };
    if (state.gradientDepth === 0) {
      for (const { saved } of state.activeTape ?? []) tf.dispose(saved ?? []);
      state.activeTape = null;
    }
    if (!/Cannot compute gradient/.test(String(error))) throw error;
    throw new TypeError("the loss has no gradient with respect to the image: write it with tf operations only, without " +
      "dataSync() or plain numbers in between", { cause: error });
  }
}
