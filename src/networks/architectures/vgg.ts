// VGG-16 and VGG-19 (Simonyan & Zisserman 2014): five blocks of 3×3 convolutions, each ended by a pooling.
import type { Architecture, Layer } from "./architecture";
import { convolution, pool, relu, type Pooling } from "./operation";
import { kerasTensor, torchTensor } from "./weightsNaming";

export type VggName = "vgg16" | "vgg19" | "vgg19-half" | "vgg19-mini";

/** A VGG's shape, block by block: how many 3×3 convolutions, how many channels, and how many blocks end in a pooling. */
export interface Topology {
  readonly convolutions: readonly number[];
  readonly widths: readonly number[];
  readonly poolings: number;
}

/** Simonyan & Zisserman 2014, table 1, columns D and E; the half and the mini are E to conv5_1, with a half and a quarter of the channels. */
export const topologies: Readonly<Record<VggName, Topology>> = {
  vgg16: { convolutions: [2, 2, 3, 3, 3], widths: [64, 128, 256, 512, 512], poolings: 5 },
  vgg19: { convolutions: [2, 2, 4, 4, 4], widths: [64, 128, 256, 512, 512], poolings: 5 },
  "vgg19-half": { convolutions: [2, 2, 4, 4, 1], widths: [32, 64, 128, 256, 256], poolings: 4 },
  "vgg19-mini": { convolutions: [2, 2, 4, 4, 1], widths: [16, 32, 64, 128, 128], poolings: 4 },
};

/** Layers conv1_1, relu1_1, conv1_2, relu1_2, pool1, conv2_1, …: `conv` is before the activation, `relu` after it. */
export function vgg(name: VggName, pooling: Pooling = "max"): Architecture {
  const { convolutions, widths, poolings } = topologies[name];
  const layers = convolutions.flatMap((count, block): Layer[] => [
    ...Array.from({ length: count }, (_, i): Layer[] => [
      { name: `conv${block + 1}_${i + 1}`, operation: convolution(widths[block], 3) },
      { name: `relu${block + 1}_${i + 1}`, operation: relu },
    ]).flat(),
    ...(block < poolings ? [{ name: `pool${block + 1}`, operation: pool(pooling) }] : []),
  ]);
  return {
    name, layers, random: "randomVgg()", tensorPattern: /block\d_conv\d|features\.\d+\.|conv\d_\d/,
    namings: [
      { normalization: "caffe", tensor: (layer, part) => kerasTensor(layer.replace(/conv(\d)_(\d)/, "block$1_conv$2"), part) },
      { // torchvision numbers convolutions, activations and poolings alike
        normalization: "torchvision", torch: true,
        tensor: (layer, part) => torchTensor(`features.${layers.findIndex(({ name }) => name === layer)}`, part),
      },
      { normalization: "caffe", torch: true, tensor: torchTensor },
    ],
  };
}
