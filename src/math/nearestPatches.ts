// Which patch of one array is most like each patch of another, without ever holding all the pairs at once.
import * as tf from "@tensorflow/tfjs";

/** How many inner products of pixels are held at once: 4 Mi numbers, 16 MB. */
const most = 2 ** 22;

/**
 * For every `size`×`size` patch of `seen` `[h, w, c]` the patch of `others` `[h′, w′, c]` with the highest score: int32
 * `[(h−size+1) · (w−size+1)]`, places in the list of the others' patches, row by row; of equals the first. No slope flows
 * through it.
 *
 * An inner product of patches is the sum of its pixels' inner products: those are one matrix product, and each is used by
 * size² pairs of patches. So the work is that of single pixels, and the memory that of a few rows of `seen`.
 *
 * @param score from inner products `[some patches of seen, patches of others]` to what shall be highest
 */
export function nearestPatches(
  seen: tf.Tensor3D, others: tf.Tensor3D, size: number, score: (products: tf.Tensor2D) => tf.Tensor2D,
): tf.Tensor1D {
  const [height, width] = seen.shape;
  const [tall, wide, channels] = others.shape;
  const rows = height - size + 1;
  const atOnce = Math.max(1, Math.floor(most / (width * tall * wide)));
  return tf.tidy(() => {
    const pixels = tf.reshape(others, [tall * wide, channels]);
    const found: tf.Tensor1D[] = [];
    for (let top = 0; top < rows; top += atOnce) {
      const strip = tf.slice(seen, [top, 0, 0], [Math.min(atOnce, rows - top) + size - 1, width, channels]);
      found.push(tf.tidy(() => {
        const flat = tf.matMul(tf.reshape(strip, [-1, channels]), pixels, false, true);
        const pairs = tf.reshape(flat, [strip.shape[0], width, tall, wide]) as tf.Tensor4D;
        const products = alongDiagonals(alongDiagonals(pairs, 0, size), 1, size); // down, then across
        return tf.argMax(score(tf.reshape(products, [-1, (tall - size + 1) * (wide - size + 1)])), 1) as tf.Tensor1D;
      }));
    }
    return tf.concat(found);
  });
}

/** Sums of `size` neighbors that step on both in `seen` (along `axis`) and in the others (two axes on). */
function alongDiagonals(pairs: tf.Tensor4D, axis: 0 | 1, size: number): tf.Tensor4D {
  if (size === 1) return pairs;
  const extent = pairs.shape.map((side, at) => (at % 2 === axis ? side - size + 1 : side));
  return tf.addN(Array.from({ length: size }, (_, step) =>
    tf.slice(pairs, pairs.shape.map((_side, at) => (at % 2 === axis ? step : 0)), extent))) as tf.Tensor4D;
}
