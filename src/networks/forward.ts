// The forward pass: computes the layers that the wanted ones depend on, and nothing else.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import { applyLayer, type LayerParameters } from "./applyLayer";
import { inputsOf, type Layer } from "./architectures/architecture";
import { hasParameters } from "./architectures/operation";
import { mustHaveLayers } from "./mustHaveLayers";
import type { Moments, StyleWeights } from "./normalizeInstances";
import { mustBeLargeEnough } from "./outputSize";
import { preprocess, type Preprocessing } from "./preprocess";

/** What a forward pass needs to know of a network. */
export interface ForwardPass {
  /** For errors. */
  readonly name: string;
  readonly layers: readonly Layer[];
  /** What happens to an image first; a decoder reads features, which are taken as they are. */
  readonly preprocessing?: Preprocessing;
  /**
   * The parameters of a layer that has some, asked for when the layer is reached: they may be calibrated on its `input`. What is
   * created here is freed after the pass unless it is kept with `tf.keep`.
   */
  readonly parametersOf: (layer: string, input: tf.Tensor4D) => LayerParameters | undefined;
  /** Of conditional instance normalizations (default: the first style). */
  readonly style?: StyleWeights;
  /** Of instance normalizations, by layer, where an image is a part of a picture (default: each image's own). */
  readonly moments?: ReadonlyMap<string, Moments>;
}

/** Every layer's names, shallow to deep, aliases included. */
export function layerNames(layers: readonly Layer[]): string[] {
  return layers.flatMap(({ name, alias }) => (alias ? [name, alias] : [name]));
}

/**
 * The activations `[images, height, width, channels]` of the wanted layers, by name, for a batch `[images, height, width, 3]`.
 * Every intermediate is freed after its last use. Differentiable in the images and in the parameters. The caller owns the result;
 * `"pixels"` is a clone of the batch.
 *
 * @throws RangeError for a layer that the network lacks, or images that are too small for a wanted layer
 */
export function forward(pass: ForwardPass, batch: tf.Tensor4D, wanted: readonly string[]): Map<string, tf.Tensor4D> {
  return run(pass, batch, wanted, (x) => x);
}

/** The same for one image: activations `[height, width, channels]`. */
export function forwardImage(pass: ForwardPass, image: Image, wanted: readonly string[]): Map<string, tf.Tensor3D> {
  // Squeezed at once, not after the pass: the order of a gradient's sums, and with it their last bits, depends on it.
  return run(pass, image, wanted, (x) => tf.squeeze<tf.Tensor3D>(x, [0]));
}

function run<T extends tf.Tensor>(
  { name: network, layers, preprocessing, parametersOf, style, moments }: ForwardPass, images: Image | tf.Tensor4D, wanted: readonly string[],
  view: (x: tf.Tensor4D) => T,
): Map<string, T> {
  mustHaveLayers(network, layerNames(layers), wanted);
  const { needed, lastUse } = planPass(layers, wanted);
  mustBeLargeEnough(network, layers, needed, images);
  const result = tf.tidy(() => {
    const result: Record<string, T> = {};
    if (wanted.includes("pixels")) result.pixels = view(asBatch(tf.clone(images)));
    const activations = new Map([["pixels", asBatch(preprocessing ? preprocess(images, preprocessing) : tf.clone(images))]]);
    for (const index of needed) {
      const { name, alias, operation } = layers[index];
      const inputs = inputsOf(layers, index);
      const tensors = inputs.map((input) => activations.get(input)!);
      const x = applyLayer(operation, tensors, hasParameters(operation) ? parametersOf(name, tensors[0]) : undefined, style, moments?.get(name));
      activations.set(name, x);
      for (const known of [name, alias ?? name]) if (wanted.includes(known)) result[known] ??= view(x);
      // During a gradient the tape holds its own references.
      for (const input of inputs) {
        const done = activations.get(input)!;
        if (lastUse.get(input) === index && !Object.values<tf.Tensor>(result).includes(done)) done.dispose();
      }
    }
    return result;
  });
  return new Map(wanted.map((layer) => [layer, result[layer]]));
}

function asBatch(images: Image | tf.Tensor4D): tf.Tensor4D {
  return images.rank === 4 ? images as tf.Tensor4D : tf.expandDims<tf.Tensor4D>(images, 0);
}

/** The numbers of the layers that the wanted ones depend on, in order; and by layer name, the last of them that reads it. */
function planPass(layers: readonly Layer[], wanted: readonly string[]): { needed: number[]; lastUse: Map<string, number> } {
  const needed: number[] = [];
  const lastUse = new Map<string, number>();
  const awaited = new Set(wanted);
  for (let index = layers.length - 1; index >= 0; index--) {
    const { name, alias } = layers[index];
    if (!awaited.has(name) && !(alias && awaited.has(alias))) continue;
    needed.unshift(index);
    for (const input of inputsOf(layers, index)) {
      awaited.add(input);
      if (!lastUse.has(input)) lastUse.set(input, index);
    }
  }
  return { needed, lastUse };
}
