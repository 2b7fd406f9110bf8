// Terms: what the image is to be like, as plain objects. An array of them is the whole objective; print them, spread them.
import type { Image, WeightedImage } from "./image";
import { activations } from "./losses/activations";
import { atLayer, type LiftedRegularizer } from "./losses/atLayer";
import { gram } from "./losses/gram";
import { isCrossLayer, type AnyLoss, type Loss } from "./losses/loss";
import { totalVariationLoss, type Variation } from "./losses/smoothness";

/** One part of an objective: a loss, what it compares with, where, and how much it counts. */
export interface Term {
  /** What its parts are called in curves: `style relu3_1`. Two terms of one objective need two names. */
  readonly name: string;
  /** `withRatio` weighs `content` against `style`; any other string is a kind, too. Plots color a part by the first word of its name. */
  readonly kind: string;
  /** What to compare with: one image, or several that blend. A regularizer, such as a smoothness, has none. */
  readonly target?: Image | readonly WeightedImage[];
  /**
   * The layers at which a loss of one layer is computed: each gets an equal part of the weight. Or weights by layer,
   * `{ relu1_1: 0.5, relu4_1: 2 }`, taken as they are. A loss that reads several layers names them itself: none here.
   */
  readonly layers?: readonly string[] | Readonly<Record<string, number>>;
  readonly loss: AnyLoss;
  readonly weight: number;
}

/** One term at one layer, or one term whose loss reads several: what a curve shows. */
export interface Part {
  readonly name: string;
  readonly term: Term;
  readonly weight: number;
  /** The term's loss, reading features by layer. */
  readonly loss: Loss | LiftedRegularizer;
}

/** The content layer of Gatys et al. 2016. They write conv4_2 and mean its rectified activations, called relu4_2 here. */
export const contentLayers: readonly string[] = ["relu4_2"];

/** The style layers of Gatys et al. 2016: the first of every block, rectified. */
export const styleLayers: readonly string[] = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"];

type Options = Partial<Pick<Term, "layers" | "loss" | "weight" | "name">>;

/** The content term: similar activations at the same positions as `target` (Gatys et al. 2016, eq. 1). */
export function content(
  target: Image,
  { loss = activations(), layers = isCrossLayer(loss) ? undefined : contentLayers, weight = 1, name = "content" }: Options = {},
): Term {
  return { name, kind: "content", target, layers, loss, weight };
}

/**
 * The style term (eqs. 3–5): by default, Gram matrices equal to those of `target` at the paper's five layers. Several images blend,
 * `style([{ image: strokes, weight: 2 }, { image: mosaic, weight: 1 }])`: one third of the prepared target is the mosaic's.
 */
export function style(
  target: Image | readonly WeightedImage[],
  { loss = gram(), layers = isCrossLayer(loss) ? undefined : styleLayers, weight = 1, name = "style" }: Options = {},
): Term {
  return { name, kind: "style", target, layers, loss, weight };
}

/** The total variation term, with a variation by name: neighboring pixels shall be similar. */
export function smoothness(
  { variation = "meanSquares", weight = 1, name = "smoothness" }: { variation?: Variation; weight?: number; name?: string } = {},
): Term {
  return { name, kind: "smoothness", layers: ["pixels"], loss: totalVariationLoss(variation), weight };
}

/** The weight of each layer, as a part of the term's: equal parts of a list, or the weights as they were given. */
export function layerWeights({ layers = [] }: Pick<Term, "layers">): Record<string, number> {
  const isList = (value: NonNullable<Term["layers"]>): value is readonly string[] => Array.isArray(value);
  if (!isList(layers)) return { ...layers };
  const names = [...new Set(layers)];
  return Object.fromEntries(names.map((layer) => [layer, 1 / names.length]));
}

/** Every layer that the term's loss reads. */
export function layersOf({ loss, layers }: Pick<Term, "loss" | "layers">): readonly string[] {
  return isCrossLayer(loss) ? loss.layers : Object.keys(layerWeights({ layers }));
}

/** The parts of a term: one for each layer; a single one where the loss reads several layers, or the pixels. */
export function partsOf(term: Term): Part[] {
  const { name, loss, weight } = term;
  if (isCrossLayer(loss)) return [{ name, term, weight, loss }];
  return Object.entries(layerWeights(term)).map(([layer, share]) =>
    ({ name: layer === "pixels" ? name : `${name} ${layer}`, term, weight: weight * share, loss: atLayer(loss, layer) }));
}

/** The images that a term compares with, each with its weight. */
export function targetsOf({ target }: Pick<Term, "target">): readonly WeightedImage[] {
  const isList = (value: Image | readonly WeightedImage[]): value is readonly WeightedImage[] => Array.isArray(value);
  if (target === undefined) return [];
  return isList(target) ? target : [{ image: target, weight: 1 }];
}

/** The same terms with other target images, each image replaced once: `mapTargets(terms, (image) => resize(image, …))`. */
export function mapTargets(terms: readonly Term[], replace: (image: Image) => Image): { terms: Term[]; images: Image[] } {
  const images = [...new Set(terms.flatMap((term) => targetsOf(term).map(({ image }) => image)))];
  const replaced = new Map(images.map((image) => [image, replace(image)]));
  return {
    terms: terms.map((term) => (term.target === undefined ? term
      : { ...term, target: targetsOf(term).map(({ image, weight }) => ({ image: replaced.get(image)!, weight })) })),
    images: [...replaced.values()],
  };
}
