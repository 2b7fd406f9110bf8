// The factors by which the systems of the literature multiply their losses, as data, and exact conversion between them.
//
// Every Gram loss is k · Σ (G − A)² over raw Gram matrices G = FᵀF (not divided by anything), for images of equal size; only
// k differs. N is the number of channels, M the number of positions at the layer. Read from the papers and the public code.
import { mustBeOneOf } from "../errors";

/** What a convention's factor may depend on: N, M, and for Keras the image's `[height, width]`. */
export interface LayerShape {
  readonly channels: number;
  readonly positions: number;
  readonly image?: readonly [number, number];
}

/** One system's factors. They depend on the layer's shape alone. */
export interface ConventionFactors {
  /** k of the style loss k · Σ (G − A)². */
  readonly style: (shape: LayerShape) => number;
  /** The factor of Σ (F − P)²; undefined where the system has no content term. */
  readonly content?: (shape: LayerShape) => number;
  /**
   * Where the factors come from, and the weights that the system uses: for each layer, or one that is divided among them, as a term
   * divides the weight of a list of layers (weights by layer, `{ relu1_1: 2e8 }`, are taken as they are).
   */
  readonly note: string;
  /** How its images are resized, in the words of `resize` and `loadImage`. Its numbers are reached only with that. */
  readonly images: string;
}

/** The systems whose factors are listed here. */
export type Convention =
  | "paper" | "gatysCode" | "gatysCodeNormalized" | "deepTextures" | "johnson" | "pytorchTutorial" | "d2l" | "anishathalye"
  | "tensorflowTutorial" | "gordicaleksa" | "cs231n" | "keras";

const mean = ({ channels, positions }: LayerShape): number => 1 / (channels * positions);
const sum = (): number => 1;
/** mean((G − A)/M)², or Σ((G − A)/(NM))²: 1/(N²M²). */
const overPositions = ({ channels, positions }: LayerShape): number => 1 / (channels ** 2 * positions ** 2);
/** mean((G − A)/(NM))²: 1/(N⁴M²). */
const overValues = ({ channels, positions }: LayerShape): number => 1 / (channels ** 4 * positions ** 2);
const quarter = (shape: LayerShape): number => overPositions(shape) / 4;

/** The systems by name: `conventions.johnson`. */
export const conventions: Readonly<Record<Convention, ConventionFactors>> = {
  paper: {
    style: quarter, content: () => 0.5,
    note: "Gatys, Ecker & Bethge 2016, eqs. 1 and 4, on the normalized network; each of 5 layers counts 1/5. " +
      "The Gram loss also of neural-style-tf and Kautenja.",
    images: "The painting in the photograph's size (exactly). The paper names no filter.",
  },
  gatysCode: {
    style: overValues, content: mean,
    note: "The authors' code on the original network: mean((G − A)/M)² with weight 1e3/N² for each layer, whose 1/N² is counted here.",
    images: "bilinear without antialiasing (scikit-image of 2016), of 512² pixels' area.",
  },
  gatysCodeNormalized: {
    style: overPositions, content: mean,
    note: "The authors' code on the normalized network: mean((G − A)/M)², weight 1e9/5 for each of 5 layers (1e9 for a list), content 1e6.",
    images: "bilinear without antialiasing (scikit-image of 2016), of 512² pixels' area.",
  },
  deepTextures: {
    style: quarter,
    note: "Gatys, Ecker & Bethge 2015: ¼ mean((G − A)/M)², weight 1e9 for each layer, on the normalized network. No content term.",
    images: "bilinear without antialiasing (caffe.io, scikit-image of 2015), of 256² pixels' area.",
  },
  johnson: {
    style: overValues, content: mean,
    note: "neural-style and neural-style-pt: mean((G − A)/(NM))², style weight 1e2 for each layer, content 5.",
    images: "Means of areas, as box (Torch's image.scale), by the longer side, 512.",
  },
  pytorchTutorial: {
    style: overValues, content: mean, note: "Style weight 1e6 for each layer, content 1.",
    images: "bilinear (torchvision's Resize), 512 or 128, both images of one size.",
  },
  d2l: {
    style: overValues, content: mean, note: "Dive into Deep Learning: style weight 1e4 for each layer.",
    images: "bilinear (torchvision's Resize), exactly [300, 450].",
  },
  anishathalye: {
    style: overValues, content: mean, note: "Style weight 500, divided among the layers.",
    images: "bicubic (Pillow's default since its version 7), the painting by the photograph's width.",
  },
  tensorflowTutorial: {
    style: overPositions, content: mean, note: "mean((G − A)/M)²: style weight 1e-2, divided among 5 layers, content 1e4.",
    images: "bilinear without antialiasing (tf.image.resize), by the longer side, 512.",
  },
  gordicaleksa: {
    style: overPositions, content: mean, note: "Σ((G − A)/(NM))²: style weight 3e4, divided among 5 layers, content 1e5.",
    images: "bicubic without antialiasing (OpenCV's, a = −0.75 where ours is −0.5), by the height, 400.",
  },
  cs231n: {
    style: overPositions, content: sum, note: "Σ((G − A)/(NM))² with a weight for each layer (SqueezeNet). Its four operations: `cs231n`.",
    images: "bilinear (torchvision's Resize, which is Pillow's), by the shorter side, 192. Its content check looks at ImageNet's mean color.",
  },
  keras: {
    style: ({ image }) => 1 / (36 * pixelsOf(image) ** 2), content: sum,
    note: "Keras' example: Σ(G − A)²/(36 (HW)²), with the image's H and W at every layer: a different balance of the layers; " +
      "weight 1e-6, divided among 5.",
    images: "nearest (load_img's default), exactly 400 rows in the photograph's proportions, the painting too.",
  },
};

function pixelsOf(image: LayerShape["image"]): number {
  if (image) return image[0] * image[1];
  throw new RangeError("the convention keras divides by the size of the image: give image: [height, width]");
}

/** @throws RangeError, with the nearest name, for a convention that is not in the table */
export function mustBeConvention(convention: Convention): Convention {
  return mustBeOneOf(convention, Object.keys(conventions) as Convention[], "convention");
}

/** The factor k of a convention's style loss k · Σ (G − A)², G and A raw. */
export function gramFactor(convention: Convention, shape: LayerShape): number {
  return conventions[mustBeConvention(convention)].style(shape);
}

/** The same factor for Gram matrices that are divided by their number of positions, as `gramMatrix` does: k · M². */
export function gramScale(convention: Convention, shape: LayerShape): number {
  return gramFactor(convention, shape) * shape.positions ** 2;
}

/** The factor of a convention's content loss: ½ in the paper, 1/(N·M) where a mean is taken. */
export function contentFactor(convention: Convention, shape: LayerShape): number {
  const { content } = conventions[mustBeConvention(convention)];
  if (!content) throw new RangeError(`the convention ${convention} has no content term: take another, such as "paper"`);
  return content(shape);
}

/**
 * The style weight that has in convention `to` the effect of `weight` in convention `from`, at a layer of this shape:
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
