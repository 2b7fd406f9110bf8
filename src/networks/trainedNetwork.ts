// A network with trained weights: its filters read from a file, and the input that they were trained on.
import * as tf from "@tensorflow/tfjs";
import { engine } from "../platform/engine/engine";
import type { TensorData } from "../platform/files/tensors";
import type { Filter } from "./applyLayer";
import type { Architecture, Layer } from "./architectures/architecture";
import type { WeightsNaming } from "./architectures/weightsNaming";
import { graphNetwork, type GraphNetwork } from "./graphNetwork";
import { preprocessings, type Preprocessing } from "./preprocess";
import { sharedParameters } from "./sharedParameters";
import { networkWeights } from "./weights/networkWeights";

/**
 * The network of an architecture with the weights of a file: the one that `findWeights` finds, or `file`, a path or the name of a
 * file in a folder of weights. A custom network is an `Architecture` and this call.
 *
 * @throws where the file is missing, damaged or another network's, listing every tensor that does not fit
 */
export async function trainedNetwork(architecture: Architecture, { file }: { file?: string } = {}): Promise<GraphNetwork> {
  const { filters, preprocessing, naming } = await trainedFilters(architecture, file);
  return graphNetwork(roundedAs(naming, architecture.layers), filters, { name: architecture.name, preprocessing });
}

/**
 * The filters of an architecture as tensors, with what they expect of an image. The file is read each time; filters that a network
 * already holds take no further memory.
 */
export async function trainedFilters(
  architecture: Architecture, file?: string,
): Promise<{ filters: Map<string, Filter>; preprocessing: Preprocessing; naming: WeightsNaming }> {
  await engine();
  const { filters, normalization, naming } = await networkWeights(architecture, file);
  const [first] = filters.keys();
  const create = (): Map<string, Filter> => new Map([...filters].map(([name, { kernel, bias }]) => {
    const values = name === first && normalization === "caffe" ? fromBgr(kernel) : kernel.data;
    const shape = kernel.shape as [number, number, number, number];
    return [name, { kernel: tf.tensor4d(values, shape), bias: tf.tensor1d(bias) }];
  }));
  // Names, shapes and channel order are part of what must be the same.
  const about = new Float32Array(Buffer.from(JSON.stringify([normalization, [...filters].map(([name, { kernel }]) => [name, kernel.shape])])));
  const arrays = [about, ...[...filters.values()].flatMap(({ kernel, bias }) => [kernel.data, bias])];
  return { naming, preprocessing: preprocessings[normalization], filters: sharedParameters(arrays as Float32Array[], create) };
}

/** The first kernel's input channels from Caffe's BGR to our RGB, so that images stay RGB. */
function fromBgr({ data, shape: [height, width, inputs, outputs] }: TensorData): Float32Array {
  const reordered = new Float32Array(data.length);
  for (let tap = 0; tap < height * width; tap++)
    for (let channel = 0; channel < inputs; channel++) {
      const from = (tap * inputs + channel) * outputs;
      reordered.set(data.subarray(from, from + outputs), (tap * inputs + inputs - 1 - channel) * outputs);
    }
  return reordered;
}

function roundedAs({ rounding }: WeightsNaming, layers: readonly Layer[]): readonly Layer[] {
  if (!rounding) return layers;
  return layers.map((layer) => (layer.operation.kind === "pool" ? { ...layer, operation: { ...layer.operation, rounding } } : layer));
}
