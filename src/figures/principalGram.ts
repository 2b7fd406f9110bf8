// A Gram matrix of fewer numbers: of the strongest components of the activations instead of all channels.
import * as tf from "@tensorflow/tfjs";
import { flattenPositions } from "../losses/flattenPositions";
import { fromStatistic } from "../losses/fromStatistic";
import { gramMatrix } from "../losses/gram";
import type { LayerLoss } from "../losses/loss";
import { eigen } from "../math/smallMatrices";

/** The numbers in a symmetric matrix of so many channels: what a texture model has at one layer. */
export const gramParameters = (channels: number): number => (channels * (channels + 1)) / 2;

/**
 * The directions `[channels, components]` in which features `[height, width, channels]` are strongest: eigenvectors of their Gram matrix,
 * those of the largest eigenvalues. The mean is not taken out, as the Gram matrix has it, too. Yours to dispose.
 */
export async function principalDirections(features: tf.Tensor3D, components: number): Promise<tf.Tensor2D> {
  const gram = gramMatrix(features);
  const { values, vectors } = eigen(await gram.array().finally(() => gram.dispose()));
  const strongest = [...values.keys()].sort((i, j) => values[j] - values[i]).slice(0, components);
  return tf.tensor2d(vectors.map((row) => strongest.map((i) => row[i])));
}

/** mean (G − A)² of the Gram matrices of activations projected on `directions` `[channels, components]`. */
export function principalGram(directions: tf.Tensor2D): LayerLoss<tf.Tensor2D> {
  return fromStatistic((features) => {
    const [height, width] = features.shape;
    const projected = tf.matMul(flattenPositions(features), directions);
    return gramMatrix(tf.reshape(projected, [height, width, directions.shape[1]]));
  }, `gram of ${directions.shape[1]} components`);
}
