// ResNet-50 (He et al. 2015, table 1) as Keras has it: four stacks of blocks, each a detour of three convolutions around a shortcut.
import type { Architecture, Layer } from "./architecture";
import { convolution, pool, relu, type Convolution } from "./operation";
import { kerasTensor, type TensorPart } from "./weightsNaming";

/** The channels, blocks and stride of the stacks conv2 … conv5. */
const stacks: readonly (readonly [channels: number, blocks: number, stride: number])[] = [
  [64, 3, 1], [128, 4, 2], [256, 6, 2], [512, 3, 2],
];

/**
 * Layers have Keras' names. Every batch normalization is folded into the convolution before it, so there is no `conv1_conv`:
 * what the two give together is `conv1_bn`, and `conv2_block1_out` is the rectified sum of detour and shortcut.
 */
export const resnet50: Architecture = {
  name: "resnet50",
  layers: [
    { name: "conv1_bn", operation: folded(64, 7, { stride: 2 }) },
    { name: "conv1_relu", operation: relu },
    { name: "pool1_pool", operation: pool("max", { size: 3, padding: 1 }) },
    ...blocks(),
  ],
  random: "randomResnet50()",
  tensorPattern: /(?:^|\/)conv\d(?:_block\d+_\d)?_(?:conv|bn)\//,
  namings: [{ normalization: "caffe", tensor: keras }],
};

function folded(channels: number, size: number, options: Partial<Convolution> = {}): Convolution {
  return convolution(channels, size, { batchNorm: 1.001e-5, ...options });
}

function blocks(): Layer[] {
  const layers: Layer[] = [];
  let input = "pool1_pool";
  stacks.forEach(([channels, count, stride], stack) => {
    for (let number = 1; number <= count; number++) {
      const name = `conv${stack + 2}_block${number}`;
      layers.push(...block(name, input, channels, number === 1 ? { stride } : undefined));
      input = `${name}_out`;
    }
  });
  return layers;
}

/** The first block of a stack (with a `first`) has a convolution in its shortcut, too; both of its strides are in 1×1 convolutions. */
function block(name: string, input: string, channels: number, first?: { readonly stride: number }): Layer[] {
  const shortcut: Layer[] = first ? [{ name: `${name}_0_bn`, inputs: [input], operation: folded(4 * channels, 1, first) }] : [];
  return [
    ...shortcut,
    { name: `${name}_1_bn`, inputs: [input], operation: folded(channels, 1, first) },
    { name: `${name}_1_relu`, operation: relu },
    { name: `${name}_2_bn`, operation: folded(channels, 3) },
    { name: `${name}_2_relu`, operation: relu },
    { name: `${name}_3_bn`, operation: folded(4 * channels, 1) },
    { name: `${name}_add`, inputs: [first ? `${name}_0_bn` : input, `${name}_3_bn`], operation: { kind: "add" } },
    { name: `${name}_out`, operation: relu },
  ];
}

/** Kernel and bias are the convolution's, the rest the normalization's. */
function keras(layer: string, part: TensorPart): RegExp {
  return kerasTensor(part === "kernel" || part === "bias" ? layer.replace(/_bn$/, "_conv") : layer, part);
}
