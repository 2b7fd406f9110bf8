// A Gram matrix for each region: the sky painted like the sky, the ground like the ground.
import * as tf from "@tensorflow/tfjs";
import { overlaps } from "../math/overlaps";
import { gramMatrix } from "./gram";
import type { Loss } from "./loss";

/**
 * Spatial guidance (Gatys et al. 2017, section 4). Responses are multiplied by each region's guide before their Gram matrix
 * is taken, and the losses of the regions are averaged:
 *
 *   mean over r of mean (G_r − A_r)²,  G_r = (g_r ∘ F)ᵀ (g_r ∘ F) / M
 *
 * At every layer a guide is brought to the layer's size (each position has the mean of the guide over what it covers: the
 * authors' "simple" propagation) and normalised to root mean square 1, so that a small region counts as much as a large one. A
 * guide of ones is `gram`.
 *
 * @param guides `image`: where the regions are in the image that is made, `[height, width, regions]`, or `[height, width]` for
 *   one; values from 0, outside, to 1; as large as the image, or in its shape. `target`: the same regions, in the same order,
 *   of the style. They stay the caller's, and must live as long as the loss is used
 * @throws RangeError for guides of different numbers of regions, an empty region, a value that is negative or no number; at
 *   a layer, for a guide of another shape than the image it is laid over
 */
export function guidedGram({ image, target }: { image: tf.Tensor; target: tf.Tensor }): Loss<tf.Tensor3D> {
  mustGuide(image, "image");
  mustGuide(target, "target");
  const [here, there] = [regions(image), regions(target)];
  if (here !== there)
    throw new RangeError(`the guide of the image has ${here} regions, that of the target ${there}: give each region in both`);
  return {
    name: "guided gram",
    remember: (seen) => tf.tidy(() => guidedGrams(seen, target, "target")),
    distance: (seen, memory) => tf.tidy(() => tf.mean(tf.square(tf.sub(guidedGrams(seen, image, "image"), memory))) as tf.Scalar),
  };
}

/** The Gram matrix of every region: `[regions, channels, channels]`. */
function guidedGrams(features: tf.Tensor3D, guide: tf.Tensor, which: string): tf.Tensor3D {
  const [height, width] = features.shape;
  const channels = tf.split(laidOver(guide, height, width, which), regions(guide), 2) as tf.Tensor3D[];
  return tf.stack(channels.map((g) => gramMatrix(tf.mul(features, g)))) as tf.Tensor3D;
}

/** The guide at a layer's size, each region of root mean square 1: `[height, width, regions]`. */
function laidOver(guide: tf.Tensor, height: number, width: number, which: string): tf.Tensor3D {
  const [tall, wide] = guide.shape;
  // Poolings leave out a last odd row or column, so the shapes may differ by less than one position.
  if (Math.abs(height / tall - width / wide) >= 1 / Math.min(tall, wide))
    throw new RangeError(`the guide of the ${which} is ${tall}×${wide}, and does not fit the ${which}, which is ${height}×${width} at ` +
      "this layer: a guide has the shape of its image");
  const across = tf.matMul(overlaps(tall, height), tf.reshape(guide, [tall, -1])); // [height, wide · regions]
  const turned = tf.transpose(tf.reshape(across, [height, wide, -1]), [1, 0, 2]);
  const down = tf.matMul(overlaps(wide, width), tf.reshape(turned, [wide, -1]));
  const resized = tf.transpose(tf.reshape(down, [width, height, -1]), [1, 0, 2]);
  return tf.div(resized, tf.sqrt(tf.mean(tf.square(resized), [0, 1]))) as tf.Tensor3D;
}

const regions = ({ shape }: tf.Tensor): number => shape[2] ?? 1;

function mustGuide(guide: tf.Tensor, which: string): void {
  if (guide.rank !== 2 && guide.rank !== 3)
    throw new RangeError(`the guide of the ${which} must be [height, width] or [height, width, regions], got [${guide.shape.join(", ")}]`);
  const values = guide.dataSync();
  if (values.some((value) => !(value >= 0 && Number.isFinite(value))))
    throw new RangeError(`the guide of the ${which} has values that are negative or no numbers: they are from 0, outside, to 1`);
  for (let r = 0; r < regions(guide); r++)
    if (values.every((value, at) => at % regions(guide) !== r || value === 0))
      throw new RangeError(`region ${r} of the guide of the ${which} is empty: it is 0 everywhere, so there is nothing to compare`);
}
