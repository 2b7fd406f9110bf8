// The check of layer names: "no layer conv6_1 in vgg19; did you mean conv5_1?"
import { mustBeOneOf } from "../errors";

/**
 * Every one of `layers` must be one of the network's, or `"pixels"`, the image itself.
 *
 * @throws RangeError for the first that is not, with the nearest name
 */
export function mustHaveLayers(network: string, names: readonly string[], layers: readonly string[]): void {
  for (const layer of layers) if (layer !== "pixels") mustBeOneOf(layer, names, "layer", network);
}
