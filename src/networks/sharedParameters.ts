// Networks that are loaded again share their numbers in memory, and give them back when nobody holds their tensors any more.
import { createHash } from "node:crypto";
import * as tf from "@tensorflow/tfjs";
import type { LayerParameters } from "./applyLayer";

type Named<T> = readonly (readonly [layer: string, tensors: Readonly<Record<string, T>>])[];

/** What loaded networks hold, by engine and content. */
const loaded = new Map<string, Named<WeakRef<tf.Tensor>>[]>();

/** What TensorFlow.js needs of a tensor to release its numbers; not the tensor, whose end is waited for. */
type Released = Pick<tf.Tensor, "dataId" | "dtype" | "size" | "shape">;
const collected = new FinalizationRegistry<Released>((tensor) => tf.engine().disposeTensor(tensor as tf.Tensor));

/** The same parameters; a tensor that nobody can reach any more is disposed, as `network.dispose()` does at once. */
export function disposedWhenCollected<P extends LayerParameters>(parameters: Map<string, P>): Map<string, P> {
  for (const tensors of parameters.values())
    for (const tensor of Object.values(tensors) as tf.Tensor[]) {
      const { dataId, dtype, size, shape } = tensor;
      collected.register(tensor, { dataId, dtype, size, shape }, tensor);
      const dispose = tensor.dispose.bind(tensor);
      tensor.dispose = () => {
        collected.unregister(tensor);
        dispose();
      };
    }
  return parameters;
}

/**
 * The parameters with the content of `arrays`: clones of those that a network still holds, which take no memory, or what `create`
 * makes of them. Every network may dispose its own; the numbers go with the last.
 */
export function sharedParameters<P extends LayerParameters>(arrays: Iterable<Float32Array>, create: () => Map<string, P>): Map<string, P> {
  const hash = createHash("sha256").update(tf.getBackend());
  for (const { buffer, byteOffset, byteLength } of arrays) hash.update(`${byteLength} `).update(new Uint8Array(buffer, byteOffset, byteLength));
  const key = hash.digest("hex");
  for (const [other, holders] of loaded) {
    const alive = holders.filter((named) => tensorsOf(named) !== undefined);
    if (alive.length > 0) loaded.set(other, alive);
    else loaded.delete(other);
  }
  const holders = loaded.get(key) ?? [];
  const [held] = holders.map(tensorsOf);
  const parameters = held ? mapTensors(held, (tensor) => tensor.clone()) as unknown as [string, P][] : [...create()];
  loaded.set(key, [...holders, mapTensors(parameters as unknown as Named<tf.Tensor>, (tensor) => new WeakRef(tensor))]);
  return disposedWhenCollected(new Map(parameters));
}

/** The tensors, where all of them are still there. */
function tensorsOf(named: Named<WeakRef<tf.Tensor>>): Named<tf.Tensor> | undefined {
  const tensors = mapTensors(named, (reference) => reference.deref());
  const isWhole = tensors.every(([, ofLayer]) => Object.values(ofLayer).every((tensor) => tensor && !tensor.isDisposed));
  return isWhole ? tensors as Named<tf.Tensor> : undefined;
}

function mapTensors<From, To>(named: Named<From>, change: (from: From) => To): [string, Record<string, To>][] {
  return named.map(([layer, tensors]) =>
    [layer, Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor)]))]);
}
