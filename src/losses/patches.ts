// Patch matching: every small piece of the image is some piece of the style, its neighbors included.
import * as tf from "@tensorflow/tfjs";
import { nearestPatches } from "../math/nearestPatches";
import { stopGradient } from "../math/stopGradient";
import { wholeNumber } from "../spec";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * The Markov random field loss (Li & Wand 2016, eqs. 2 and 3). Each `size`×`size` patch Ψ of the responses is compared with
 * the target's patch of the highest normalized cross-correlation:
 *
 *   mean ‖Ψ(F)ₚ − Ψ(S)ₙₙ₍ₚ₎‖² / (size² · channels),  nn(p) = argmaxᵢ ⟨Ψ(F)ₚ, Ψ(S)ᵢ⟩ / (‖Ψ(F)ₚ‖ ‖Ψ(S)ᵢ‖)
 *
 * The choice counts as given in the gradient. Where it changes the loss jumps, and a line search ends before the jump: descend
 * with `adam`, not with `lbfgs`. All patches, stride 1; the paper's sum is a mean here, and its rotated and
 * scaled copies of the style are left out. Meant for `relu3_1` and `relu4_1`; the two images may differ in size.
 *
 * A patch without any response has no direction: it is compared with one of the target's patches after another. Memory grows
 * with the number of positions only; the time with the product of both images' positions.
 *
 * @throws RangeError where an image's layer is smaller than a patch
 */
export function patches({ size = 3 }: { size?: number } = {}): LayerLoss<tf.Tensor3D> {
  if (!(Number.isInteger(size) && size >= 1))
    throw new RangeError(`the size of a patch is a whole number of at least 1 position of the layer, got ${size}`);
  return {
    name: `patches ${size}×${size}`,
    prepare(target) {
      mustHoldPatch(target, size, "target");
      return target.clone();
    },
    distance(seen, target) {
      mustHoldPatch(seen, size, "image");
      return tf.tidy(() => {
        const chosen = stopGradient(() => nearest(seen, target, size));
        const [height, width, channels] = seen.shape;
        const [rows, columns] = [height - size + 1, width - size + 1];
        const chosenAt = (place: Place): tf.Tensor3D =>
          tf.reshape(tf.gather(tf.reshape(pixelsAt(target, size, place), [-1, channels]), chosen), [rows, columns, channels]);
        // Σ ‖Ψ(F) − Ψ(S)‖² place by place, without a list of patches: `count` patches want a pixel at each place, whose mean
        // is `wanted`; how much they differ from it does not depend on F.
        const count = stopGradient(() => overlaid(size, () => tf.ones([rows, columns, 1])));
        const wanted = stopGradient(() => tf.div(overlaid(size, chosenAt), count) as tf.Tensor3D);
        const dissent = stopGradient(() => tf.addN(offsets(size).map((place) =>
          tf.sum(tf.square(tf.sub(chosenAt(place), pixelsAt(wanted, size, place)))))));
        const distance = tf.sum(tf.mul(count, tf.square(tf.sub(seen, wanted))));
        return tf.div(tf.add(distance, dissent), rows * columns * size ** 2 * channels) as tf.Scalar;
      });
    },
  };
}

/** nn(p) for every patch of `seen`. */
function nearest(seen: tf.Tensor3D, target: tf.Tensor3D, size: number): tf.Tensor1D {
  const [mine, theirs] = [energies(seen, size), energies(target, size)];
  const inverse = tf.rsqrt(tf.add(theirs, 1e-20)); // a patch of zeros correlates with none
  const best = nearestPatches(seen, target, size, (products) => tf.mul(products, inverse));
  const [count, others] = [mine.size, theirs.size];
  const inTurn = tf.tensor1d(Int32Array.from({ length: count }, (_, at) => Math.floor((at * others) / count)), "int32");
  return tf.where(tf.greater(mine, 0), best, inTurn);
}

/** ‖Ψ‖² of every patch, over the number of its pixels: `[patches]`. */
function energies(x: tf.Tensor3D, size: number): tf.Tensor1D {
  const squares = tf.sum(tf.square(x), 2, true) as tf.Tensor3D;
  return tf.reshape(tf.avgPool(squares, size, 1, "valid"), [-1]);
}

type Place = readonly [down: number, right: number];

/** The places within a patch. */
function offsets(size: number): Place[] {
  return Array.from({ length: size ** 2 }, (_, at) => [Math.floor(at / size), at % size]);
}

/** The pixels at one place of all patches: `[h−size+1, w−size+1, channels]`. */
function pixelsAt(x: tf.Tensor3D, size: number, [down, right]: Place): tf.Tensor3D {
  const [height, width, channels] = x.shape;
  return tf.slice(x, [down, right, 0], [height - size + 1, width - size + 1, channels]);
}

/** Patches laid where they belong, and added up: from the pixels at one place of all patches to `[h, w, channels]`. */
function overlaid(size: number, pixels: (place: Place) => tf.Tensor3D): tf.Tensor3D {
  return tf.addN(offsets(size).map((place) => {
    const [down, right] = place;
    return tf.pad3d(pixels(place), [[down, size - 1 - down], [right, size - 1 - right], [0, 0]]);
  })) as tf.Tensor3D;
}

function mustHoldPatch({ shape: [height, width] }: tf.Tensor3D, size: number, which: string): void {
  if (Math.min(height, width) >= size) return;
  throw new RangeError(
    `the ${which} is ${height}×${width} at this layer, smaller than a patch of ${size}×${size}: load it larger, ` +
      "or ask for a shallower layer or a smaller patch");
}

export const patchesSpec: LossSpec<{ size?: number }> = {
  name: "patches", kind: "style", positional: true, make: patches, options: { size: wholeNumber(3, 1) },
  summary: "every 3×3 patch with its nearest in the style", source: "Li & Wand 2016",
};
