// SqueezeNet 1.1: as accurate on ImageNet as AlexNet, with a hundredth of VGG's weights.
import { numberWhere, wholeNumber } from "../spec";
import { squeezenet as architecture } from "./architectures/squeezenet";
import type { GraphNetwork } from "./graphNetwork";
import type { NetworkSpec } from "./networkSpec";
import { randomNetwork, type RandomOptions } from "./randomNetwork";
import { trainedNetwork } from "./trainedNetwork";

/**
 * SqueezeNet 1.1 with trained weights (3 MB): `npm run weights -- squeezenet`, or a `file`. Layers `relu_conv1`, `pool1`,
 * `fire2/concat`, …, `fire9/concat`, also known as `features.1`, `features.2`, `features.3`, …, `features.12`.
 *
 * The published Keras file and torchvision's expect different inputs and round differently; the names in the file tell which one
 * it is. `squeezenet({ file: "squeezenet1_1_torchvision.safetensors" })` is the network of CS231n.
 */
export function squeezenet(options: { file?: string } = {}): Promise<GraphNetwork> {
  return trainedNetwork(architecture, options);
}

/** A SqueezeNet with seeded random filters, as `randomVgg`. All of its channels by default: it is small. */
export function randomSqueezenet(options: RandomOptions = {}): Promise<GraphNetwork> {
  return randomNetwork(architecture, options);
}

export const squeezenetSpec: NetworkSpec<{ file?: string }> = {
  name: "squeezenet", make: squeezenet, architecture: () => architecture, random: "random-squeezenet",
  options: { file: { expects: "a path, or the name of a file in a folder of weights", accepts: (value) => typeof value === "string" } },
  summary: "a small network of fire modules", source: "Iandola et al. 2016",
};

export const randomSqueezenetSpec: NetworkSpec<{ seed?: number; width?: number }> = {
  name: "random-squeezenet", make: randomSqueezenet, architecture: () => architecture,
  options: { seed: wholeNumber(0), width: numberWhere(1, "a number above 0, 4 at most", (width) => width > 0 && width <= 4) },
  summary: "the same with random filters", source: "He et al. 2016",
};
