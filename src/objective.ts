// The objective: a network and an array of terms. It prepares the targets once; then it measures images.
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "./errors";
import { flatParts } from "./flatParts";
import { normalizeWeights, type Image } from "./image";
import type { FeaturesByLayer } from "./losses/loss";
import { withoutTapeLeak } from "./math/withoutTapeLeak";
import type { Network } from "./networks/network";
import { printedAs } from "./printedAs";
import { mustBeSoundTerms } from "./soundTerms";
import { layersOf, partsOf, targetsOf, type Part, type Term } from "./terms";

/** What an objective measures of an image. `parts` are weighted and add up to `value`; all by name, such as `style relu3_1`. */
export interface Measurement {
  readonly value: number;
  /** The pixel gradient of `value`, in the order of the image's values. */
  readonly gradient: Float32Array;
  readonly parts: Readonly<Record<string, number>>;
  readonly unweighted: Readonly<Record<string, number>>;
}

export interface Objective {
  readonly network: Network;
  /** As they are now: `change` puts another array in its place. */
  readonly terms: readonly Term[];
  /** The names of the parts: one for each term and layer. */
  readonly parts: readonly string[];
  /** The weighted parts of `image`, a vector whose sum is the loss; differentiable. */
  losses(image: Image): tf.Tensor1D;
  /** Loss, parts and pixel gradient of `image`, in one forward and one backward pass. With `only`, of that part alone. */
  measure(image: Image, only?: string): Promise<Measurement>;
  /** The parts whose gradient is exactly zero at `image`, though their value is not: their losses are flat there. */
  flatParts(image: Image): Promise<readonly Part[]>;
  /**
   * Changes a term, also while `minimize` runs: `goal.change("style", { weight: 100 })`, `{ layers: { relu1_1: 2, relu2_1: 0 } }`. New
   * weights cost nothing; a new target of the same kind goes through the network once. The layers stay the same.
   */
  change(term: string, changes: Partial<Pick<Term, "weight" | "layers" | "target">>): void;
  /** Disposes the prepared targets. The network and the target images are not touched. */
  dispose(): void;
  toString(): string;
}

/** A part with its prepared target; a regularizer has none. */
interface PreparedPart extends Part {
  readonly target?: tf.TensorContainer;
}

/**
 * Puts terms together: Σ weight · weight of the layer · loss. Every target goes through the network once, here, however many
 * terms compare with it.
 *
 * @throws RangeError for a layer that the network lacks, two terms or parts with one name, a weight that is negative or no number;
 *   TypeError for a loss that was not called, or is none
 */
export function objective(network: Network, terms: readonly Term[]): Objective {
  if (typeof network?.features !== "function")
    throw new TypeError("an objective needs a network first: `const vgg = await vgg19()`, with the `await`");
  if (terms.length === 0) throw new RangeError("an objective needs at least one term, such as content(photo)");
  mustBeSoundTerms(terms, network);
  let parts = prepareAll(network, terms);
  const layersRead = (some: readonly Part[]): string[] => [...new Set(some.flatMap(({ loss }) => loss.layers))];
  const layers = layersRead(parts);

  const distances = (image: Image, wanted: readonly PreparedPart[]): tf.Tensor1D => {
    const features = network.features(image, wanted === parts ? layers : layersRead(wanted));
    return tf.stack(wanted.map((part) => distanceOf(part, features))) as tf.Tensor1D;
  };
  const weightsOf = (wanted: readonly Part[]): tf.Tensor1D => tf.tensor1d(wanted.map(({ weight }) => weight));

  // The targets are evaluated before the first measurement; otherwise a lazy engine would fuse them into its graph, and compile
  // another graph for the second.
  let evaluated: Promise<void> | undefined;
  async function evaluateTargets(): Promise<void> {
    const tensors = tf.tensor_util.getTensorsInContainer(parts.map(({ target = [] }) => target));
    try {
      await Promise.all(tensors.map((tensor) => tensor.data()));
    } catch (error) {
      evaluated = undefined; // the next time there may be enough memory
      throw error;
    }
  }

  let disposed = false;
  function mustBeAlive(): void {
    if (disposed) throw new Error("this objective was disposed, and with it its prepared targets: create it again with objective(…)");
  }

  async function measure(image: Image, only?: string): Promise<Measurement> {
    mustBeAlive();
    await (evaluated ??= evaluateTargets());
    const wanted = only === undefined ? parts : parts.filter(({ name }) => name === only);
    if (wanted.length === 0) mustBeOneOf(only!, parts.map(({ name }) => name), "part", "this objective");
    let bare!: tf.Tensor1D;
    // Of a vector, tfjs differentiates the sum: one pass gives the gradient of the loss and every part of it.
    const { value, grad } = withoutTapeLeak(() => tf.valueAndGrad((x: tf.Tensor) => {
      bare = tf.keep(distances(x as Image, wanted));
      return tf.mul(bare, weightsOf(wanted));
    })(image), () => bare?.dispose());
    try {
      const [weighted, unweighted, gradient] = await Promise.all([value.data(), bare.data(), grad.data()]);
      const named = (values: ArrayLike<number>): Record<string, number> =>
        Object.fromEntries(wanted.map(({ name }, i) => [name, values[i]]));
      const total = (weighted as Float32Array).reduce((sum, part) => sum + part, 0);
      return { value: total, gradient: gradient as Float32Array, parts: named(weighted), unweighted: named(unweighted) };
    } finally {
      tf.dispose([value, grad, bare]);
    }
  }

  function change(name: string, changes: Partial<Pick<Term, "weight" | "layers" | "target">>): void {
    mustBeAlive();
    const at = terms.findIndex((term) => term.name === mustBeOneOf(name, terms.map((one) => one.name), "term", "this objective"));
    const term = { ...terms[at], ...changes };
    const changed = terms.map((one, i) => (i === at ? term : one));
    mustBeSoundTerms(changed, network);
    const [before, after] = [parts.filter((part) => part.term === terms[at]), partsOf(term)];
    if (before.map((part) => part.name).join() !== after.map((part) => part.name).join())
      throw new RangeError(`a change keeps the layers of "${name}": ${layersOf(terms[at]).join(", ")}; a weight of 0 takes one out`);
    const isNew = "target" in changes && changes.target !== terms[at].target;
    const replaced = isNew ? prepareAll(network, [term]) : after.map((part, i) => ({ ...part, target: before[i].target }));
    if (isNew) {
      tf.dispose(before.map(({ target = [] }) => target));
      evaluated = undefined;
    }
    parts = parts.map((part) => replaced[before.indexOf(part)] ?? part);
    terms = changed;
  }

  async function flat(image: Image): Promise<PreparedPart[]> {
    const features = network.features(image, layers);
    return flatParts(parts, features, distanceOf).finally(() => features.dispose());
  }

  const described = (): string => parts.map(({ term, loss, weight }) =>
    `${term.name} · ${loss.layers.join(" ")} · ${loss.name} · ${Number(weight.toPrecision(3))}`).join("\n");
  return printedAs({
    network, measure, flatParts: flat, change,
    get terms() { return terms; },
    parts: parts.map(({ name }) => name),
    losses: (image) => (mustBeAlive(), tf.tidy(() => tf.mul(distances(image, parts), weightsOf(parts)) as tf.Tensor1D)),
    dispose: () => (disposed = true, parts.forEach(({ target }) => tf.dispose(target ?? []))),
  }, described);
}

/** The distance of one part, a scalar; an error in a custom loss names the part. */
function distanceOf(part: PreparedPart, features: FeaturesByLayer): tf.Scalar {
  const { loss, target } = part;
  return atPart(part, () => {
    const distance = loss.distance(features, target as tf.TensorContainer) as unknown;
    if (!(distance instanceof tf.Tensor))
      throw new TypeError(`the loss returns ${typeof distance === "object" ? "an object" : `a ${typeof distance}`}, and no tensor: ` +
        "write it with tf operations, and return their scalar");
    if (distance.size !== 1)
      throw new TypeError(`the loss returns a tensor [${distance.shape.join(", ")}], and a loss is one number: take its tf.mean(…)`);
    return (distance.rank === 0 ? distance : tf.reshape(distance, [])) as tf.Scalar;
  });
}

function atPart<Result>({ name, loss }: Part, compute: () => Result): Result {
  try {
    return compute();
  } catch (error) {
    if (error instanceof Error) error.message = `"${name}" (${loss.name}): ${error.message}`;
    throw error;
  }
}

function prepareAll(network: Network, terms: readonly Term[]): PreparedPart[] {
  const comparesWith = (term: Term, image: Image): boolean => targetsOf(term).some((target) => target.image === image);
  const images = [...new Set(terms.flatMap((term) => targetsOf(term).map(({ image }) => image)))];
  const parts = terms.map(partsOf);
  const targets = tf.tidy(() => {
    const features = new Map<Image, FeaturesByLayer>();
    for (const image of images) {
      const layers = terms.filter((term) => comparesWith(term, image)).flatMap(layersOf);
      features.set(image, network.features(image, [...new Set(layers)]));
    }
    return parts.map((ofTerm) => ofTerm.map((part) => atPart(part, () => prepare(part, features))));
  }) as (tf.TensorContainer | undefined)[][];
  return parts.flatMap((ofTerm, t) => ofTerm.map((part, p) => ({ ...part, target: targets[t][p] })));
}

function prepare({ term, loss }: Part, features: ReadonlyMap<Image, FeaturesByLayer>): tf.TensorContainer | undefined {
  if (!("prepare" in loss)) return undefined;
  const prepared = targetsOf(term).map(({ image }) => loss.prepare(features.get(image)!));
  if (prepared.length === 1) return prepared[0];
  return loss.blend!(prepared, normalizeWeights(targetsOf(term), `the target of "${term.name}"`));
}
