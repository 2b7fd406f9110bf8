// What is learned: the filters of a smaller VGG-19, and for every layer a linear map from its channels to VGG-19's. All in one array.
import * as tf from "@tensorflow/tfjs";
import { vgg, topologies } from "../../src/networks/architectures/vgg";
import type { Tensors } from "../../src/platform/files/tensors";
import { networkShapes, parameterSlots, type ParameterSlot } from "../../src/training/parameterSlots";

/** The networks that are distilled from VGG-19; they have the same layers. */
export const studentNames = ["vgg19-half", "vgg19-mini"] as const;
export type StudentName = typeof studentNames[number];

/** Layers that are compared with VGG-19's, shallow to deep: all that a student has, after the activation. */
export const comparedLayers: readonly string[] =
  vgg("vgg19-mini").layers.map(({ name }) => name).filter((name) => name.startsWith("relu"));

/** What is learned, in order: `conv1_1.kernel`, `conv1_1.bias`, `conv1_1.map`, … */
export function slotsOf(student: StudentName): readonly ParameterSlot[] {
  return parameterSlots(networkShapes(vgg(student).layers).flatMap(([name, shape]) => {
    if (!name.endsWith(".bias")) return [[name, shape] as const];
    const block = Number(name[4]) - 1;
    return [[name, shape] as const, [name.replace("bias", "map"), [shape[0], topologies.vgg19.widths[block]]] as const];
  }));
}

/** The map of a layer, `[channels of the student, channels of VGG-19]`. */
export function mapOf(tensors: ReadonlyMap<string, tf.Tensor>, layer: string): tf.Tensor2D {
  return tensors.get(`${layer.replace("relu", "conv")}.map`) as tf.Tensor2D;
}

/** The tensors of the weights file: kernels and biases under the layers' names, as `[out, in, 3, 3]`, which `conv1_1.weight` means. */
export function weightsOf(parameters: Float32Array, student: StudentName): Tensors {
  const tensors: Tensors = new Map();
  for (const { name, shape, offset, size } of slotsOf(student)) {
    const data = parameters.slice(offset, offset + size);
    if (name.endsWith("bias")) tensors.set(name, { shape: [...shape], data });
    if (!name.endsWith("kernel")) continue;
    const [height, width, inputs, outputs] = shape;
    const transposed = tf.tidy(() =>
      tf.transpose(tf.tensor4d(data, [height, width, inputs, outputs]), [3, 2, 0, 1]).dataSync() as Float32Array);
    tensors.set(name.replace("kernel", "weight"), { shape: [outputs, inputs, height, width], data: transposed });
  }
  return tensors;
}
