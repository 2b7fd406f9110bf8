// Masks propagated to the layers of a network: which of a layer's positions belong to a region of the image.
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "../errors";
import { noise, type Image } from "../image";
import type { Network } from "../networks/network";
import { maskAtLayer, mustHaveMaskShape, mustHaveMaskValues } from "./mask";

/**
 * The ways to propagate a mask (Gatys et al. 2017, section 4): `simple` resizes it to the layer; `all` takes every position whose
 * receptive field touches the region; `inside` those whose receptive field lies wholly in it, so that nothing outside counts.
 */
export const propagations = ["simple", "inside", "all"] as const;
export type Propagation = (typeof propagations)[number];

/**
 * `mask` `[height, width]` propagated to each of `layers`: `[height, width]` of the layer. `inside` suits one style image, `simple`
 * several. The caller owns the masks: give them to `guidedGram` by `perLayer`, and `tf.dispose` them in the end.
 *
 * Receptive fields are found as in the authors' code, with noise: the image is changed in the region (or outside it), and a
 * position depends on the changed pixels if any of its channels changes. Padding outside the image does not count as outside.
 *
 * @param options `propagation`: default `simple`. `edge`, of `simple` only: `soft` (default) gives each position the mean of the mask
 *   over the area that it covers, `hard` rounds that to 0 or 1 (½ to 1). The other two take the mask from ½ up as the region, and
 *   return 0 or 1
 * @throws RangeError for a bad mask, and where the mask is empty at a layer: small regions have no `inside` at deep layers
 */
export async function propagate<Layer extends string>(
  network: Network, mask: tf.Tensor2D, layers: readonly Layer[],
  { propagation = "simple", edge = "soft" }: { propagation?: Propagation; edge?: "soft" | "hard" } = {},
): Promise<Record<Layer, tf.Tensor2D>> {
  mustBeOneOf(propagation, propagations, "propagation");
  mustBeOneOf(edge, ["soft", "hard"], "edge");
  mustHaveMaskShape(mask, "the mask");
  if (mask.rank !== 2)
    throw new RangeError(`propagate takes one region at a time, [height, width]; got [${mask.shape.join(", ")}]`);
  mustHaveMaskValues(await mask.data(), 1, "the mask");
  const masks = tf.tidy(() => (propagation === "simple"
    ? resizeToLayers(network, mask, layers, edge) : byReceptiveField(network, mask, layers, propagation)));
  try {
    for (const layer of layers) await mustNotBeEmpty(masks[layer], layer, propagation);
  } catch (error) {
    tf.dispose(masks);
    throw error;
  }
  return masks;
}

/** A mask of ones, the size of an image: all of it. */
export function fullMask(image: Image): tf.Tensor2D {
  return tf.ones([image.shape[0], image.shape[1]]);
}

async function mustNotBeEmpty(mask: tf.Tensor2D, layer: string, propagation: Propagation): Promise<void> {
  const max = tf.max(mask);
  const [value] = await max.data().finally(() => max.dispose());
  if (value > 0) return;
  throw new RangeError(`the mask is empty at ${layer} by "${propagation}": make the region or the image larger, ` +
    'use shallower layers, or take "simple" there');
}

function resizeToLayers<Layer extends string>(
  network: Network, mask: tf.Tensor2D, layers: readonly Layer[], edge: "soft" | "hard",
): Record<Layer, tf.Tensor2D> {
  const features = network.features(tf.zeros([...mask.shape, 3]), layers);
  return byLayer(layers, (layer) => {
    const [height, width] = features(layer).shape;
    const means = tf.squeeze<tf.Tensor2D>(maskAtLayer(mask, height, width, "the mask"), [2]);
    const soft = tf.clipByValue(means, 0, 1); // a mean of ones may round to more than 1, which no mask may have
    return edge === "soft" ? soft : threshold(soft);
  });
}

/** How often the noise is drawn: a unit that is inactive (zero) with one noise image is active with another. */
const repetitions = 3;
/** The amplitude of the noise, in units of the image's range: as in the authors' code, large enough for the weak corners of a field. */
const amplitude = 100;

function byReceptiveField<Layer extends string>(
  network: Network, mask: tf.Tensor2D, layers: readonly Layer[], propagation: "inside" | "all",
): Record<Layer, tf.Tensor2D> {
  const region = threshold(mask);
  const changed = propagation === "all" ? region : tf.sub<tf.Tensor2D>(1, region);
  const passes = Array.from({ length: repetitions }, (_, seed) => {
    const before = noise([mask.shape[0], mask.shape[1]], { seed: 2 * seed + 1 });
    const other = tf.mul(noise(before, { seed: 2 * seed + 2 }), amplitude);
    const after = tf.add(before, tf.mul(tf.sub(other, before), tf.expandDims(changed, 2))) as Image;
    return [network.features(before, layers), network.features(after, layers)] as const;
  });
  return byLayer(layers, (layer) => {
    const changes = tf.addN(passes.map(([before, after]) => differs(before(layer), after(layer))));
    return toFloat(propagation === "all" ? tf.greater(changes, 0) : tf.equal(changes, 0));
  });
}

/** 1 where any channel differs by more than the rounding error of the position's largest activation. */
function differs(a: tf.Tensor3D, b: tf.Tensor3D): tf.Tensor2D {
  const rounding = tf.mul(tf.max(tf.maximum(tf.abs(a), tf.abs(b)), 2), 1e-6);
  return toFloat(tf.greater(tf.max(tf.abs(tf.sub(a, b)), 2), rounding));
}

function threshold(mask: tf.Tensor2D): tf.Tensor2D {
  return toFloat(tf.greaterEqual(mask, 0.5));
}

function toFloat(condition: tf.Tensor): tf.Tensor2D {
  return tf.cast(condition, "float32") as tf.Tensor2D;
}

function byLayer<Layer extends string>(
  layers: readonly Layer[], make: (layer: Layer) => tf.Tensor2D,
): Record<Layer, tf.Tensor2D> {
  return Object.fromEntries(layers.map((layer) => [layer, make(layer)])) as Record<Layer, tf.Tensor2D>;
}
