// What a network is to this library: a way to look at an image, layer by layer.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";

/** The responses of one layer, `[height, width, channels]`. `"pixels"` is a layer too: the image itself. */
export type Features = (layer: string) => tf.Tensor3D;

/** A convolutional network seen as a list of named layers. */
export interface Network {
  readonly name: string;
  /** Every layer that may be asked for, shallow to deep. */
  readonly layers: readonly string[];
  /** One pass over `image`, only as deep as the deepest of `layers`. The caller owns the tensors (use `tf.tidy`). */
  features(image: Image, layers: readonly string[]): Features;
  /** Gives the filters' memory back. */
  dispose(): void;
}
