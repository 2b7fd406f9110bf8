// The content loss: the same things in the same places.
import * as tf from "@tensorflow/tfjs";
import type { Loss } from "./loss";
import { squaredError } from "./matching";

/**
 * Compares responses position by position: mean (F − P)². Gatys et al. 2016, eq. 1 has ½ Σ (F − P)²; `contentFactor` in
 * conventions.ts converts. The image must have the target's size.
 */
export const activations: Loss<tf.Tensor3D> = {
  name: "activations",
  remember: (target) => target.clone(),
  distance(seen, memory) {
    if (seen.shape.join() !== memory.shape.join())
      throw new RangeError(
        `activations are compared place by place, so both images must have one size; the target's features are ` +
          `${memory.shape.join("×")}, the image's are ${seen.shape.join("×")}: resize one of the two`);
    return squaredError(seen, memory);
  },
};
