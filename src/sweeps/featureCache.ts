// Targets that many objectives share: each passes through the network once, and each loss prepares it once.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import { isCrossLayer, type Comparison, type LayerLoss, type Loss } from "../losses/loss";
import { featuresOf } from "../networks/featuresOf";
import type { Features, Network } from "../networks/network";

/** A network that stores the features of its targets. */
export interface CachedNetwork extends Network {
  /** Computes and stores the features of a target, at all layers that will ever be asked for. */
  store(target: Image, layers: readonly string[]): void;
}

/**
 * `network`, which it owns from then on, as it owns the stored features: a stored target is not passed through the network again,
 * `dispose()` of its features does nothing, and they go with the cached network. Features of other images are their caller's, as ever.
 */
export function withFeatureCache(network: Network): CachedNetwork {
  const stored = new Map<Image, ReadonlyMap<string, tf.Tensor3D>>();
  return {
    ...network,
    store(target, layers) {
      // Read back here: what a loss computes from them later is then no part of this pass, and cannot change it.
      const numbers = tf.tidy(() => {
        const features = network.features(target, layers);
        return layers.map((layer) => ({ layer, shape: features(layer).shape, values: features(layer).dataSync() }));
      });
      stored.set(target, new Map(numbers.map(({ layer, shape, values }) => [layer, tf.tensor3d(values, shape)])));
    },
    features(image, layers): Features {
      const activations = stored.get(image);
      if (!activations) return network.features(image, layers);
      return Object.assign(featuresOf(activations, network.name), { dispose: () => undefined });
    },
    dispose() {
      stored.forEach((activations) => activations.forEach((x) => x.dispose()));
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
