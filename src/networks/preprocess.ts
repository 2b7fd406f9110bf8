// From images to what filters were trained on.
import * as tf from "@tensorflow/tfjs";
import type { Normalization } from "./architectures/weightsNaming";

/** From RGB in 0…1 to what the filters were trained on: `(image − mean) · scale`, channel by channel. */
export interface Preprocessing {
  readonly mean: readonly [number, number, number];
  readonly scale: readonly [number, number, number];
}

/** Oxford's Caffe weights expect 0…255 minus the mean color; torchvision's expect values of mean 0 and deviation 1. */
export const preprocessings: Readonly<Record<Normalization, Preprocessing>> = {
  caffe: { mean: [123.68 / 255, 116.779 / 255, 103.939 / 255], scale: [255, 255, 255] },
  torchvision: { mean: [0.485, 0.456, 0.406], scale: [1 / 0.229, 1 / 0.224, 1 / 0.225] },
};

/** An image or a batch of them in the units that the filters were trained on. */
export function preprocess<T extends tf.Tensor>(images: T, { mean, scale }: Preprocessing): T {
  return tf.tidy(() => tf.mul(tf.sub(images, tf.tensor1d([...mean])), tf.tensor1d([...scale])) as T);
}
