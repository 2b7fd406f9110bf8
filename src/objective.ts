// The objective: a network and an array of terms. It looks at the targets once; then it measures images.
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "./errors";
import { mustBeImage, normalizeWeights, type Image } from "./image";
import type { Features, Network } from "./networks/network";
import { printedAs } from "./printedAs";
import { layerWeights, targetImages, type Term } from "./terms";

/** What an objective says of an image. `parts` are weighted and add up to `value`; all by name, such as `style relu3_1`. */
export interface Measurement {
  readonly value: number;
  readonly gradient: Float32Array;
  readonly parts: Readonly<Record<string, number>>;
  readonly unweighted: Readonly<Record<string, number>>;
}

export interface Objective {
  readonly network: Network;
  readonly terms: readonly Term[];
  /** The names of the parts: one for each term and layer. */
  readonly parts: readonly string[];
  /** The weighted parts of `image`, a vector whose sum is the loss; differentiable. */
  losses(image: Image): tf.Tensor1D;
  /** Loss, parts and pixel gradient of `image`, in one pass. With `only`, of that part alone. */
  measure(image: Image, only?: string): Promise<Measurement>;
  /** Gives back what was remembered of the targets. The network and the targets stay their owner's. */
  dispose(): void;
  toString(): string;
}

/** One term at one layer. */
interface Part {
  readonly name: string;
  readonly term: Term;
  readonly layer: string;
  readonly weight: number;
  readonly memory: tf.TensorContainer;
}

/**
 * Puts terms together: Σ weight · share of the layer · loss. Every target is seen once, here, in one pass, however many
 * terms look at it.
 *
 * @throws RangeError for a layer that the network lacks, two terms with one name, a weight that is negative or no number
 */
export function objective(network: Network, terms: readonly Term[]): Objective {
  if (typeof network?.features !== "function")
    throw new TypeError("an objective needs a network first: `const vgg = await vgg19()`, with the `await`");
  terms.forEach((term, at) => mustBeSound(term, terms.slice(0, at), network));
  if (terms.length === 0) throw new RangeError("an objective needs at least one term, such as content(photo)");
  const parts = rememberAll(network, terms);
  const layers = [...new Set(parts.map(({ layer }) => layer))];

  const distances = (image: Image, wanted: readonly Part[]): tf.Tensor1D => {
    const seen = network.features(image, wanted === parts ? layers : wanted.map(({ layer }) => layer));
    return tf.stack(wanted.map(({ term, layer, memory }) => term.loss.distance(seen(layer), memory))) as tf.Tensor1D;
  };
  const weightsOf = (wanted: readonly Part[]): tf.Tensor1D => tf.tensor1d(wanted.map(({ weight }) => weight));

  // The targets first: else an engine that records would compute them in one graph with the first measurement, and make another
  // graph for the second.
  let looked: Promise<void> | undefined;
  async function look(): Promise<void> {
    const memories = tf.tensor_util.getTensorsInContainer(parts.map(({ memory }) => memory));
    try {
      await Promise.all(memories.map((memory) => memory.data()));
    } catch (error) {
      looked = undefined; // there may be memory for it the next time
      throw error;
    }
  }

  async function measure(image: Image, only?: string): Promise<Measurement> {
    await (looked ??= look());
    const wanted = only === undefined ? parts : parts.filter(({ name }) => name === only);
    if (wanted.length === 0) mustBeOneOf(only!, parts.map(({ name }) => name), "part", "this objective");
    let bare!: tf.Tensor1D;
    // Of a vector, tfjs differentiates the sum: one pass gives the gradient of the loss and every part of it.
    const { value, grad } = withoutLeak(() => tf.valueAndGrad((x: tf.Tensor) => {
      bare = tf.keep(distances(x as Image, wanted));
      return tf.mul(bare, weightsOf(wanted));
    })(image), () => bare?.dispose());
    try {
      const [weighted, unweighted, gradient] = await Promise.all([value.data(), bare.data(), grad.data()]);
      const named = (values: ArrayLike<number>): Record<string, number> =>
        Object.fromEntries(wanted.map(({ name }, i) => [name, values[i]]));
      const total = (weighted as Float32Array).reduce((sum, part) => sum + part, 0);
      const parts = named(weighted);
      return { value: total, gradient: gradient as Float32Array, parts, unweighted: named(unweighted) };
    } finally {
      tf.dispose([value, grad, bare]);
    }
  }

  const described = (): string => parts.map(({ term, layer, weight }) =>
    `${term.name} · ${layer} · ${term.loss.name} · ${Number(weight.toPrecision(3))}`).join("\n");
  return printedAs({
    network, terms, measure,
    parts: parts.map(({ name }) => name),
    losses: (image) => tf.tidy(() => tf.mul(distances(image, parts), weightsOf(parts)) as tf.Tensor1D),
    dispose: () => parts.forEach(({ memory }) => tf.dispose(memory)),
  }, described);
}

/** Runs a gradient; where it throws, gives back what tfjs keeps for a backward pass that now never comes. */
function withoutLeak<Result>(differentiate: () => Result, tidyUp: () => void): Result {
  try {
    return differentiate();
  } catch (error) {
    tidyUp();
    const { state } = tf.engine() as unknown as {
      state: { gradientDepth: number; activeTape: { saved?: tf.Tensor[] }[] | null };
    };
    if (state.gradientDepth === 0) {
      for (const { saved } of state.activeTape ?? []) tf.dispose(saved ?? []);
      state.activeTape = null;
    }
    if (!/Cannot compute gradient/.test(String(error))) throw error;
    throw new TypeError("the loss has no slope in the image: write it with tf operations only, without dataSync() or " +
      "numbers in between", { cause: error });
  }
}

/** The name of a term's part at a layer; what looks at the pixels, or was made for one layer, needs no layer in its name. */
function partName({ name }: Term, layer: string): string {
  return layer === "pixels" || name.endsWith(` ${layer}`) ? name : `${name} ${layer}`;
}

function rememberAll(network: Network, terms: readonly Term[]): Part[] {
  const looksAt = (term: Term, image: Image): boolean => targetImages(term).some((share) => share.image === image);
  const images = [...new Set(terms.flatMap((term) => targetImages(term).map(({ image }) => image)))];
  const memories = tf.tidy(() => {
    const looks = new Map<Image, Features>();
    for (const image of images)
      looks.set(image, network.features(image, layersOf(terms.filter((term) => looksAt(term, image)))));
    return terms.map((term) => Object.keys(layerWeights(term)).map((layer) => remember(term, layer, looks)));
  }) as tf.TensorContainer[][];
  return terms.flatMap((term, t) => Object.entries(layerWeights(term)).map(([layer, share], l) => ({
    name: partName(term, layer), term, layer, weight: term.weight * share, memory: memories[t][l],
  })));
}

function remember(term: Term, layer: string, looks: ReadonlyMap<Image, Features>): tf.TensorContainer {
  const seen = targetImages(term).map(({ image }) => term.loss.prepare(looks.get(image)!(layer)));
  // A smoothness has no target, and remembers nothing.
  if (seen.length === 0) return term.loss.prepare(undefined as unknown as tf.Tensor3D);
  return seen.length === 1 ? seen[0] : term.loss.blend!(seen, normalizeWeights(targetImages(term), `the target of "${term.name}"`));
}

function layersOf(terms: readonly Term[]): string[] {
  return [...new Set(terms.flatMap((term) => Object.keys(layerWeights(term))))];
}

function mustBeSound(term: Term, before: readonly Term[], network: Network): void {
  const { name, kind, target, weight } = term;
  if (before.some((other) => other.name === name))
    throw new RangeError(`two terms are called "${name}": give one of them another name, or its curve is lost`);
  if (!(Number.isFinite(weight) && weight >= 0))
    throw new RangeError(`the weight of "${name}" must be 0 or more, got ${weight}`);
  if (kind !== "smoothness" && !Array.isArray(target)) mustBeImage(target, `the target of "${name}"`);
  if (Array.isArray(target)) {
    normalizeWeights(target, `the target of "${name}"`);
    if (target.length > 1 && !term.loss.blend)
      throw new RangeError(
        `the memories of the loss ${term.loss.name} do not blend: give "${name}" one image, and each other a term`);
  }
  const layers = Object.entries(layerWeights(term));
  if (layers.length === 0) throw new RangeError(`"${name}" looks at no layer: name one, such as ${network.layers[1]}`);
  for (const [layer, share] of layers) {
    if (layer !== "pixels") mustBeOneOf(layer, network.layers, "layer", network.name);
    if (!(Number.isFinite(share) && share >= 0))
      throw new RangeError(`the share of ${layer} in "${name}" must be 0 or more, got ${share}`);
  }
}
