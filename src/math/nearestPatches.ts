// The nearest neighbor of every patch of one feature map among the patches of another, without all pairs in memory at once.
import * as tf from "@tensorflow/tfjs";

/** The most inner products of positions in memory at once: 4 Mi numbers, 16 MB. */
const blockSize = 2 ** 22;

/**
 * For every `size`×`size` patch of `features` `[h, w, c]`, the index of the patch of `target` `[h′, w′, c]` with the highest
 * score: int32 `[(h−size+1) · (w−size+1)]`, indices into the list of the target's patches, row by row; of equal scores, the
 * first. No gradient flows through it.
 *
 * The inner product of two patches is the sum of the inner products of their positions. Those are one matrix product, and each
 * is used by size² pairs of patches: the work is that of 1×1 patches, and the memory that of a few rows of `features`.
 *
 * @param score from inner products `[some patches of features, patches of target]` to the scores, of the same shape
 */
export function nearestPatches(
  features: tf.Tensor3D, target: tf.Tensor3D, size: number, score: (products: tf.Tensor2D) => tf.Tensor2D,
): tf.Tensor1D {
  const [height, width] = features.shape;
  const [targetHeight, targetWidth, channels] = target.shape;
  const rows = height - size + 1;
  const rowsPerBlock = Math.max(1, Math.floor(blockSize / (width * targetHeight * targetWidth)));
  return tf.tidy(() => {
    const positions = tf.reshape(target, [targetHeight * targetWidth, channels]);
    const nearest: tf.Tensor1D[] = [];
    for (let top = 0; top < rows; top += rowsPerBlock) {
      const strip = tf.slice(features, [top, 0, 0], [Math.min(rowsPerBlock, rows - top) + size - 1, width, channels]);
      nearest.push(tf.tidy(() => {
        const flat = tf.matMul(tf.reshape(strip, [-1, channels]), positions, false, true);
        const pairs = tf.reshape(flat, [strip.shape[0], width, targetHeight, targetWidth]) as tf.Tensor4D;
        const products = sumDiagonally(sumDiagonally(pairs, 0, size), 1, size); // over a patch's rows, then its columns
        return tf.argMax(score(tf.reshape(products, [-1, (targetHeight - size + 1) * (targetWidth - size + 1)])), 1) as tf.Tensor1D;
      }));
    }
    return tf.concat(nearest);
  });
}

/** Sums of `size` neighbors that advance together in the features (along `axis`) and in the target (two axes further). */
function sumDiagonally(pairs: tf.Tensor4D, axis: 0 | 1, size: number): tf.Tensor4D {
  if (size === 1) return pairs;
  const extent = pairs.shape.map((side, i) => (i % 2 === axis ? side - size + 1 : side));
  return tf.addN(Array.from({ length: size }, (_, offset) =>
    tf.slice(pairs, pairs.shape.map((_side, i) => (i % 2 === axis ? offset : 0)), extent))) as tf.Tensor4D;
}
