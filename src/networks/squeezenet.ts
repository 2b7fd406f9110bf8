// SqueezeNet 1.1: as deep as VGG in what it tells apart, with a hundredth of the weights.
import { squeezenet as architecture } from "./architectures/squeezenet";
import type { GraphNetwork } from "./graphNetwork";
import { randomNetwork, type RandomOptions } from "./random";
import { trainedNetwork } from "./trained";

/**
 * SqueezeNet 1.1 with trained weights (3 MB): `npm run weights -- squeezenet`, or a `file`. Layers `relu_conv1`, `pool1`,
 * `fire2/concat`, …, `fire9/concat`, also known as `features.1`, `features.2`, `features.3`, …, `features.12`.
 *
 * The published Keras file and torchvision's expect different inputs and round differently; which one it is, is seen from the
 * names in it. `squeezenet({ file: "squeezenet1_1_torchvision.safetensors" })` is the network of CS231n.
 */
export function squeezenet(options: { file?: string } = {}): Promise<GraphNetwork> {
  return trainedNetwork(architecture, options);
}

/** A SqueezeNet with seeded random filters, as `randomVgg`. All of its channels by default: it is small. */
export function randomSqueezenet(options: RandomOptions = {}): Promise<GraphNetwork> {
  return randomNetwork(architecture, options);
}
