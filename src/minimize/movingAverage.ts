// The moving average of a run's images: Adam oscillates around a minimum, and the average is closer to it than any one image.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import { giveBack } from "./giveBack";
import type { Step } from "./minimize";

/** A step with the average of the images up to it. The loop owns both, and disposes them at its next step: clone to keep. */
export interface AveragedStep extends Step {
  readonly average: Image;
}

/**
 * The steps of a loop, each with the exponential moving average of the images so far (the start is the first of them), with the
 * bias correction of Adam (Kingma & Ba 2015):
 *
 *   v ← d v + (1 − d) x,  average = v / (1 − dᵗ)
 *
 * `loss` stays that of `image`, not of the average.
 *
 * @param options `decay`, d: it averages about 1/(1 − d) steps (default 0.99)
 * @throws RangeError for a decay outside 0 ≤ d < 1
 */
export async function* movingAverage<S extends Step>(
  steps: AsyncIterable<S>, { decay = 0.99 }: { decay?: number } = {},
): AsyncGenerator<S & AveragedStep, void, void> {
  if (!(decay >= 0 && decay < 1))
    throw new RangeError(`the decay of an average is a number from 0 up to, not including, 1; got ${decay}`);
  let sum: tf.Tensor3D | undefined;
  let average: Image | undefined;
  let remaining = 1; // dᵗ
  let lastIndex = -1;
  try {
    for await (const step of steps) {
      if (step.index !== lastIndex) { // a stopped loop yields its last step a second time
        const previous = sum;
        sum = tf.tidy(() => {
          const added = tf.mul(step.image, 1 - decay) as tf.Tensor3D;
          return previous ? tf.add(tf.mul(previous, decay), added) as tf.Tensor3D : added;
        });
        previous?.dispose();
        giveBack(average, "step.average");
        remaining *= decay;
        lastIndex = step.index;
        average = tf.div(sum, 1 - remaining) as Image;
      }
      yield { ...step, average: average! };
    }
  } finally {
    sum?.dispose();
    giveBack(average, "step.average");
  }
}
