// Targets that many objectives look at: each is seen once by the network, and each loss remembers it once.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import { isCrossLayer, type Comparison, type LayerLoss, type Loss } from "../losses/loss";
import type { Features, Network } from "../networks/network";

/** A network that has the features of its targets ready. */
export interface CachedNetwork extends Network {
  /** Looks at a target, at all layers that will ever be asked for. */
  look(target: Image, layers: readonly string[]): void;
}

/** `network`, which it owns from then on: a target that was looked at is not passed through it again. */
export function withFeatureCache(network: Network): CachedNetwork {
  const seen = new Map<Image, Record<string, tf.Tensor3D>>();
  return {
    ...network,
    look(target, layers) {
      // Their numbers are taken here: what a loss makes of them later is then no part of this pass, and cannot change it.
      const numbers = tf.tidy(() => {
        const features = network.features(target, layers);
        return layers.map((layer) => ({ layer, shape: features(layer).shape, values: features(layer).dataSync() }));
      });
      seen.set(target, Object.fromEntries(numbers.map(({ layer, shape, values }) => [layer, tf.tensor3d(values, shape)])));
    },
    features(image, layers): Features {
      const kept = seen.get(image);
      return kept ? (layer) => kept[layer] : network.features(image, layers);
    },
    dispose() {
      seen.forEach((features) => tf.dispose(features));
      network.dispose();
    },
  };
}

/**
 * `loss`, which prepares every target once. Each objective gets new tensors of the same numbers, and disposes of them; so a run's
 * bytes do not depend on the runs before it.
 */
export function memoizeTargets(loss: Loss): Loss;
export function memoizeTargets(loss: LayerLoss): LayerLoss;
export function memoizeTargets(loss: LayerLoss | Loss): LayerLoss | Loss;
export function memoizeTargets(loss: LayerLoss | Loss): LayerLoss | Loss {
  if (!isCrossLayer(loss)) return memoized(loss, (features) => features);
  return { ...memoized(loss, (features) => features(loss.layers[0])), layers: loss.layers };
}

/** A target is identified by a tensor of its features, `keyOf(features)`. */
function memoized<Input>(loss: Comparison<Input, any>, keyOf: (features: Input) => tf.Tensor): Comparison<Input, any> {
  const targets = new WeakMap<tf.Tensor, () => tf.TensorContainer>();
  return {
    ...loss,
    prepare(features) {
      let copy = targets.get(keyOf(features));
      if (!copy) {
        tf.tidy(() => { copy = copier(loss.prepare(features)); });
        targets.set(keyOf(features), copy!);
      }
      return copy!();
    },
  };
}

/** A function that creates the tensors of a prepared target anew, from their numbers. */
function copier(prepared: tf.TensorContainer): () => tf.TensorContainer {
  if (prepared instanceof tf.Tensor) {
    const [values, { shape, dtype }] = [prepared.dataSync(), prepared];
    return () => tf.tensor(values, shape, dtype);
  }
  if (Array.isArray(prepared)) {
    const copies = prepared.map(copier);
    return () => copies.map((copy) => copy());
  }
  if (typeof prepared !== "object" || prepared === null) return () => prepared;
  const copies = Object.entries(prepared).map(([name, inner]) => [name, copier(inner)] as const);
  return () => Object.fromEntries(copies.map(([name, copy]) => [name, copy()]));
}
