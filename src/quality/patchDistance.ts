// How unlike two textures are, patch by patch and scale by scale, without a network: one that made a texture cannot judge it.
import * as tf from "@tensorflow/tfjs";
import { mustBeImage, resize, type Image } from "../image";
import { seededNormal } from "../math/seededNormal";
import { sortRows } from "../math/sortRows";
import { wasserstein1d } from "../math/wasserstein1d";

/** The side of a patch in pixels, as in Karras et al. */
export const patch = 7;
const directions = 64;
/** The coarsest level of the pyramid has a shorter side of at least this many pixels. */
const coarsest = 14;

/**
 * The sliced Wasserstein distance of the patches of two images (Karras et al. 2018, "Progressive Growing of GANs", section 5): all 7×7
 * patches of each level of a Laplacian pyramid, projected on 64 seeded directions of length 1, and compared in sorted order. Of each level
 *
 *   mean (sort(vᵀx) − sort(vᵀy))² / variance of vᵀy
 *
 * and of these the mean over the levels: 0 where both images have the same patches, wherever they are; 1 for a flat image of the reference's mean color. (Karras
 * et al. take absolute differences, and normalize each image by itself, which would not see a loss of contrast.) Images of different
 * sizes compare by quantiles.
 *
 * @throws RangeError for an image under 14 pixels
 */
export async function patchDistance(image: Image, reference: Image): Promise<number> {
  const distances = await patchDistances(image, reference);
  return distances.reduce((sum, value) => sum + value, 0) / distances.length;
}

/** The same level by level, fine to coarse: in level i a patch covers 7 · 2^i pixels of the image. */
export async function patchDistances(image: Image, reference: Image): Promise<number[]> {
  mustBeImage(image, "the image");
  mustBeImage(reference, "the reference");
  const shortest = Math.min(...image.shape.slice(0, 2), ...reference.shape.slice(0, 2));
  if (shortest < coarsest) throw new RangeError(`the patch distance compares 7×7 patches, but an image has a side of ${shortest} pixels: take ${coarsest} or more`);
  const levels = 1 + Math.floor(Math.log2(shortest / coarsest));
  const distances = tf.tidy(() => {
    const normal = seededNormal(patch * patch * 3, directions, 0);
    const filters = tf.reshape<tf.Rank.R4>(tf.div(normal, tf.norm(normal, 2, 0, true)), [patch, patch, 3, directions]);
    const [x, y] = [laplacianPyramid(image, levels), laplacianPyramid(reference, levels)];
    return tf.stack(x.map((level, i) => {
      const [ours, theirs] = [project(level, filters), project(y[i], filters)];
      const { variance } = tf.moments(theirs, 1);
      return tf.div(wasserstein1d(ours, sortRows(theirs)), tf.add(tf.mean(variance), 1e-12));
    }));
  });
  return [...await distances.data().finally(() => distances.dispose())];
}

/** The image in bands of an octave, fine to coarse; the last holds all that is coarser. */
function laplacianPyramid(image: Image, levels: number): tf.Tensor3D[] {
  const bands: tf.Tensor3D[] = [];
  let level = image;
  for (let i = 1; i < levels; i++) {
    const [height, width] = level.shape;
    const coarser = resize(level, { exactly: [Math.ceil(height / 2), Math.ceil(width / 2)], filter: "bilinear" });
    bands.push(tf.sub(level, resize(coarser, { exactly: [height, width], filter: "bilinear" })));
    level = coarser;
  }
  return [...bands, level];
}

/** Every patch of a level projected on every direction: `[directions, patches]`. */
function project(level: tf.Tensor3D, filters: tf.Tensor4D): tf.Tensor2D {
  const projected = tf.conv2d(level, filters, 1, "valid");
  return tf.transpose(tf.reshape(projected, [-1, directions])) as tf.Tensor2D;
}
