// Terms: what the image is to be like, as plain objects. An array of them is the whole objective; print them, spread them.
import type { Image, WeightedImage } from "./image";
import { activations } from "./losses/activations";
import { gram } from "./losses/gram";
import type { Loss } from "./losses/loss";
import { totalVariationLoss, type Variation } from "./losses/smoothness";

/** One wish: at these layers, be like the target, as far as this loss can see. */
export interface Term {
  /** What its parts are called in curves: `style relu3_1`. Two terms of one objective need two names. */
  readonly name: string;
  readonly kind: "content" | "style" | "smoothness";
  /** What to be like, one image or several that blend; a smoothness has none. */
  readonly target?: Image | readonly WeightedImage[];
  /** Layer names: each gets an equal share of the weight. Or shares by name: `{ relu1_1: 0.5, relu4_1: 2 }`, taken as they are. */
  readonly layers: readonly string[] | Readonly<Record<string, number>>;
  readonly loss: Loss;
  readonly weight: number;
}

/** Where the paper looks for content. It writes conv4_2 and means the rectified responses, which are called relu4_2 here. */
export const contentLayers: readonly string[] = ["relu4_2"];

/** Where the paper looks for style: the first layer of every block, rectified. */
export const styleLayers: readonly string[] = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"];

type Options = Partial<Pick<Term, "layers" | "loss" | "weight" | "name">>;

/** Show the same things in the same places as `target` (Gatys et al. 2016, eq. 1). */
export function content(
  target: Image, { layers = contentLayers, loss = activations, weight = 1, name = "content" }: Options = {},
): Term {
  return { name, kind: "content", target, layers, loss, weight };
}

/**
 * Be painted like `target` (eqs. 3–5): default, equal Gram matrices at the paper's five layers. Several images blend,
 * `style([{ image: strokes, weight: 2 }, { image: mosaic, weight: 1 }])`: one third of what is remembered is the mosaic's.
 */
export function style(
  target: Image | readonly WeightedImage[], { layers = styleLayers, loss = gram, weight = 1, name = "style" }: Options = {},
): Term {
  return { name, kind: "style", target, layers, loss, weight };
}

/** Let neighboring pixels be alike: a total variation, by name. */
export function smoothness(
  { variation = "meanSquares", weight = 1, name = "smoothness" }: { variation?: Variation; weight?: number; name?: string } = {},
): Term {
  return { name, kind: "smoothness", layers: ["pixels"], loss: totalVariationLoss(variation), weight };
}

/** The share of the term's weight that each of its layers has. */
export function layerWeights({ layers }: Pick<Term, "layers">): Record<string, number> {
  const isList = (given: Term["layers"]): given is readonly string[] => Array.isArray(given);
  if (!isList(layers)) return { ...layers };
  const names = [...new Set(layers)];
  return Object.fromEntries(names.map((layer) => [layer, 1 / names.length]));
}

/** The images that a term compares with, each with its weight. */
export function targetImages({ target }: Pick<Term, "target">): readonly WeightedImage[] {
  const isList = (given: Image | readonly WeightedImage[]): given is readonly WeightedImage[] => Array.isArray(given);
  if (target === undefined) return [];
  return isList(target) ? target : [{ image: target, weight: 1 }];
}
