// The relaxed earth mover's distance: every response finds its nearest in the style, and every one of the style's is found.
import * as tf from "@tensorflow/tfjs";
import { nearestPatches } from "../math/nearestPatches";
import { stopGradient } from "../math/stopGradient";
import { wholeNumber } from "../spec";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/** Unit vectors of some of the target's positions `[1, samples, channels]`, and the square of what counts as no response. */
type Memory = [units: tf.Tensor3D, faint: tf.Scalar];

/**
 * The relaxed earth mover's distance of Kolkin, Salavon & Shakhnarovich 2019 (STROTSS, eqs. 4 to 6), between the responses at
 * all positions of the image and at `samples` positions of the target:
 *
 *   max( meanᵢ minⱼ D(i, j), meanⱼ minᵢ D(i, j) ),  D the cosine distance 1 − cos(F_i, S_j)
 *
 * It sees directions only, so brightness and contrast are left to another loss or layer (the paper adds moments and a
 * palette). D is computed as ½ ‖F̂ − Ŝ‖² with F̂ = F / √(‖F‖² + ε²), ε a hundredth of the target's root-mean-square length:
 * where there is no response, the paper's has no slope and no value; here nothing is like nothing.
 *
 * A target of more than `samples` positions (1024, as in the paper) is represented by that many, drawn without
 * repetition; the same `seed` draws the same, and the loss of the target itself is then small but not 0. Values are from 0 to 1
 * for rectified layers. The images may differ in size. Matches count as given in the gradient.
 */
export function relaxedEmd({ samples = 1024, seed = 0 }: { samples?: number; seed?: number } = {}): LayerLoss<Memory> {
  if (!(Number.isInteger(samples) && samples >= 1))
    throw new RangeError(`samples, how many positions of the target are looked at, is a whole number of at least 1; got ${samples}`);
  return {
    name: "relaxed EMD",
    prepare: (target) => tf.tidy(() => {
      const rows = inOneRow(target);
      const faint = tf.mul(tf.mean(tf.sum(tf.square(rows), 2)), 1e-4) as tf.Scalar;
      return [tf.gather(units(rows, faint), someOf(rows.shape[1], samples, seed), 1), faint];
    }),
    distance: (seen, [theirs, faint]) => tf.tidy(() => {
      const mine = units(inOneRow(seen), faint);
      return tf.maximum(oneSided(mine, theirs), oneSided(theirs, mine)) as tf.Scalar;
    }),
  };
}

/** meanᵢ minⱼ ½ ‖aᵢ − bⱼ‖². */
function oneSided(a: tf.Tensor3D, b: tf.Tensor3D): tf.Tensor {
  const column = (x: tf.Tensor3D): tf.Tensor3D => tf.reshape(x, [x.shape[1], 1, x.shape[2]]);
  const nearest = stopGradient(() => {
    const halfSquares = tf.mul(tf.sum(tf.square(b), [0, 2]), 0.5); // ½ ‖a − b‖² is least where ⟨a, b⟩ − ½ ‖b‖² is highest
    return nearestPatches(column(a), b, 1, (products) => tf.sub(products, halfSquares));
  });
  return tf.mul(tf.mean(tf.sum(tf.square(tf.sub(a, tf.gather(b, nearest, 1))), 2)), 0.5);
}

function inOneRow(features: tf.Tensor3D): tf.Tensor3D {
  const [height, width, channels] = features.shape;
  return tf.reshape(features, [1, height * width, channels]);
}

/** x / √(‖x‖² + ε²), for ε² = `faint`; 1e-20 for a target that does not respond at all. */
function units(rows: tf.Tensor3D, faint: tf.Scalar): tf.Tensor3D {
  const squares = tf.sum(tf.square(rows), 2, true);
  return tf.mul(rows, tf.rsqrt(tf.add(squares, tf.add(faint, 1e-20))));
}

/** `wanted` different places of `count`, or all of them. The random numbers come from JavaScript, the same on every engine. */
function someOf(count: number, wanted: number, seed: number): tf.Tensor1D {
  return tf.topk(tf.randomUniform<tf.Rank.R1>([count], 0, 1, "float32", seed), Math.min(wanted, count)).indices;
}

export const relaxedEmdSpec: LossSpec<{ samples?: number; seed?: number }> = {
  name: "relaxedEmd", kind: "style", make: relaxedEmd, options: { samples: wholeNumber(1024, 1), seed: wholeNumber(0) },
  summary: "how far activations must move", source: "Kolkin et al. 2019",
};
