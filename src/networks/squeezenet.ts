// SqueezeNet 1.1: as accurate on ImageNet as AlexNet, with a hundredth of VGG's weights.
import { squeezenet as architecture } from "./architectures/squeezenet";
import type { GraphNetwork } from "./graphNetwork";
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
