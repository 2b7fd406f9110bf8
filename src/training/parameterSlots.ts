// Parameters of several tensors as slots of one Float32Array: the point that an optimizer moves.
import * as tf from "@tensorflow/tfjs";
import type { LayerParameters } from "../networks/applyLayer";
import { parameterShapes, type Layer } from "../networks/architectures/architecture";

/** One learned tensor, and where its numbers are. */
export interface ParameterSlot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

/** Slots one after the other, in the order of `shapes`. */
export function parameterSlots(shapes: Iterable<readonly [name: string, shape: readonly number[]]>): readonly ParameterSlot[] {
  let offset = 0;
  return [...shapes].map(([name, shape]) => {
    const slot = { name, shape, offset, size: tf.util.sizeFromShape([...shape]) };
    offset += slot.size;
    return slot;
  });
}

/** The names and shapes of what is learned in a network that reads `inputs` channels: `conv1.kernel`, `conv1.bias`, `norm1.scale`, … */
export function networkShapes(layers: readonly Layer[], inputs = 3): [name: string, shape: readonly number[]][] {
  return [...parameterShapes(layers, inputs)].flatMap(([layer, shapes]) =>
    Object.entries(shapes).map(([part, shape]): [string, readonly number[]] => [`${layer}.${part}`, shape]));
}

/** How many numbers the slots hold. */
export function parameterCount(slots: readonly ParameterSlot[]): number {
  return slots.reduce((sum, { size }) => sum + size, 0);
}

/** The numbers of every slot, by its name, as one array. */
export function packParameters(slots: readonly ParameterSlot[], values: ReadonlyMap<string, ArrayLike<number>>): Float32Array {
  const packed = new Float32Array(parameterCount(slots));
  for (const { name, offset, size } of slots) {
    const numbers = values.get(name);
    if (numbers?.length !== size) throw new RangeError(`the parameter ${name} has ${size} numbers, got ${numbers?.length ?? "none"}`);
    packed.set(numbers, offset);
  }
  return packed;
}

/** The slots as tensors by name. The caller owns them. */
export function parameterTensors(slots: readonly ParameterSlot[], parameters: Float32Array): Map<string, tf.Tensor> {
  return new Map(slots.map(({ name, shape, offset, size }) => [name, tf.tensor(parameters.slice(offset, offset + size), [...shape])]));
}

/** A network's parameters by layer, from tensors that are named as in `networkShapes`; others are left out. */
export function layerParameters(tensors: ReadonlyMap<string, tf.Tensor>): Map<string, LayerParameters> {
  const found = new Map<string, Record<string, tf.Tensor>>();
  for (const [name, tensor] of tensors) {
    const [, layer, part] = /^(.*)\.(kernel|bias|scale|shift)$/.exec(name) ?? [];
    if (layer === undefined) continue;
    if (!found.has(layer)) found.set(layer, {});
    found.get(layer)![part] = tensor;
  }
  return found as unknown as Map<string, LayerParameters>;
}
