// A network from its layers as data: one pass over an image that does what the wanted layers need, and nothing else.
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "../errors";
import type { Image } from "../image";
import { printedAs } from "../printedAs";
import { applyLayer, preprocess, type Filter, type Preprocessing } from "./applyLayer";
import { inputsOf, type Layer } from "./architectures/architecture";
import type { Features, Network } from "./network";
import { mustBeLargeEnough } from "./sizes";

/** A network with its filters in the open, so that others can be made from it. */
export interface GraphNetwork extends Network {
  readonly preparation: Preprocessing;
  /** By the name of their convolution; the network owns them. */
  readonly filters: ReadonlyMap<string, Filter>;
}

/**
 * A network of these layers from its filters. It owns them from then on: `dispose()` gives them back.
 *
 * @param about `name` for errors and plots; `preparation`, what happens to an image first
 */
export function graphNetwork(
  layers: readonly Layer[], filters: ReadonlyMap<string, Filter>,
  { name, preparation }: { readonly name: string; readonly preparation: Preprocessing },
): GraphNetwork {
  const network: GraphNetwork = {
    name, preparation, filters,
    layers: layers.flatMap(({ name, alias }) => (alias ? [name, alias] : [name])),
    features: (image, wanted) => look(network, layers, image, wanted),
    dispose: () => filters.forEach(({ kernel, bias }) => tf.dispose([kernel, bias])),
  };
  return printedAs(network, () => `${name}, ${filters.size} convolutions`);
}

function look(network: GraphNetwork, layers: readonly Layer[], image: Image, wanted: readonly string[]): Features {
  for (const layer of wanted) if (layer !== "pixels") mustBeOneOf(layer, network.layers, "layer", network.name);
  const { needed, lastUse } = plan(layers, wanted);
  mustBeLargeEnough(network.name, layers, needed, image);
  const kept = tf.tidy(() => {
    const kept: Record<string, tf.Tensor3D> = {};
    const seen = new Map([["pixels", tf.expandDims<tf.Tensor4D>(preprocess(image, network.preparation), 0)]]);
    for (const at of needed) {
      const { name, alias, operation } = layers[at];
      const inputs = inputsOf(layers, at);
      const x = applyLayer(operation, inputs.map((input) => seen.get(input)!), network.filters.get(name));
      seen.set(name, x);
      for (const known of [name, alias ?? name]) if (wanted.includes(known)) kept[known] ??= tf.squeeze<tf.Tensor3D>(x, [0]);
      // during a gradient the tape keeps its own reference
      for (const input of inputs) if (lastUse.get(input) === at) seen.get(input)!.dispose();
    }
    return kept;
  });
  return (layer) => {
    if (layer === "pixels") return image;
    return kept[mustBeOneOf(layer, Object.keys(kept), "layer", `these features of ${network.name}`)];
  };
}

/** The numbers of the layers that the wanted ones rest on, in order; and by name, the last of them that looks at a layer. */
function plan(layers: readonly Layer[], wanted: readonly string[]): { needed: number[]; lastUse: Map<string, number> } {
  const needed: number[] = [];
  const lastUse = new Map<string, number>();
  const awaited = new Set(wanted);
  for (let at = layers.length - 1; at >= 0; at--) {
    const { name, alias } = layers[at];
    if (!awaited.has(name) && !(alias && awaited.has(alias))) continue;
    needed.unshift(at);
    for (const input of inputsOf(layers, at)) {
      awaited.add(input);
      if (!lastUse.has(input)) lastUse.set(input, at);
    }
  }
  return { needed, lastUse };
}
