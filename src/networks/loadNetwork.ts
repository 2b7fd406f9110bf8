// Networks by name, for a notebook's parameter or a sweep.
import { mustBeOneOf } from "../errors";
import { findWeights } from "../platform/files/findWeights";
import type { Pooling } from "./architectures/operation";
import type { GraphNetwork } from "./graphNetwork";
import { randomResnet50, resnet50 } from "./resnet50";
import { randomSqueezenet, squeezenet } from "./squeezenet";
import { randomVgg, vgg16, vgg19, vgg19Mini } from "./vgg";

const vggs = { vgg19, vgg16, "vgg19-mini": vgg19Mini, random: randomVgg };
const others = { squeezenet, resnet50, "random-squeezenet": randomSqueezenet, "random-resnet50": randomResnet50 };

/** The names that `loadNetwork` accepts; `"best"` is VGG-19 where its weights are here, else vgg19-mini, which comes with the project. */
export const networkNames: readonly string[] = ["best", ...Object.keys(vggs), ...Object.keys(others)];

/**
 * A network by its name; print it to see in one line which it is.
 *
 * @param name one of `networkNames` (default `"best"`)
 * @param options `pooling`, for a VGG (default: the usual one of that network)
 * @throws RangeError for another name; where a trained network's weights are not here, saying how to get them
 */
export async function loadNetwork(name: string = "best", options: { pooling?: Pooling } = {}): Promise<GraphNetwork> {
  mustBeOneOf(name, networkNames, "network");
  const chosen = name === "best" ? (findWeights("vgg19") ? "vgg19" : "vgg19-mini") : name;
  if (isIn(vggs, chosen)) return vggs[chosen](options);
  if (options.pooling) throw new RangeError(`the poolings of ${name} cannot be chosen: leave out pooling, or take a VGG`);
  return others[chosen as keyof typeof others]();
}

function isIn<Table extends object>(table: Table, name: string): name is keyof Table & string {
  return name in table;
}
