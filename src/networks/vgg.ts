// VGG-16 and VGG-19 (Simonyan & Zisserman 2014): five blocks of 3×3 convolutions, each ended by a 2×2 pooling.
import { inspect } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { engine } from "../engine/engine";
import { topologies, vggWeights, type Normalisation, type VggName } from "../files/weights";
import type { Image } from "../image";
import { mustBeOneOf } from "../names";
import type { Features, Network } from "./network";


/** What stands between two blocks; 2×2 windows without overlap, a last odd row or column is left out. */
export const poolings = ["max", "average", "l2"] as const;
export type Pooling = (typeof poolings)[number];

/** One convolution: a kernel `[3, 3, in, out]` and a bias `[out]`. */
export interface Filter {
  readonly kernel: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
}

/** From RGB in 0…1 to what the filters were trained on: `(image − mean) · scale`, channel by channel. */
export interface Preparation {
  readonly mean: readonly [number, number, number];
  readonly scale: readonly [number, number, number];
}

/** A VGG with its filters in the open, so that others can be made from it. */
export interface Vgg extends Network {
  readonly topology: VggName;
  readonly pooling: Pooling;
  readonly preparation: Preparation;
  /** By the name of their convolution, `conv1_1` …; the network owns them. */
  readonly filters: ReadonlyMap<string, Filter>;
}

/** Oxford's Caffe weights see 0…255 minus the mean colour; torchvision's see values of mean 0 and deviation 1. */
export const preparations: Record<Normalisation, Preparation> = {
  caffe: { mean: [123.68 / 255, 116.779 / 255, 103.939 / 255], scale: [255, 255, 255] },
  torchvision: { mean: [0.485, 0.456, 0.406], scale: [1 / 0.229, 1 / 0.224, 1 / 0.225] },
};

/** VGG-19 with trained weights, the network of Gatys et al. Weights: `npm run weights -- vgg19`. */
export function vgg19(options: { pooling?: Pooling } = {}): Promise<Vgg> {
  return trained("vgg19", options);
}

/** VGG-16 with trained weights, the network of Johnson et al. Weights: `npm run weights -- vgg16`. */
export function vgg16(options: { pooling?: Pooling } = {}): Promise<Vgg> {
  return trained("vgg16", options);
}

/**
 * VGG-19 to conv5_1 with a quarter of its channels, distilled from it so that a picture that looks alike to the one looks
 * alike to the other. It comes with the project and needs a sixteenth of the arithmetic; `weights/README.md` says how it
 * was made and how well it sees.
 */
export function vgg19Mini(options: { pooling?: Pooling } = {}): Promise<Vgg> {
  return trained("vgg19-mini", options);
}

async function trained(topology: VggName, { pooling = "max" }: { pooling?: Pooling }): Promise<Vgg> {
  await engine();
  const { layers, normalisation } = await vggWeights(topology);
  const filters = new Map<string, Filter>();
  for (const [name, { kernel, bias }] of layers) {
    const values = name === "conv1_1" && normalisation === "caffe" ? fromBgr(kernel.data, kernel.shape) : kernel.data;
    const shape = kernel.shape as [number, number, number, number];
    filters.set(name, { kernel: tf.tensor4d(values, shape), bias: tf.tensor1d(bias) });
  }
  return vggFrom(filters, { name: topology, topology, pooling, preparation: preparations[normalisation] });
}

/** The first kernel's input channels from Caffe's BGR to our RGB; so no image ever has to be turned. */
function fromBgr(data: Float32Array, [height, width, inputs, outputs]: readonly number[]): Float32Array {
  const turned = new Float32Array(data.length);
  for (let tap = 0; tap < height * width; tap++)
    for (let channel = 0; channel < inputs; channel++) {
      const from = (tap * inputs + channel) * outputs;
      turned.set(data.subarray(from, from + outputs), (tap * inputs + inputs - 1 - channel) * outputs);
    }
  return turned;
}

/** A VGG from its filters. It owns them from then on: `dispose()` gives them back. */
export function vggFrom(
  filters: ReadonlyMap<string, Filter>, about: Omit<Vgg, "filters" | "layers" | "features" | "dispose">,
): Vgg {
  mustBeOneOf(about.pooling, poolings, "pooling");
  const network: Vgg = Object.defineProperty({
    ...about,
    filters,
    layers: layerNames(about.topology),
    features: (image, layers) => look(network, image, layers),
    dispose: () => filters.forEach(({ kernel, bias }) => tf.dispose([kernel, bias])),
  }, inspect.custom, { value: () => `${about.name}, ${about.pooling} pooling, ${filters.size} convolutions` });
  return network;
}

/** conv1_1, relu1_1, conv1_2, relu1_2, pool1, conv2_1, …: `conv` is before the activation, `relu` after it. */
function layerNames(topology: VggName): string[] {
  const { convolutions, poolings } = topologies[topology];
  return convolutions.flatMap((count, block) => [
    ...Array.from({ length: count }, (_, i) => [`conv${block + 1}_${i + 1}`, `relu${block + 1}_${i + 1}`]).flat(),
    ...(block < poolings ? [`pool${block + 1}`] : []),
  ]);
}

function look(network: Vgg, image: Image, wanted: readonly string[]): Features {
  for (const layer of wanted) if (layer !== "pixels") mustBeOneOf(layer, network.layers, "layer", network.name);
  const depth = Math.max(-1, ...wanted.map((layer) => network.layers.indexOf(layer)));
  if (depth >= 0) mustBeLargeEnough(network, image, network.layers[depth]);
  const seen = tf.tidy(() => {
    const kept: Record<string, tf.Tensor3D> = {};
    let x = tf.expandDims<tf.Tensor4D>(prepared(image, network.preparation), 0);
    for (const layer of network.layers.slice(0, depth + 1)) {
      const y = through(layer, x, network);
      x.dispose(); // during a gradient the tape keeps its own reference
      x = y;
      if (wanted.includes(layer)) kept[layer] = tf.squeeze<tf.Tensor3D>(x, [0]);
    }
    return kept;
  });
  return (layer) => {
    if (layer === "pixels") return image;
    return seen[mustBeOneOf(layer, Object.keys(seen), "layer", `these features of ${network.name}`)];
  };
}

/** One image or a batch of them in the units that the filters were trained on. */
export function prepared<T extends tf.Tensor>(image: T, { mean, scale }: Preparation): T {
  return tf.tidy(() => tf.mul(tf.sub(image, tf.tensor1d([...mean])), tf.tensor1d([...scale])) as T);
}

/** What one layer makes of a batch `[images, height, width, channels]`. */
export function through(layer: string, x: tf.Tensor4D, { filters, pooling }: Pick<Vgg, "filters" | "pooling">): tf.Tensor4D {
  if (layer.startsWith("relu")) return tf.relu(x);
  if (layer.startsWith("pool")) return pool(x, pooling);
  const { kernel, bias } = filters.get(layer)!;
  return tf.tidy(() => tf.add(tf.conv2d(x, kernel, 1, "same"), bias));
}

function pool(x: tf.Tensor4D, pooling: Pooling): tf.Tensor4D {
  if (pooling === "max") return tf.maxPool(x, 2, 2, "valid");
  if (pooling === "average") return tf.avgPool(x, 2, 2, "valid");
  // The root of a sum of four squares; the 1e-12 keeps its slope finite where all four are 0.
  return tf.tidy(() => tf.sqrt(tf.add(tf.mul(tf.avgPool(tf.square(x), 2, 2, "valid"), 4), 1e-12)) as tf.Tensor4D);
}

/** Block k sees the image halved k − 1 times, and something must be left of it; a pooling halves once more. */
export function mustBeLargeEnough(network: Network, image: Image, layer: string): void {
  const [height, width] = image.shape;
  const block = Number(/\d/.exec(layer)![0]);
  const smallest = 2 ** (layer.startsWith("pool") ? block : block - 1);
  if (Math.min(height, width) >= smallest) return;
  throw new RangeError(
    `an image of ${height}×${width} is too small for ${layer} of ${network.name}, which needs at least ` +
      `${smallest}×${smallest}: load it larger, or ask for a shallower layer`);
}
