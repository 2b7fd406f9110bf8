// VGG-16 and VGG-19, the networks of Gatys et al. and of Johnson et al.
import { mustBeOneOf } from "../errors";
import { printedAs } from "../printedAs";
import { numberWhere, oneOf, wholeNumber, type Option } from "../spec";
import type { Filter } from "./applyLayer";
import { paddingModes, poolings, type PaddingMode, type Pooling } from "./architectures/operation";
import { topologies, vgg, type VggName } from "./architectures/vgg";
import { graphNetwork, type GraphNetwork } from "./graphNetwork";
import type { NetworkSpec } from "./networkSpec";
import { randomNetwork, type RandomOptions } from "./randomNetwork";
import { trainedFilters } from "./trainedNetwork";

/**
 * A VGG. `pooling` ends a block: 2×2 windows without overlap; a last odd row or column is left out. `padding` is what the first layer
 * sees beyond the image's edge, default zeros, as in training: a frame of the mean color.
 */
export interface Vgg extends GraphNetwork {
  readonly topology: VggName;
  readonly pooling: Pooling;
  readonly padding: PaddingMode;
}

/** What all VGGs can be asked for. */
export interface VggOptions {
  readonly pooling?: Pooling;
  readonly padding?: PaddingMode;
}

/** VGG-19 with trained weights, the network of Gatys et al. Weights: `npm run weights -- vgg19`, or a `file`. */
export function vgg19(options: VggOptions & { file?: string } = {}): Promise<Vgg> {
  return trained("vgg19", options);
}

/** VGG-16 with trained weights, the network of Johnson et al. Weights: `npm run weights -- vgg16`, or a `file`. */
export function vgg16(options: VggOptions & { file?: string } = {}): Promise<Vgg> {
  return trained("vgg16", options);
}

/**
 * VGG-19 to conv5_1 with half of its channels: its pictures come nearer to VGG-19's than those of `vgg19Mini`, and a step takes two to
 * three times as long. It comes with the project, too.
 */
export function vgg19Half(options: VggOptions = {}): Promise<Vgg> {
  return trained("vgg19-half", options);
}

/**
 * VGG-19 to conv5_1 with a quarter of its channels, distilled from it so that pictures with similar features in
 * the one have similar features in the other. It comes with the project and needs a sixteenth of the arithmetic;
 * `weights/README.md` says how it was trained and how well it agrees.
 */
export function vgg19Mini(options: VggOptions = {}): Promise<Vgg> {
  return trained("vgg19-mini", options);
}

async function trained(topology: VggName, { pooling = "max", padding = "zero", file }: VggOptions & { file?: string }): Promise<Vgg> {
  mustBeOneOf(pooling, poolings, "pooling");
  mustBeOneOf(padding, paddingModes, "padding");
  const { filters, preprocessing, weights } = await trainedFilters(vgg(topology), file);
  return vggFrom(filters, { name: topology, topology, pooling, padding, preprocessing, weights });
}

/**
 * A VGG with seeded random filters: `randomNetwork`, with a choice of `pooling`.
 *
 * @param options `seed`; `topology` (`"vgg19"`); `width`, the fraction of VGG's channels (default 1/4); `pooling`
 *   (`"average"`: smoother gradients); `calibration`
 */
export async function randomVgg({
  topology = "vgg19", width = 0.25, pooling = "average", padding = "zero", ...options
}: RandomOptions & VggOptions & { topology?: VggName } = {}): Promise<Vgg> {
  mustBeOneOf(topology, Object.keys(topologies), "topology");
  const { name, filters, preprocessing } = await randomNetwork(vgg(topology, pooling, padding), { width, ...options });
  return vggFrom(filters, { name, topology, pooling, padding, preprocessing });
}

/** A VGG from its filters. It owns them from then on: `dispose()` frees them. */
export function vggFrom(
  filters: ReadonlyMap<string, Filter>,
  { name, topology, pooling, padding = "zero", preprocessing, weights }:
  Pick<Vgg, "name" | "topology" | "pooling" | "preprocessing" | "weights"> & VggOptions,
): Vgg {
  mustBeOneOf(pooling, poolings, "pooling");
  mustBeOneOf(padding, paddingModes, "padding");
  const network = graphNetwork(vgg(topology, pooling, padding).layers, filters, { name, preprocessing, weights });
  return printedAs({ ...network, topology, pooling, padding }, () =>
    `${name}, ${pooling} pooling, ${padding === "zero" ? "" : `${padding} padding, `}${filters.size} convolutions`);
}

const file: Option<string> = { expects: "a path, or the name of a file in a folder of weights", accepts: (value) => typeof value === "string" };
const padding = oneOf(paddingModes, "zero");
const paper = "Simonyan & Zisserman 2014";

export const vgg19Spec: NetworkSpec<VggOptions & { file?: string }> = {
  name: "vgg19", make: vgg19, architecture: () => vgg("vgg19"), random: "random", options: { pooling: oneOf(poolings, "max"), padding, file },
  summary: "the network of Gatys et al.", source: paper,
};

export const vgg16Spec: NetworkSpec<VggOptions & { file?: string }> = {
  name: "vgg16", make: vgg16, architecture: () => vgg("vgg16"), random: "random", options: { pooling: oneOf(poolings, "max"), padding, file },
  summary: "the network of Johnson et al.", source: paper,
};

export const vgg19MiniSpec: NetworkSpec<VggOptions> = {
  name: "vgg19-mini", make: vgg19Mini, architecture: () => vgg("vgg19-mini"), random: "random", options: { pooling: oneOf(poolings, "max"), padding },
  summary: "a small VGG-19, which comes with the project", source: "distilled from VGG-19",
};

export const vgg19HalfSpec: NetworkSpec<VggOptions> = {
  name: "vgg19-half", make: vgg19Half, architecture: () => vgg("vgg19-half"), random: "random", options: { pooling: oneOf(poolings, "max"), padding },
  summary: "VGG-19 with half of its channels, which comes with the project", source: "distilled from VGG-19",
};

export const randomVggSpec: NetworkSpec<VggOptions & { seed?: number; width?: number; topology?: VggName }> = {
  name: "random", make: randomVgg, architecture: ({ topology = "vgg19" }) => vgg(topology),
  options: {
    seed: wholeNumber(0), width: numberWhere(0.25, "a number above 0, 4 at most", (width) => width > 0 && width <= 4),
    topology: oneOf(Object.keys(topologies) as VggName[], "vgg19"), pooling: oneOf(poolings, "average"), padding,
  },
  summary: "a VGG with random filters", source: "He et al. 2016",
};
