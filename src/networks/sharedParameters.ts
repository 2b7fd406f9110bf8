// Networks that are loaded again share their numbers in memory, and give them back when nobody holds their tensors any more.
import * as tf from "@tensorflow/tfjs";
import type { LayerParameters } from "./applyLayer";

type Named<T> = readonly (readonly [layer: string, tensors: Readonly<Record<string, T>>])[];

/** Parameters, and what else their file says of them, without tensors. */
export interface Loaded<P extends LayerParameters, About> {
  readonly parameters: Map<string, P>;
  readonly about: About;
}

/** What networks hold, by where it came from. */
const held = new Map<string, { readonly about: unknown; readonly holders: readonly Named<WeakRef<tf.Tensor>>[] }>();
let turn: Promise<unknown> = Promise.resolve();

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
 * The parameters of `key`, which names all that they depend on: clones of those that a network still holds, which take neither
 * memory nor time, or what `load` returns. Every network may dispose its own; the numbers go with the last. Without a key, and while
 * another engine is in use, they are loaded.
 */
export function sharedParameters<P extends LayerParameters, About>(
  key: string | undefined, load: () => Promise<Loaded<P, About>>,
): Promise<Loaded<P, About>> {
  const share = async (): Promise<Loaded<P, About>> => {
    forgetUnheld();
    const place = key && `${tf.getBackend()} ${key}`;
    const known = place === undefined ? undefined : held.get(place);
    const tensors = known?.holders.map(tensorsOf).find((named) => named !== undefined);
    const result = tensors === undefined ? await load()
      : { about: known!.about as About, parameters: new Map(mapTensors(tensors, (tensor) => tensor.clone()) as unknown as [string, P][]) };
    disposedWhenCollected(result.parameters);
    if (place === undefined) return result;
    const named = [...result.parameters] as unknown as Named<tf.Tensor>;
    held.set(place, { about: result.about, holders: [...known?.holders ?? [], mapTensors(named, (tensor) => new WeakRef(tensor))] });
    return result;
  };
  const result = turn.then(share); // one after the other: of two that load the same, the second shares
  turn = result.then(() => {}, () => {}); // without the result, which would be held
  return result;
}

function forgetUnheld(): void {
  for (const [key, { about, holders }] of held) {
    const alive = holders.filter((named) => tensorsOf(named) !== undefined);
    if (alive.length > 0) held.set(key, { about, holders: alive });
    else held.delete(key);
  }
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
