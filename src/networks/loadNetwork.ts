// Networks by name, for a notebook's parameter or a sweep.
import { mustBeOneOf } from "../errors";
import { findWeights } from "../platform/files/findWeights";
import { makeFrom, specOf } from "../spec";
import type { GraphNetwork } from "./graphNetwork";
import { networks } from "./registry";

/** The names that `loadNetwork` accepts; `"best"` is VGG-19 where its weights are here, else vgg19-mini, which comes with the project. */
export const networkNames: readonly string[] = ["best", ...networks.map(({ name }) => name)];

/**
 * A network by its name; print it to see in one line which it is.
 *
 * @param name one of `networkNames` (default `"best"`)
 * @param options those of the network's function that are no tensors, such as `pooling` for a VGG, `seed` for a random network
 * @throws RangeError for another name, or an option that the network does not have; where a trained network's weights are not
 *   here, saying how to get them
 */
export async function loadNetwork(
  name: string = "best", options: Readonly<Record<string, unknown>> = {},
): Promise<GraphNetwork> {
  return makeFrom(specOf(networks, "network", chosenNetwork(name)), "network", options);
}

/** The name of the network that `loadNetwork(name)` loads: `best` is none of its own. @throws RangeError for another name */
export function chosenNetwork(name: string): string {
  mustBeOneOf(name, networkNames, "network");
  return name === "best" ? (findWeights("vgg19") ? "vgg19" : "vgg19-mini") : name;
}
