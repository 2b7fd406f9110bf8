// What a network is to this library: named layers, and the activations of an image at them.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";

/**
 * The activations of one image by layer, `[height, width, channels]`; a layer that was not asked for is an error. `"pixels"` is a
 * layer, too: a clone of the image.
 */
export interface Features {
  (layer: string): tf.Tensor3D;
  /** Frees the activations of all layers; calling it twice does no harm. */
  dispose(): void;
}

/** A convolutional network as a list of named layers. */
export interface Network {
  readonly name: string;
  /** Every layer that may be asked for, shallow to deep. */
  readonly layers: readonly string[];
  /**
   * One forward pass over `image`, only as deep as the deepest of `layers`. The caller owns the features: inside `tf.tidy` they go
   * with everything else, outside `features.dispose()` frees them.
   */
  features(image: Image, layers: readonly string[]): Features;
  /** Frees the parameters. */
  dispose(): void;
}
