// Patch matching: every small piece of the image is some piece of the style, its neighbours included.
import * as tf from "@tensorflow/tfjs";
import { constant } from "../math/constant";
import { mostAlike } from "../math/mostAlike";
import type { Loss } from "./loss";
import { squaredError } from "./matching";

/**
 * The Markov random field loss (Li & Wand 2016, eqs. 2 and 3). Each `size`×`size` patch Ψ of the responses is compared with
 * the target's patch of the highest normalised cross-correlation:
 *
 *   mean ‖Ψ(F)ₚ − Ψ(S)ₙₙ₍ₚ₎‖² / (size² · channels),  nn(p) = argmaxᵢ ⟨Ψ(F)ₚ, Ψ(S)ᵢ⟩ / (‖Ψ(F)ₚ‖ ‖Ψ(S)ᵢ‖)
 *
 * The choice counts as given in the gradient. All patches, stride 1; the paper's sum is a mean here, and its rotated and
 * scaled copies of the style are left out. Meant for `relu3_1` and `relu4_1`; the two images may differ in size.
 *
 * A patch without any response has no direction: it is compared with one of the target's patches after another. Memory grows
 * with the number of positions only; the time with the product of both images' positions.
 *
 * @throws RangeError where an image's layer is smaller than a patch
 */
export function patches({ size = 3 }: { size?: number } = {}): Loss<tf.Tensor3D> {
  if (!(Number.isInteger(size) && size >= 1))
    throw new RangeError(`the size of a patch is a whole number of at least 1 position of the layer, got ${size}`);
  return {
    name: `patches ${size}×${size}`,
    remember(target) {
      mustHoldPatch(target, size, "target");
      return target.clone();
    },
    distance(seen, target) {
      mustHoldPatch(seen, size, "image");
      return tf.tidy(() => {
        const chosen = constant(() => nearest(seen, target, size));
        const parts = offsets(size).map(([down, right]) =>
          squaredError(pixelsAt(seen, size, down, right), tf.gather(pixelsAt(target, size, down, right), chosen)));
        return tf.mean(tf.stack(parts)) as tf.Scalar;
      });
    },
  };
}

/** nn(p) for every patch of `seen`. */
function nearest(seen: tf.Tensor3D, target: tf.Tensor3D, size: number): tf.Tensor1D {
  const [mine, theirs] = [energies(seen, size), energies(target, size)];
  const inverse = tf.rsqrt(tf.add(theirs, 1e-20)); // a patch of zeros correlates with none
  const best = mostAlike(seen, target, size, (products) => tf.mul(products, inverse));
  const [count, others] = [mine.size, theirs.size];
  const inTurn = tf.tensor1d(Int32Array.from({ length: count }, (_, at) => Math.floor((at * others) / count)), "int32");
  return tf.where(tf.greater(mine, 0), best, inTurn);
}

/** ‖Ψ‖² of every patch, over the number of its pixels: `[patches]`. */
function energies(x: tf.Tensor3D, size: number): tf.Tensor1D {
  const squares = tf.sum(tf.square(x), 2, true) as tf.Tensor3D;
  return tf.reshape(tf.avgPool(squares, size, 1, "valid"), [-1]);
}

/** The pixel at one place of every patch: `[patches, channels]`. */
function pixelsAt(x: tf.Tensor3D, size: number, down: number, right: number): tf.Tensor2D {
  const [height, width, channels] = x.shape;
  return tf.reshape(tf.slice(x, [down, right, 0], [height - size + 1, width - size + 1, channels]), [-1, channels]);
}

function offsets(size: number): [number, number][] {
  return Array.from({ length: size ** 2 }, (_, at) => [Math.floor(at / size), at % size]);
}

function mustHoldPatch({ shape: [height, width] }: tf.Tensor3D, size: number, which: string): void {
  if (Math.min(height, width) >= size) return;
  throw new RangeError(
    `the ${which} is ${height}×${width} at this layer, smaller than a patch of ${size}×${size}: load it larger, ` +
      "or ask for a shallower layer or a smaller patch");
}
