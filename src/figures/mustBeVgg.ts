// A figure that reads or changes what only a VGG has.
import type { Network } from "../networks/network";
import type { Vgg } from "../networks/vgg";

/** @throws RangeError for a network of another kind */
export function mustBeVgg(network: Network): Vgg {
  if (!("topology" in network)) throw new RangeError(`this figure is about a VGG, and ${network.name} is none: take vgg19, vgg16 or vgg19-mini`);
  return network as Vgg;
}
