// Gram matrices of features and shifted features: which patterns occur next to which, and at what distance.
import * as tf from "@tensorflow/tfjs";
import { flattenPositions } from "./flattenPositions";
import { fromStatistic } from "./fromStatistic";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * Shifted Gram matrices (Berger & Memisevic 2017, eqs. 3 to 6). The ordinary Gram matrix contains no positions; this one
 * also correlates each activation with those δ positions to the right, and δ positions below:
 *
 *   G_δ[i,j] = Σₚ F[p,i] F[p+δ,j] / M_δ,  M_δ the number of pairs that both lie in the image
 *
 * and so captures rows, columns and other regular arrangements. The loss is mean (G_δ − A_δ)² over all shifts and both
 * directions: with `shifts: [0]` it is `gram`, and it has the same unit. The paper weights the shifted and the ordinary
 * matrices separately; here 0 is one of the shifts. It costs two Gram matrices per shift.
 *
 * @param options `shifts` δ, in positions of the layer: at `relu3_1` one is 4 pixels. A layer must be larger than the largest
 * @throws RangeError where it is not
 */
export function shiftedGram({ shifts = [0, 1, 2, 4] }: { shifts?: readonly number[] } = {}): LayerLoss<tf.Tensor3D> {
  const wrong = shifts.find((shift) => !(Number.isInteger(shift) && shift >= 0));
  if (shifts.length === 0 || wrong !== undefined)
    throw new RangeError(`shifts are whole numbers of positions of the layer, 0 or more, at least one; got [${shifts.join(", ")}]`);
  return fromStatistic((features) => shiftedGrams(features, shifts), `gram shifted by ${shifts.join(", ")}`);
}

/** `[2 · shifts, channels, channels]`: to the right and down, for each shift. */
function shiftedGrams(features: tf.Tensor3D, shifts: readonly number[]): tf.Tensor3D {
  const [height, width] = features.shape;
  const largest = Math.max(...shifts);
  if (largest >= Math.min(height, width))
    throw new RangeError(`the image is ${height}×${width} at this layer, too small for a shift of ${largest}: ` +
      "load it larger, ask for a shallower layer, or give smaller shifts");
  return tf.stack(shifts.flatMap((shift) => [crossGram(features, shift, 0), crossGram(features, 0, shift)])) as tf.Tensor3D;
}

/** The Gram matrix of the features and of the features `right` and `down` from them. */
function crossGram(features: tf.Tensor3D, right: number, down: number): tf.Tensor2D {
  const [height, width, channels] = features.shape;
  const [rows, columns] = [height - down, width - right];
  const part = (top: number, left: number): tf.Tensor2D =>
    flattenPositions(tf.slice(features, [top, left, 0], [rows, columns, channels]));
  return tf.div(tf.matMul(part(0, 0), part(down, right), true, false), rows * columns) as tf.Tensor2D;
}

export const shiftedGramSpec: LossSpec<{ shifts?: readonly number[] }> = {
  name: "shiftedGram", kind: "style", positional: true, make: shiftedGram,
  options: {
    shifts: {
      default: [0, 1, 2, 4], expects: "a list of whole numbers of at least 0",
      accepts: (value) => Array.isArray(value) && value.length > 0 && value.every((shift) => Number.isInteger(shift) && shift >= 0),
    },
  },
  summary: "which activations stand beside which", source: "Berger & Memisevic 2017",
};
