// SqueezeNet 1.1 (Iandola et al. 2016): eight fire modules, each a squeeze to few channels and an expansion by 1×1 and by 3×3.
import type { Architecture, Layer } from "./architecture";
import { convolution, pool, relu } from "./operation";
import { kerasTensor, torchTensor, type TensorPart } from "./weightsNaming";

/** By number: the channels of the squeeze, those of each expansion, and torchvision's index of the module. */
const fires: Readonly<Record<number, readonly [squeeze: number, expand: number, index: number]>> = {
  2: [16, 64, 3], 3: [16, 64, 4], 4: [32, 128, 6], 5: [32, 128, 7], 6: [48, 192, 9], 7: [48, 192, 10], 8: [64, 256, 11], 9: [64, 256, 12],
};

/**
 * Layers have the names of the Keras version and, where torchvision numbers them, those too: `relu_conv1` is `features.1`,
 * `fire2/concat` is `features.3`. The network that torchvision's weights were trained in counts a pooling window that
 * overlaps the edge; the Keras version does not. For an odd side both are the same.
 */
export const squeezenet: Architecture = {
  name: "squeezenet",
  layers: [
    { name: "conv1", alias: "features.0", operation: convolution(64, 3, { stride: 2, padding: 0 }) },
    { name: "relu_conv1", alias: "features.1", operation: relu },
    pooled("pool1", 2), ...fire(2), ...fire(3), pooled("pool3", 5), ...fire(4), ...fire(5), pooled("pool5", 8),
    ...fire(6), ...fire(7), ...fire(8), ...fire(9),
  ],
  random: "randomSqueezenet()",
  tensorPattern: /(?:^|\/)(?:conv1|fire\d)\/|(?:^|\.)features\.\d+\./,
  namings: [
    { normalization: "caffe", rounding: "floor", tensor: keras },
    { normalization: "torchvision", rounding: "ceil", torch: true, tensor: (layer, part) => torchTensor(torchPath(layer), part) },
  ],
};

function pooled(name: string, index: number): Layer {
  return { name, alias: `features.${index}`, operation: pool("max", { size: 3 }) };
}

function fire(number: number): Layer[] {
  const [squeeze, expand, index] = fires[number];
  const named = (name: string): string => `fire${number}/${name}`;
  return [
    { name: named("squeeze1x1"), operation: convolution(squeeze, 1) },
    { name: named("relu_squeeze1x1"), operation: relu },
    { name: named("expand1x1"), operation: convolution(expand, 1) },
    { name: named("relu_expand1x1"), operation: relu },
    { name: named("expand3x3"), inputs: [named("relu_squeeze1x1")], operation: convolution(expand, 3) },
    { name: named("relu_expand3x3"), operation: relu },
    { name: named("concat"), alias: `features.${index}`, inputs: [named("relu_expand1x1"), named("relu_expand3x3")], operation: { kind: "concat" } },
  ];
}

/** The published file calls its kernels `conv1/uniform1`, `fire2/squeeze1x1/uniform2`, …; others are called as usual. */
function keras(layer: string, part: TensorPart): RegExp {
  const usual = kerasTensor(layer, part);
  return part === "kernel" ? new RegExp(`${usual.source}|(?:^|/)${layer}/uniform\\d+$`) : usual;
}

function torchPath(layer: string): string {
  const [, number, convolution] = /^fire(\d)\/(\w+)$/.exec(layer) ?? [];
  return number ? `features.${fires[Number(number)][2]}.${convolution.replace("squeeze1x1", "squeeze")}` : "features.0";
}
