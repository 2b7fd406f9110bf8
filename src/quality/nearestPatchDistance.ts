// How far the patches of a texture are from the nearest patches of its source: unlike their distribution, this knows edges from noise.
import * as tf from "@tensorflow/tfjs";
import { resize, type Image } from "../image";
import { sampleIndices } from "../math/sampleIndices";
import { patch } from "./patchDistance";

/** So many patches of each level are looked up, at seeded positions. */
const lookedUp = 1024;
/** The coarsest level has a shorter side of at least this many pixels. */
const coarsest = 14;

/**
 * The bidirectional similarity of Simakov et al. 2008 ("Summarizing Visual Data Using Bidirectional Similarity"), of 7×7 patches at each octave:
 *
 *   ½ (mean over p of min over q ‖p − q‖² + mean over q of min over p ‖q − p‖²) / variance of q
 *
 * for patches p of the image and q of the reference, and of these the mean over the octaves. 0 where each image is made of patches of the other. `patchDistance`
 * compares sums over many pixels of a patch, of which little but the power spectrum is seen: it is smaller for an image with the reference's
 * spectrum and random phases than for the reference cut into tiles.
 */
export async function nearestPatchDistance(image: Image, reference: Image): Promise<number> {
  const result = tf.tidy(() => {
    const distances: tf.Scalar[] = [];
    for (let [x, y] = [image, reference]; Math.min(...x.shape.slice(0, 2), ...y.shape.slice(0, 2)) >= coarsest; [x, y] = [half(x), half(y)]) {
      const [p, q] = [patchesOf(x), patchesOf(y)];
      const variance = tf.mean(tf.square(tf.sub(q, tf.mean(q, 0)))); // of each number in a patch
      distances.push(tf.div(tf.add(toNearest(p, q), toNearest(q, p)), tf.mul(variance, 2 * patch * patch * 3)) as tf.Scalar);
    }
    return tf.mean(tf.stack(distances));
  });
  return (await result.data().finally(() => result.dispose()))[0];
}

/** The mean squared distance of patches of `from` to the nearest of `to`. */
function toNearest(from: tf.Tensor2D, to: tf.Tensor2D): tf.Scalar {
  const some = from.shape[0] <= lookedUp ? from : tf.gather(from, sampleIndices(from.shape[0], lookedUp, 0));
  const squares = (x: tf.Tensor2D): tf.Tensor => tf.sum(tf.square(x), 1);
  const distances = tf.sub(tf.add(tf.expandDims(squares(some), 1), squares(to)), tf.mul(2, tf.matMul(some, to, false, true)));
  return tf.mean(tf.maximum(tf.min(distances, 1), 0));
}

/** All patches of an image, `[patches, 147]`. */
function patchesOf(image: Image): tf.Tensor2D {
  const numbers = patch * patch * 3;
  const each = tf.reshape<tf.Rank.R4>(tf.eye(numbers), [patch, patch, 3, numbers]);
  return tf.reshape(tf.conv2d(image, each, 1, "valid"), [-1, numbers]);
}

function half(image: Image): Image {
  return resize(image, { exactly: [Math.ceil(image.shape[0] / 2), Math.ceil(image.shape[1] / 2)], filter: "bilinear" });
}
