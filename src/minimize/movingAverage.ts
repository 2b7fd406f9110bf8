// The mean of the last images of a run: Adam circles around its goal, and the center of the circle is nearer.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import type { Step } from "./minimize";

/** A step with the mean of the images up to it. The loop owns both, and disposes them when it goes on: clone to keep. */
export interface AveragedStep extends Step {
  readonly average: Image;
}

/**
 * The steps of a loop, each with the exponential moving average of its images (the start is the first of them):
 *
 *   v ← d v + (1 − d) x,  average = v / (1 − dᵗ)
 *
 * `loss` stays that of `image`, not of the average.
 *
 * @param options `decay`, d: it looks back over about 1/(1 − d) steps (default 0.99)
 */
export async function* movingAverage<S extends Step>(
  steps: AsyncIterable<S>, { decay = 0.99 }: { decay?: number } = {},
): AsyncGenerator<S & AveragedStep, void, void> {
  if (!(decay >= 0 && decay < 1))
    throw new RangeError(`the decay of an average is a number from 0 up to, not including, 1; got ${decay}`);
  let sum: tf.Tensor3D | undefined;
  let average: Image | undefined;
  let rest = 1; // dᵗ
  let last = -1;
  try {
    for await (const step of steps) {
      if (step.index !== last) { // a stopped loop yields its last step a second time
        const before = sum;
        sum = tf.tidy(() => {
          const fresh = tf.mul(step.image, 1 - decay) as tf.Tensor3D;
          return before ? tf.add(tf.mul(before, decay), fresh) as tf.Tensor3D : fresh;
        });
        tf.dispose([before, average]);
        rest *= decay;
        last = step.index;
        average = tf.div(sum, 1 - rest) as Image;
      }
      yield { ...step, average: average! };
    }
  } finally {
    tf.dispose([sum, average]);
  }
}
