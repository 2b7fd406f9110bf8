// What the systems of the literature multiply their losses with, as data, and exact conversion between them.
//
// Every Gram loss is k · Σ (G − A)² over raw Gram matrices G = FᵀF (not divided by anything), for images of equal size; only
// k differs. N is the number of channels, M the number of positions at the layer. Read from the papers and the public code.
import { mustBeOneOf } from "../names";

/** What a convention's factor may depend on: N, M, and for Keras the image's `[height, width]`. */
export interface LayerShape {
  readonly channels: number;
  readonly positions: number;
  readonly image?: readonly [number, number];
}

interface Factors {
  /** k of k · Σ (G − A)². */
  readonly gram: (n: number, m: number, pixels: () => number) => number;
  /** The factor of Σ (F − P)²; undefined where the system has no content term. */
  readonly content: ((n: number, m: number) => number) | undefined;
  readonly note: string;
}

/** The systems whose factors are known. */
export const conventions = [
  "paper", "gatysCode", "gatysCodeNormalised", "deepTextures", "johnson", "pytorchTutorial", "d2l", "anishathalye",
  "tensorflowTutorial", "gordicaleksa", "cs231n", "keras",
] as const;
export type Convention = (typeof conventions)[number];

const mean = (n: number, m: number): number => 1 / (n * m);
const sum = (): number => 1;

const table: Record<Convention, Factors> = {
  paper: {
    gram: (n, m) => 1 / (4 * n ** 2 * m ** 2), content: () => 0.5,
    note: "Gatys, Ecker & Bethge 2016, eqs. 1 and 4, on the normalised network. The Gram loss also of neural-style-tf and Kautenja.",
  },
  gatysCode: {
    gram: (n, m) => 1 / (n ** 4 * m ** 2), content: mean,
    note: "The authors' code on the original network: mean((G − A)/M)² with weight 1e3/N², whose 1/N² is counted here.",
  },
  gatysCodeNormalised: {
    gram: (n, m) => 1 / (n ** 2 * m ** 2), content: mean,
    note: "The authors' code on the normalised network: mean((G − A)/M)², weight 1e9/5, content 1e6.",
  },
  deepTextures: {
    gram: (n, m) => 1 / (4 * n ** 2 * m ** 2), content: undefined,
    note: "Gatys, Ecker & Bethge 2015: ¼ mean((G − A)/M)², weight 1e9, on the normalised network. No content term.",
  },
  johnson: {
    gram: (n, m) => 1 / (n ** 4 * m ** 2), content: mean,
    note: "neural-style and neural-style-pt: mean((G − A)/(NM))², style weight 1e2, content 5.",
  },
  pytorchTutorial: { gram: (n, m) => 1 / (n ** 4 * m ** 2), content: mean, note: "Style weight 1e6, content 1." },
  d2l: { gram: (n, m) => 1 / (n ** 4 * m ** 2), content: mean, note: "Dive into Deep Learning: style weight 1e4." },
  anishathalye: {
    gram: (n, m) => 1 / (n ** 4 * m ** 2), content: mean, note: "Style weight 500, layer weights that sum to 1.",
  },
  tensorflowTutorial: {
    gram: (n, m) => 1 / (n ** 2 * m ** 2), content: mean, note: "mean((G − A)/M)²: style weight 1e-2 over 5 layers, content 1e4.",
  },
  gordicaleksa: {
    gram: (n, m) => 1 / (n ** 2 * m ** 2), content: mean, note: "Σ((G − A)/(NM))²: style weight 3e4 over 5 layers, content 1e5.",
  },
  cs231n: {
    gram: (n, m) => 1 / (n ** 2 * m ** 2), content: sum, note: "Σ((G − A)/(NM))² with a weight for each layer (SqueezeNet).",
  },
  keras: {
    gram: (_n, _m, pixels) => 1 / (36 * pixels() ** 2), content: sum,
    note: "Keras' example: Σ(G − A)²/(36 (HW)²), with the image's H and W at every layer: another balance of the layers.",
  },
};

/** What a convention is: where it comes from, and the weights its system uses. */
export function about(convention: Convention): string {
  return table[mustBeOneOf(convention, conventions, "convention")].note;
}

/** The factor k of a convention's Gram loss k · Σ (G − A)², G and A raw. */
export function gramFactor(convention: Convention, { channels, positions, image }: LayerShape): number {
  const factors = table[mustBeOneOf(convention, conventions, "convention")];
  return factors.gram(channels, positions, () => {
    if (image) return image[0] * image[1];
    throw new RangeError(`the convention ${convention} divides by the size of the image: give image: [height, width]`);
  });
}

/** The same for Gram matrices that were divided by their number of positions, as `gramMatrix` does: k · M². */
export function gramScale(convention: Convention, shape: LayerShape): number {
  return gramFactor(convention, shape) * shape.positions ** 2;
}

/** The factor of a convention's content loss: ½ in the paper, 1/(N·M) where a mean is taken. */
export function contentFactor(convention: Convention, { channels, positions }: LayerShape): number {
  const factors = table[mustBeOneOf(convention, conventions, "convention")];
  if (!factors.content) throw new RangeError(`the convention ${convention} has no content term`);
  return factors.content(channels, positions);
}

/**
 * A style weight that does in convention `to` what `weight` does in convention `from`, at a layer of this shape:
 * weight · k(from) / k(to). From the paper to Johnson it is N²/4: 1024 at 64 channels and 65,536 at 512, so no single
 * factor converts a list of layers.
 */
export function convertStyle(weight: number, from: Convention, to: Convention, shape: LayerShape): number {
  return (weight * gramFactor(from, shape)) / gramFactor(to, shape);
}

/** The same for a content weight. */
export function convertContent(weight: number, from: Convention, to: Convention, shape: LayerShape): number {
  return (weight * contentFactor(from, shape)) / contentFactor(to, shape);
}
