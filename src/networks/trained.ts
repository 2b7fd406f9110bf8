// A network with trained weights: its filters read from a file, and the input that they were trained on.
import * as tf from "@tensorflow/tfjs";
import { engine } from "../platform/engine/engine";
import type { TensorData } from "../platform/files/tensors";
import type { Filter, Preprocessing } from "./applyLayer";
import type { Architecture, Layer, Layout, Normalization } from "./architectures/architecture";
import { graphNetwork, type GraphNetwork } from "./graphNetwork";
import { networkWeights } from "./weights/networkWeights";

/** Oxford's Caffe weights see 0…255 minus the mean color; torchvision's see values of mean 0 and deviation 1. */
export const preparations: Readonly<Record<Normalization, Preprocessing>> = {
  caffe: { mean: [123.68 / 255, 116.779 / 255, 103.939 / 255], scale: [255, 255, 255] },
  torchvision: { mean: [0.485, 0.456, 0.406], scale: [1 / 0.229, 1 / 0.224, 1 / 0.225] },
};

/**
 * The network of an architecture with the weights of a file: that which `findWeights` names, or `file`, a path or the name of
 * a file in a folder of weights. A network of your own is an `Architecture` and this call.
 *
 * @throws where the file is missing, damaged or another network's, listing every tensor that disagrees
 */
export async function trainedNetwork(architecture: Architecture, { file }: { file?: string } = {}): Promise<GraphNetwork> {
  const { filters, preparation, layout } = await trainedFilters(architecture, file);
  return graphNetwork(roundedAs(layout, architecture.layers), filters, { name: architecture.name, preparation });
}

/** The filters of an architecture as tensors, with what they expect of an image. */
export async function trainedFilters(
  architecture: Architecture, file?: string,
): Promise<{ filters: Map<string, Filter>; preparation: Preprocessing; layout: Layout }> {
  await engine();
  const { filters, normalization, layout } = await networkWeights(architecture, file);
  const [first] = filters.keys();
  return {
    layout, preparation: preparations[normalization],
    filters: new Map([...filters].map(([name, { kernel, bias }]) => {
      const values = name === first && normalization === "caffe" ? fromBgr(kernel) : kernel.data;
      const shape = kernel.shape as [number, number, number, number];
      return [name, { kernel: tf.tensor4d(values, shape), bias: tf.tensor1d(bias) }];
    })),
  };
}

/** The first kernel's input channels from Caffe's BGR to our RGB; so no image ever has to be turned. */
function fromBgr({ data, shape: [height, width, inputs, outputs] }: TensorData): Float32Array {
  const turned = new Float32Array(data.length);
  for (let tap = 0; tap < height * width; tap++)
    for (let channel = 0; channel < inputs; channel++) {
      const from = (tap * inputs + channel) * outputs;
      turned.set(data.subarray(from, from + outputs), (tap * inputs + inputs - 1 - channel) * outputs);
    }
  return turned;
}

function roundedAs({ rounding }: Layout, layers: readonly Layer[]): readonly Layer[] {
  if (!rounding) return layers;
  return layers.map((layer) => (layer.operation.kind === "pool" ? { ...layer, operation: { ...layer.operation, rounding } } : layer));
}
