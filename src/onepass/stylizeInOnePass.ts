// Any painting's style in one pass: encode, move the statistics, decode.
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "../errors";
import { crop, mustBeImage, type Image } from "../image";
import { maskAtLayer, mustBeMask } from "../masks/mask";
import { adain } from "./adain";
import type { AdainNetwork } from "./adainNetwork";
import { toMultiple } from "./toMultiple";
import { wct } from "./wct";

/** How the photograph's features get the painting's statistics. */
export const transforms = ["adain", "wct"] as const;
export type FeatureTransform = (typeof transforms)[number];

/** One of several paintings. */
export interface PaintingPart {
  readonly image: Image;
  /** Its part is its weight divided by the sum of all (default 1). */
  readonly weight?: number;
  /** Where it paints, `[height, width]` of the photograph, 0…1 (default: everywhere). */
  readonly mask?: tf.Tensor2D;
}

export interface OnePassOptions {
  /** 0 is the photograph, as far as the decoder keeps it, 1 the whole style (Huang & Belongie 2017, eq. 14; default 1). */
  readonly alpha?: number;
  /** Means and deviations, or means and covariances (default `"adain"`). */
  readonly transform?: FeatureTransform;
}

/**
 * The photograph in the style of a painting, by one pass through encoder and decoder. With several paintings their transformed features
 * are averaged by weight (eq. 15); where paintings have masks, each position by the masks times the weights.
 * What no mask covers stays the photograph's.
 *
 *     g((1 − α) f(photo) + α T(f(photo), f(painting)))
 *
 * Statistics of the photograph are those of the whole picture, within masks too.
 *
 * @returns a picture of the photograph's size. The caller owns it
 * @throws RangeError for an alpha outside 0…1, no painting, a weight below 0, a mask that does not fit the photograph
 */
export async function stylizeInOnePass(
  network: AdainNetwork, photo: Image, paintings: Image | readonly PaintingPart[], { alpha = 1, transform = "adain" }: OnePassOptions = {},
): Promise<Image> {
  mustBeImage(photo, "the photograph");
  mustBeOneOf(transform, transforms, "transform");
  mustBeAlpha(alpha);
  const parts = paintings instanceof tf.Tensor ? [{ image: paintings }] : partsOf(paintings);
  const content = network.encode(photo);
  const transformed: tf.Tensor3D[] = [];
  try {
    for (const { image } of parts) {
      const style = network.encode(image);
      transformed.push(transform === "wct" ? await wct(content, style) : adain(content, style));
      style.dispose();
    }
    return tf.tidy(() => {
      const mixed = mix(content, transformed, parts, photo, network.stride);
      const [height, width] = photo.shape;
      const painted = network.decode(tf.add(tf.mul(content, 1 - alpha), tf.mul(mixed, alpha)));
      return crop(painted, { height, width, top: 0, left: 0 });
    });
  } finally {
    tf.dispose([content, transformed]);
  }
}

/** @throws RangeError for an alpha outside 0…1 */
export function mustBeAlpha(alpha: number): void {
  if (!(alpha >= 0 && alpha <= 1)) throw new RangeError(`alpha is between 0, the photograph, and 1, the style, got ${alpha}`);
}

function partsOf(paintings: readonly PaintingPart[]): readonly PaintingPart[] {
  if (paintings.length === 0) throw new RangeError("there is no painting: give an image, or one or more { image, weight, mask }");
  paintings.forEach(({ image, weight = 1, mask }, i) => {
    mustBeImage(image, `painting ${i + 1}`);
    if (!(Number.isFinite(weight) && weight >= 0)) throw new RangeError(`the weight of painting ${i + 1} must be 0 or more, got ${weight}`);
    if (mask) mustBeMask(mask, `the mask of painting ${i + 1}`);
  });
  if (paintings.every(({ weight = 1 }) => weight === 0)) throw new RangeError("all weights of the paintings are 0: at least one must be larger");
  return paintings;
}

/** The transformed features, averaged by weights and masks; the content's as far as the masks leave it free. */
function mix(
  content: tf.Tensor3D, transformed: readonly tf.Tensor3D[], parts: readonly PaintingPart[], photo: Image, stride: number,
): tf.Tensor3D {
  const [height, width] = content.shape;
  const [rows, columns] = photo.shape;
  const masks = parts.map(({ mask }, i): tf.Tensor => {
    if (!mask) return tf.ones([height, width, 1]);
    if (mask.shape[0] !== rows || mask.shape[1] !== columns)
      throw new RangeError(`the mask of painting ${i + 1} is ${mask.shape.join("×")} and the photograph ${rows}×${columns}: a mask has the size of its image`);
    return maskAtLayer(toMultiple(tf.expandDims(mask, 2), stride), height, width, `the mask of painting ${i + 1}`);
  });
  const shares = masks.map((mask, i) => tf.mul(mask, parts[i].weight ?? 1));
  const average = tf.div(tf.addN(transformed.map((features, i) => tf.mul(features, shares[i]))), tf.add(tf.addN(shares), 1e-8));
  const covered = tf.minimum(tf.addN(masks), 1);
  return tf.add(tf.mul(average, covered), tf.mul(content, tf.sub(1, covered))) as tf.Tensor3D;
}
