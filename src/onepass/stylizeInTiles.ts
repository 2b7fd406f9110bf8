// Pictures that are too large for one pass: parts that share the statistics of the whole.
import * as tf from "@tensorflow/tfjs";
import { resize, type Image } from "../image";
import { adain, channelMoments } from "./adain";
import type { AdainNetwork } from "./adainNetwork";
import { inTiles, type TileOptions } from "./inTiles";
import type { StyleChoice, StyleNetwork } from "./styleNetwork";
import { mustBeAlpha } from "./stylizeInOnePass";

export interface StylizeInTilesOptions extends TileOptions {
  /** The longer side of the small copy of the image whose statistics the parts are normalized by (default 1024). */
  readonly overview?: number;
}

/**
 * `network.stylize(image)`, part by part. Means and variances of instance normalizations are those of a small copy of the whole picture:
 * with its own, each part would have its own contrast, and seams.
 */
export async function stylizeInTiles(
  network: StyleNetwork, image: Image, { style, overview, ...tiles }: StylizeInTilesOptions & { style?: StyleChoice } = {},
): Promise<Image> {
  const small = smallCopy(image, overview);
  const moments = network.momentsOf(small, { style });
  try {
    return await inTiles(image, (part) => network.stylize(part, { style, moments }), tiles);
  } finally {
    tf.dispose([small, [...moments.values()].map(({ mean, variance }) => [mean, variance])]);
  }
}

/** `stylizeInOnePass` with one painting and AdaIN, part by part; means and deviations of the photograph are those of a small copy. */
export async function adainInTiles(
  network: AdainNetwork, photo: Image, painting: Image, { alpha = 1, overview, ...tiles }: StylizeInTilesOptions & { alpha?: number } = {},
): Promise<Image> {
  mustBeAlpha(alpha);
  const small = smallCopy(photo, overview);
  const [seen, style] = [network.encode(small), network.encode(painting)];
  const moments = channelMoments(seen);
  try {
    return await inTiles(photo, (part) => tf.tidy(() => {
      const content = network.encode(part);
      const painted = network.decode(tf.add(tf.mul(content, 1 - alpha), tf.mul(adain(content, style, { moments }), alpha)));
      return tf.slice(painted, [0, 0, 0], part.shape);
    }), tiles);
  } finally {
    tf.dispose([small, seen, style, moments.mean, moments.deviation]);
  }
}

/** Not enlarged. */
function smallCopy(image: Image, longer = 1024): Image {
  return Math.max(image.shape[0], image.shape[1]) <= longer ? image.clone() : resize(image, { longer });
}
