// What is learned: the mini's filters, and for every layer a linear map from its channels to VGG-19's. All in one array.
import * as tf from "@tensorflow/tfjs";
import type { Filter } from "../../src/networks/applyLayer";
import { topologies } from "../../src/networks/architectures/vgg";
import type { Tensors } from "../../src/platform/files/tensors";

/** One learned array and where its numbers lie. */
interface Slot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly from: number;
  readonly size: number;
}

/** Layers that are compared with VGG-19's, shallow to deep: all that the mini has, rectified. */
export const comparedLayers: readonly string[] =
  topologies["vgg19-mini"].convolutions.flatMap((count, block) => Array.from({ length: count }, (_, i) => `relu${block + 1}_${i + 1}`));

const slots = layOut();
/** What is learned, by name and in order: `conv1_1.kernel`, `conv1_1.bias`, `conv1_1.map`, … */
export const slotNames: readonly string[] = slots.map(({ name }) => name);
/** How many numbers are learned. */
export const parameterCount: number = slots.reduce((sum, { size }) => sum + size, 0);

function layOut(): Slot[] {
  const { widths } = topologies["vgg19-mini"];
  const found: Slot[] = [];
  let from = 0;
  const add = (name: string, shape: number[]): void => {
    const size = tf.util.sizeFromShape(shape);
    found.push({ name, shape, from, size });
    from += size;
  };
  let inputs = 3;
  for (const layer of comparedLayers) {
    const block = Number(layer[4]) - 1;
    const conv = layer.replace("relu", "conv");
    add(`${conv}.kernel`, [3, 3, inputs, widths[block]]);
    add(`${conv}.bias`, [widths[block]]);
    add(`${conv}.map`, [widths[block], topologies.vgg19.widths[block]]);
    inputs = widths[block];
  }
  return found;
}

/** The arrays as tensors, in order; the caller owns them. */
export function asTensors(parameters: Float32Array): tf.Tensor[] {
  return slots.map(({ shape, from, size }) => tf.tensor(parameters.slice(from, from + size), [...shape]));
}

/** The same for one step of training: parts of one array, which an engine takes as they come, where tensors on their own are there to stay. */
export function asParts(parameters: Float32Array): tf.Tensor[] {
  return tf.tidy(() => {
    const flat = tf.tensor1d(parameters);
    return slots.map(({ shape, from, size }) => tf.reshape(tf.slice(flat, from, size), [...shape]));
  });
}

/** One part for each name, as one array. */
export function flattened(arrays: readonly ArrayLike<number>[]): Float32Array {
  const flat = new Float32Array(parameterCount);
  slots.forEach(({ from }, at) => flat.set(arrays[at], from));
  return flat;
}

/** The mini's filters by the name of their convolution. */
export function filtersOf(tensors: readonly tf.Tensor[]): Map<string, Filter> {
  const found = new Map<string, Filter>();
  slots.forEach(({ name }, at) => {
    if (name.endsWith("kernel"))
      found.set(name.split(".")[0], { kernel: tensors[at] as tf.Tensor4D, bias: tensors[at + 1] as tf.Tensor1D });
  });
  return found;
}

/** The map of a layer, `[channels of the mini, channels of VGG-19]`. */
export function mapOf(tensors: readonly tf.Tensor[], layer: string): tf.Tensor2D {
  return tensors[slots.findIndex(({ name }) => name === `${layer.replace("relu", "conv")}.map`)] as tf.Tensor2D;
}

/** What is shipped: kernels and biases under the layers' names, as `[out, in, 3, 3]`, which `conv1_1.weight` means. */
export function shipped(parameters: Float32Array): Tensors {
  const tensors: Tensors = new Map();
  for (const { name, shape, from, size } of slots) {
    const data = parameters.slice(from, from + size);
    if (name.endsWith("bias")) tensors.set(name, { shape: [...shape], data });
    if (!name.endsWith("kernel")) continue;
    const [height, width, inputs, outputs] = shape;
    const turned = tf.tidy(() =>
      tf.transpose(tf.tensor4d(data, [height, width, inputs, outputs]), [3, 2, 0, 1]).dataSync() as Float32Array);
    tensors.set(name.replace("kernel", "weight"), { shape: [outputs, inputs, height, width], data: turned });
  }
  return tensors;
}
