// Masks at the layers of a network: which of a layer's positions belong to a region of the image.
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "../errors";
import { noise, type Image } from "../image";
import type { Network } from "../networks/network";
import { maskAtLayer, mustBeMask } from "./mask";

/**
 * The ways from an image's mask to a layer's: `simple` resizes it; `all` takes every position whose receptive field touches the
 * region; `inside` those whose field lies wholly in it, so that nothing from beyond the boundary counts.
 */
export const propagations = ["simple", "inside", "all"] as const;
export type Propagation = (typeof propagations)[number];

/**
 * `mask` at each of the layers, `[height, width]` there (Gatys et al. 2017, section 4). `inside` suits one style image, `simple`
 * several. They are yours: look at them, give them to `guidedGram` by `perLayer`, and `tf.dispose` them in the end.
 *
 * Receptive fields are found as the authors found them, by noise: the image is changed in the region (or outside it), and a
 * position is touched where any channel changes. Outside the image there is nothing to touch.
 *
 * @param options `edge`, of `simple` only: `soft` (default) gives each position the mean of the mask over what it covers, `hard`
 *   makes that 0 or 1 (from ½ up). The other two take the mask from ½ up as the region, and are 0 or 1 themselves
 * @throws RangeError for a bad mask, and where nothing is left of it at a layer: small regions have no inside at deep layers
 */
export function propagate<Layer extends string>(
  network: Network, mask: tf.Tensor2D, layers: readonly Layer[],
  { propagation = "simple", edge = "soft" }: { propagation?: Propagation; edge?: "soft" | "hard" } = {},
): Record<Layer, tf.Tensor2D> {
  mustBeOneOf(propagation, propagations, "propagation");
  mustBeOneOf(edge, ["soft", "hard"], "edge");
  mustBeMask(mask, "the mask");
  if (mask.rank !== 2)
    throw new RangeError(`propagate takes one region at a time, [height, width]; got [${mask.shape.join(", ")}]`);
  const found = tf.tidy(() =>
    (propagation === "simple" ? resized(network, mask, layers, edge) : probed(network, mask, layers, propagation)));
  for (const layer of layers) {
    if (tf.tidy(() => tf.max(found[layer]).dataSync()[0]) > 0) continue;
    tf.dispose(found);
    throw new RangeError(`nothing is left of the mask at ${layer} by "${propagation}": make the region or the image larger, ` +
      'look at shallower layers, or take "simple" there');
  }
  return found;
}

/** A mask of ones: all of an image. */
export function fullMask(image: Image): tf.Tensor2D {
  return tf.ones([image.shape[0], image.shape[1]]);
}

function resized<Layer extends string>(
  network: Network, mask: tf.Tensor2D, layers: readonly Layer[], edge: "soft" | "hard",
): Record<Layer, tf.Tensor2D> {
  const seen = network.features(tf.zeros([...mask.shape, 3]), layers);
  return byLayer(layers, (layer) => {
    const [height, width] = seen(layer).shape;
    const means = tf.squeeze<tf.Tensor2D>(maskAtLayer(mask, height, width, "the mask"), [2]);
    const soft = tf.clipByValue(means, 0, 1); // a mean of ones may round to more than 1, which is no mask
    return edge === "soft" ? soft : region(soft);
  });
}

/** How often the noise is drawn anew: a unit that one drawing leaves silent is seen in another. */
const probes = 3;
/** Of the noise, in units of the image's range: as large as the authors', so that the weakest corner of a field still shows. */
const strength = 100;

function probed<Layer extends string>(
  network: Network, mask: tf.Tensor2D, layers: readonly Layer[], propagation: "inside" | "all",
): Record<Layer, tf.Tensor2D> {
  const within = region(mask);
  const changed = propagation === "all" ? within : tf.sub<tf.Tensor2D>(1, within);
  const passes = Array.from({ length: probes }, (_, seed) => {
    const before = noise([mask.shape[0], mask.shape[1]], { seed: 2 * seed + 1 });
    const other = tf.mul(noise(before, { seed: 2 * seed + 2 }), strength);
    const after = tf.add(before, tf.mul(tf.sub(other, before), tf.expandDims(changed, 2))) as Image;
    return [network.features(before, layers), network.features(after, layers)] as const;
  });
  return byLayer(layers, (layer) => {
    const touched = tf.addN(passes.map(([before, after]) => differs(before(layer), after(layer))));
    return binary(propagation === "all" ? tf.greater(touched, 0) : tf.equal(touched, 0));
  });
}

/** 1 where any channel differs by more than the rounding of the largest response there. */
function differs(a: tf.Tensor3D, b: tf.Tensor3D): tf.Tensor2D {
  const rounding = tf.mul(tf.max(tf.maximum(tf.abs(a), tf.abs(b)), 2), 1e-6);
  return binary(tf.greater(tf.max(tf.abs(tf.sub(a, b)), 2), rounding));
}

function region(mask: tf.Tensor2D): tf.Tensor2D {
  return binary(tf.greaterEqual(mask, 0.5));
}

function binary(yes: tf.Tensor): tf.Tensor2D {
  return tf.cast(yes, "float32") as tf.Tensor2D;
}

function byLayer<Layer extends string>(
  layers: readonly Layer[], make: (layer: Layer) => tf.Tensor2D,
): Record<Layer, tf.Tensor2D> {
  return Object.fromEntries(layers.map((layer) => [layer, make(layer)])) as Record<Layer, tf.Tensor2D>;
}
