// ResNet-50: a network with shortcut connections.
import { resnet50 as architecture } from "./architectures/resnet50";
import type { GraphNetwork } from "./graphNetwork";
import { randomNetwork, type RandomOptions } from "./randomNetwork";
import { trainedNetwork } from "./trainedNetwork";

/**
 * ResNet-50 with trained weights (95 MB): `npm run weights -- resnet50`, or a `file`. Layers `conv1_relu`, `pool1_pool`,
 * `conv2_block1_out`, …, `conv5_block3_out`, as in Keras; batch normalizations are folded into their convolutions.
 */
export function resnet50(options: { file?: string } = {}): Promise<GraphNetwork> {
  return trainedNetwork(architecture, options);
}

/** A ResNet-50 with seeded random filters, as `randomVgg`. Default: a quarter of its channels, 16 times less arithmetic. */
export function randomResnet50({ width = 0.25, ...options }: RandomOptions = {}): Promise<GraphNetwork> {
  return randomNetwork(architecture, { width, ...options });
}
