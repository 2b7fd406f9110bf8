// A network with trained weights: its filters read from a file, and the input that they were trained on.
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { engine } from "../platform/engine/engine";
import { checksumOf } from "../platform/files/checksumOf";
import { fileStamp } from "../platform/files/fileStamp";
import type { TensorData } from "../platform/files/tensors";
import type { Filter } from "./applyLayer";
import { convolutionsOf, type Architecture, type Layer } from "./architectures/architecture";
import { tensorParts, type WeightsNaming } from "./architectures/weightsNaming";
import { graphNetwork, type GraphNetwork, type WeightsFile } from "./graphNetwork";
import { preprocessings, type Preprocessing } from "./preprocess";
import { sharedParameters } from "./sharedParameters";
import { checkedFile } from "./weights/networkWeights";
import { readFilters } from "./weights/readFilters";

/**
 * The network of an architecture with the weights of a file: the one that `findWeights` finds, or `file`, a path or the name of a
 * file in a folder of weights. A custom network is an `Architecture` and this call.
 *
 * @throws where the file is missing, damaged or another network's, listing every tensor that does not fit
 */
export async function trainedNetwork(architecture: Architecture, { file }: { file?: string } = {}): Promise<GraphNetwork> {
  const { filters, preprocessing, naming, weights } = await trainedFilters(architecture, file);
  return graphNetwork(roundedAs(naming, architecture.layers), filters, { name: architecture.name, preprocessing, weights });
}

/**
 * The filters of an architecture as tensors, with what they expect of an image. A file that was read is read again when it has
 * changed, or when no network holds its filters any more.
 */
export async function trainedFilters(
  architecture: Architecture, file?: string,
): Promise<{ filters: Map<string, Filter>; preprocessing: Preprocessing; naming: WeightsNaming; weights: WeightsFile }> {
  await engine();
  const found = await checkedFile(architecture, file);
  const { text, settled } = await fileStamp(found);
  const key = settled ? `${text} ${readingOf(architecture)}` : undefined;
  const { parameters, about } = await sharedParameters(key, async () => {
    const { filters, normalization, naming } = await readFilters(architecture, found);
    const [first] = filters.keys();
    const parameters = new Map([...filters].map(([name, { kernel, bias }]): [string, Filter] => {
      const values = name === first && normalization === "caffe" ? fromBgr(kernel) : kernel.data;
      return [name, { kernel: tf.tensor4d(values, kernel.shape as [number, number, number, number]), bias: tf.tensor1d(bias) }];
    }));
    const weights = { file: path.basename(found), sha256: await checksumOf(found, "sha256") };
    return { parameters, about: { preprocessing: preprocessings[normalization], naming, weights } };
  });
  return { filters: parameters, ...about };
}

/** All that decides what is read from a file: the convolutions, and what the namings call their tensors. */
function readingOf({ layers, namings, tensorPattern }: Architecture): string {
  const convolutions = [...convolutionsOf(layers)];
  return JSON.stringify([convolutions, `${tensorPattern}`, namings.map(({ tensor, ...naming }) =>
    [naming, convolutions.map(([layer]) => tensorParts.map((part) => `${tensor(layer, part)}`))])]);
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
