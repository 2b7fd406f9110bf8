// Neural style transfer in one call.
import * as tf from "@tensorflow/tfjs";
import { luminance, matchColor, withColor } from "../color/matchColor";
import { mustBeOneOf } from "../errors";
import type { Image } from "../image";
import type { CoarseToFineOptions } from "../minimize/coarseToFine";
import type { Network } from "../networks/network";
import { fourier } from "../optimizers/fourier";
import { lbfgs } from "../optimizers/lbfgs";
import type { Optimizer } from "../optimizers/optimizer";
import { reparameterize } from "../optimizers/reparameterize";
import { finish, type Run } from "./finish";
import type { RecipeResult } from "./runSettings";
import { mapTargets, type Term } from "../terms";
import { transferTerms, type TransferParts, type TransferRecipe } from "./transferTerms";

/** Whose colors a transfer has. */
export const transferColors = ["painting", "matched", "luminance"] as const;

export interface TransferOptions extends Run, TransferParts {
  /** What all other options are by default: `"default"`, or `"paper"`, Gatys et al. 2016. */
  readonly recipe?: TransferRecipe;
  /** Shorter sides in pixels, as in `coarseToFine`; default: only that of the photograph. `steps` then are those at each size. */
  readonly sizes?: CoarseToFineOptions["sizes"];
  /**
   * Whose colors the result has (Gatys et al. 2017, section 5): `"painting"` (default); `"matched"`, the painting's after these were matched
   * to the photograph's; `"luminance"`, exactly the photograph's, only its luminance is painted.
   */
  readonly color?: (typeof transferColors)[number];
  /** Further terms, such as `temporal(…)`. With `color: "luminance"` they are about the luminance, too. */
  readonly terms?: readonly Term[];
}

/** How each recipe runs. */
export const transferRuns: Readonly<Record<TransferRecipe, { optimizer(): Optimizer; steps: number }>> = {
  default: { optimizer: () => reparameterize(fourier(), lbfgs()), steps: 60 },
  paper: { optimizer: () => lbfgs(), steps: 500 },
};

/**
 * Neural style transfer: the content of one image in the style of another. `transferTerms` says what is minimized.
 *
 * The default recipe takes 60 steps of L-BFGS on Fourier coefficients, which leave fewer color fringes than pixels do; `recipe: "paper"`
 * takes 500 on pixels, as the authors' code. Any part may be another: `transfer(vgg, photo, painting, { styleLoss: relative(gram()),
 * optimizer: adam(), steps: 150 })`; an optimizer that is not wrapped by `reparameterize` works on pixels. `start` is the photograph; another
 * start leaves in the result what no layer sees of it: noise should be weak, `noise(photo, { strength: 0.1 })`.
 *
 * The result of every recipe is an image with values in 0…1, and the loss of that image: clipping the best image of the loop may raise it.
 * With `color: "luminance"` the loss is that of the luminance. Its `settings` say what made it, to keep in its file:
 * `saveImage(image, "mine.png", { settings })`.
 */
export async function transfer(
  network: Network, photo: Image, painting: Image, { recipe = "default", color = "painting", terms: further = [], ...options }: TransferOptions = {},
): Promise<RecipeResult> {
  mustBeOneOf(color, transferColors, "color");
  const { contentLayers, contentLoss, contentWeight, styleLayers, styleLoss, styleWeight, smoothnessWeight, ...run } = options;
  const parts = { recipe, contentLayers, contentLoss, contentWeight, styleLayers, styleLoss, styleWeight, smoothnessWeight };
  const target = color === "luminance" ? luminance(photo) : tf.clone(photo);
  const owned: Image[] = [target];
  try {
    const source = await recolored(painting, photo, color);
    owned.push(source);
    const more = color === "luminance" ? mapTargets(further, (image) => luminance(image)) : { terms: further, images: [] };
    owned.push(...more.images);
    const terms = [...transferTerms(target, source, parts), ...more.terms];
    const result = await finish(network, terms, {
      ...run, start: run.start ?? target, steps: run.steps ?? transferRuns[recipe].steps, optimizer: run.optimizer ?? transferRuns[recipe].optimizer(),
    }, {
      by: "transfer", options: { recipe, color, ...(run.sizes && { sizes: run.sizes }) },
      images: { photo, painting, start: run.start ?? photo },
    });
    if (color !== "luminance") return result;
    owned.push(result.image);
    return { ...result, image: withColor(result.image, photo) };
  } finally {
    tf.dispose(owned);
  }
}

/** The painting in the colors that the transfer takes from it. */
async function recolored(painting: Image, photo: Image, color: (typeof transferColors)[number]): Promise<Image> {
  if (color === "matched") return matchColor(painting, photo);
  return color === "luminance" ? luminance(painting, { like: photo }) : tf.clone(painting);
}
