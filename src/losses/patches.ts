// Patch matching: every small patch of the image, neighbors included, should be some patch of the style.
import * as tf from "@tensorflow/tfjs";
import { nearestPatches } from "../math/nearestPatches";
import { stopGradient } from "../math/stopGradient";
import { wholeNumber } from "../spec";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * The Markov random field loss (Li & Wand 2016, eqs. 2 and 3). Each `size`×`size` patch Ψ of the activations is compared with
 * the target's patch of the highest normalized cross-correlation:
 *
 *   mean ‖Ψ(F)ₚ − Ψ(S)ₙₙ₍ₚ₎‖² / (size² · channels),  nn(p) = argmaxᵢ ⟨Ψ(F)ₚ, Ψ(S)ᵢ⟩ / (‖Ψ(F)ₚ‖ ‖Ψ(S)ᵢ‖)
 *
 * The matches are constants in the gradient. Where a match changes the loss jumps, and a line search ends before the jump: minimize
 * with `adam`, not with `lbfgs`. All patches are used (stride 1); the paper's sum is a mean here, and its rotated and
 * scaled copies of the style are left out. Meant for `relu3_1` and `relu4_1`; the two images may differ in size.
 *
 * A patch whose activations are all zero correlates with none: such patches are matched with the target's patches in turn. Memory
 * grows with the number of positions only; the time grows with the product of both images' positions.
 *
 * @throws RangeError where an image is smaller than a patch at the layer
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
    distance(features, target) {
      mustHoldPatch(features, size, "image");
      return tf.tidy(() => {
        const matches = stopGradient(() => matchPatches(features, target, size));
        const [height, width, channels] = features.shape;
        const [rows, columns] = [height - size + 1, width - size + 1];
        const matchedAt = (offset: Offset): tf.Tensor3D =>
          tf.reshape(tf.gather(tf.reshape(pixelsAt(target, size, offset), [-1, channels]), matches), [rows, columns, channels]);
        // Σ ‖Ψ(F) − Ψ(S)‖² position by position, without a list of patches: `count` matched patches overlap at a position, and
        // `mean` is the mean of their activations there. Their variance about it does not depend on F.
        const count = stopGradient(() => sumOverlaps(size, () => tf.ones([rows, columns, 1])));
        const mean = stopGradient(() => tf.div(sumOverlaps(size, matchedAt), count) as tf.Tensor3D);
        const variance = stopGradient(() => tf.addN(offsets(size).map((offset) =>
          tf.sum(tf.square(tf.sub(matchedAt(offset), pixelsAt(mean, size, offset)))))));
        const distance = tf.sum(tf.mul(count, tf.square(tf.sub(features, mean))));
        return tf.div(tf.add(distance, variance), rows * columns * size ** 2 * channels) as tf.Scalar;
      });
    },
  };
}

/** nn(p) for every patch of `features`. */
function matchPatches(features: tf.Tensor3D, target: tf.Tensor3D, size: number): tf.Tensor1D {
  const [imageEnergies, targetEnergies] = [energies(features, size), energies(target, size)];
  const inverseNorms = tf.rsqrt(tf.add(targetEnergies, 1e-20)); // a patch of zeros correlates with none
  const nearest = nearestPatches(features, target, size, (products) => tf.mul(products, inverseNorms));
  const [count, others] = [imageEnergies.size, targetEnergies.size];
  const inTurn = tf.tensor1d(Int32Array.from({ length: count }, (_, i) => Math.floor((i * others) / count)), "int32");
  return tf.where(tf.greater(imageEnergies, 0), nearest, inTurn);
}

/** ‖Ψ‖² of every patch, over the number of its pixels: `[patches]`. */
function energies(x: tf.Tensor3D, size: number): tf.Tensor1D {
  const squares = tf.sum(tf.square(x), 2, true) as tf.Tensor3D;
  return tf.reshape(tf.avgPool(squares, size, 1, "valid"), [-1]);
}

type Offset = readonly [down: number, right: number];

/** The offsets of a patch's pixels from its top left. */
function offsets(size: number): Offset[] {
  return Array.from({ length: size ** 2 }, (_, i) => [Math.floor(i / size), i % size]);
}

/** The pixels at one offset of all patches: `[h−size+1, w−size+1, channels]`. */
function pixelsAt(x: tf.Tensor3D, size: number, [down, right]: Offset): tf.Tensor3D {
  const [height, width, channels] = x.shape;
  return tf.slice(x, [down, right, 0], [height - size + 1, width - size + 1, channels]);
}

/** Patches added up at their positions: from the pixels at each offset of all patches to `[h, w, channels]`. */
function sumOverlaps(size: number, pixels: (offset: Offset) => tf.Tensor3D): tf.Tensor3D {
  return tf.addN(offsets(size).map((offset) => {
    const [down, right] = offset;
    return tf.pad3d(pixels(offset), [[down, size - 1 - down], [right, size - 1 - right], [0, 0]]);
  })) as tf.Tensor3D;
}

function mustHoldPatch({ shape: [height, width] }: tf.Tensor3D, size: number, which: string): void {
  if (Math.min(height, width) >= size) return;
  throw new RangeError(
    `the ${which} is ${height}×${width} at this layer, smaller than a patch of ${size}×${size}: load it larger, ` +
      "or take a shallower layer or a smaller patch");
}

export const patchesSpec: LossSpec<{ size?: number }> = {
  name: "patches", kind: "style", positional: true, make: patches, options: { size: wholeNumber(3, 1) },
  summary: "every 3×3 patch with its nearest in the style", source: "Li & Wand 2016",
};
