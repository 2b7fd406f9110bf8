// ResNet-50: a network with shortcut connections.
import { numberWhere, wholeNumber } from "../spec";
import { resnet50 as architecture } from "./architectures/resnet50";
import type { GraphNetwork } from "./graphNetwork";
import type { NetworkSpec } from "./networkSpec";
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

export const resnet50Spec: NetworkSpec<{ file?: string }> = {
  name: "resnet50", make: resnet50, architecture: () => architecture, random: "random-resnet50",
  options: { file: { expects: "a path, or the name of a file in a folder of weights", accepts: (value) => typeof value === "string" } },
  summary: "a network with shortcut connections", source: "He et al. 2015",
};

export const randomResnet50Spec: NetworkSpec<{ seed?: number; width?: number }> = {
  name: "random-resnet50", make: randomResnet50, architecture: () => architecture,
  options: { seed: wholeNumber(0), width: numberWhere(0.25, "a number above 0, 4 at most", (width) => width > 0 && width <= 4) },
  summary: "the same with random filters", source: "He et al. 2016",
};
