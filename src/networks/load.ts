// Networks by name, for whoever chooses one in a word: a notebook's parameter, a sweep.
import type { Pooling } from "../architectures/architecture";
import { findWeights } from "../files/weights";
import { mustBeOneOf } from "../names";
import { randomVgg } from "./random";
import { vgg16, vgg19, vgg19Mini, type Vgg } from "./vgg";

const makers = { vgg19, vgg16, "vgg19-mini": vgg19Mini, random: randomVgg };

/** What `loadNetwork` knows; `"best"` is the real VGG-19 where its weights are at hand, else the mini that is always there. */
export const networkNames: readonly string[] = ["best", ...Object.keys(makers)];

/**
 * A network by its name; print it to see in one line which it is.
 *
 * @param name one of `networkNames` (default `"best"`)
 * @param options `pooling`: default the network's own
 * @throws RangeError for another name; where a trained network's weights are not here, saying how to get them
 */
export async function loadNetwork(name: string = "best", options: { pooling?: Pooling } = {}): Promise<Vgg> {
  mustBeOneOf(name, networkNames, "network");
  const chosen = name === "best" ? (findWeights("vgg19") ? "vgg19" : "vgg19-mini") : name;
  return makers[chosen as keyof typeof makers](options);
}
