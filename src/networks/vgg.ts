// VGG-16 and VGG-19, the networks of Gatys et al. and of Johnson et al.
import { mustBeOneOf } from "../errors";
import { printedAs } from "../printedAs";
import type { Filter } from "./applyLayer";
import { poolings, type Pooling } from "./architectures/architecture";
import { vgg, type VggName } from "./architectures/vgg";
import { graphNetwork, type GraphNetwork } from "./graphNetwork";
import { trainedFilters } from "./trained";

/** A VGG. `pooling` stands between two blocks: 2×2 windows without overlap, a last odd row or column is left out. */
export interface Vgg extends GraphNetwork {
  readonly topology: VggName;
  readonly pooling: Pooling;
}

/** VGG-19 with trained weights, the network of Gatys et al. Weights: `npm run weights -- vgg19`, or a `file`. */
export function vgg19(options: { pooling?: Pooling; file?: string } = {}): Promise<Vgg> {
  return trained("vgg19", options);
}

/** VGG-16 with trained weights, the network of Johnson et al. Weights: `npm run weights -- vgg16`, or a `file`. */
export function vgg16(options: { pooling?: Pooling; file?: string } = {}): Promise<Vgg> {
  return trained("vgg16", options);
}

/**
 * VGG-19 to conv5_1 with a quarter of its channels, distilled from it so that a picture that looks alike to the one looks
 * alike to the other. It comes with the project and needs a sixteenth of the arithmetic; `weights/README.md` says how it
 * was made and how well it sees.
 */
export function vgg19Mini(options: { pooling?: Pooling } = {}): Promise<Vgg> {
  return trained("vgg19-mini", options);
}

async function trained(topology: VggName, { pooling = "max", file }: { pooling?: Pooling; file?: string }): Promise<Vgg> {
  mustBeOneOf(pooling, poolings, "pooling");
  const { filters, preparation } = await trainedFilters(vgg(topology), file);
  return vggFrom(filters, { name: topology, topology, pooling, preparation });
}

/** A VGG from its filters. It owns them from then on: `dispose()` gives them back. */
export function vggFrom(
  filters: ReadonlyMap<string, Filter>, { name, topology, pooling, preparation }: Pick<Vgg, "name" | "topology" | "pooling" | "preparation">,
): Vgg {
  mustBeOneOf(pooling, poolings, "pooling");
  const network = graphNetwork(vgg(topology, pooling).layers, filters, { name, preparation });
  return printedAs({ ...network, topology, pooling }, () => `${name}, ${pooling} pooling, ${filters.size} convolutions`);
}
