// Whether style was transferred, as a number: how far an image still is from the painting's style and from the photograph's content.
import * as tf from "@tensorflow/tfjs";
import { resize, type Image } from "../image";
import { activations } from "../losses/activations";
import { gram } from "../losses/gram";
import { relative } from "../losses/relative";
import type { Network } from "../networks/network";
import { valueOf } from "../quality/valueOf";
import { content, style } from "../terms";

/** What is left of two distances, as fractions: 0 where all of it is gone. */
export interface TransferLeft {
  /** The distance of Gram matrices to the painting, in units of the photograph's. The photograph has 1. */
  readonly style: number;
  /** The distance of activations to the photograph, in units of the painting's. The painting has 1. */
  readonly content: number;
}

/** What `judge` sees of it at the layers of Gatys et al. 2016. `image` has the photograph's size; the painting is cropped to that for its content. */
export async function transferLeft(judge: Network, image: Image, photo: Image, painting: Image): Promise<TransferLeft> {
  const [height, width] = photo.shape;
  const covering = resize(painting, { cover: [height, width] });
  const [toPainting, toPhoto] = [[style(painting, { loss: relative(gram()) })], [content(photo, { loss: relative(activations()) })]];
  try {
    return {
      style: await valueOf(judge, toPainting, image) / await valueOf(judge, toPainting, photo),
      content: await valueOf(judge, toPhoto, image) / await valueOf(judge, toPhoto, covering),
    };
  } finally {
    tf.dispose(covering);
  }
}

/** The larger of both: 1 for the photograph and for the painting themselves, and under ½ where most of the style came and most of the content stayed. */
export function worseOf({ style, content }: TransferLeft): number {
  return Math.max(style, content);
}
