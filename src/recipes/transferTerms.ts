// What a transfer minimizes, by recipe: the default, and that of Gatys et al.
import { mustBeOneOf } from "../errors";
import type { Image } from "../image";
import { activations, contentAs } from "../losses/activations";
import { gaussianWasserstein } from "../losses/gaussianWasserstein";
import { gramAs } from "../losses/gram";
import { isCrossLayer, type AnyLoss } from "../losses/loss";
import { relative } from "../losses/relative";
import { content, contentLayers, smoothness, style, styleLayers, type Term } from "../terms";

/** The parts of a transfer's objective. Names and meanings are those of a sweep's settings. */
export interface TransferParts {
  readonly contentLayers?: Term["layers"];
  readonly contentLoss?: AnyLoss;
  readonly contentWeight?: number;
  /** A list of layers, of which each has an equal share, or the shares: `{ relu1_1: 0.4, relu2_1: 0.3, relu3_1: 0.3 }`. */
  readonly styleLayers?: Term["layers"];
  readonly styleLoss?: AnyLoss;
  readonly styleWeight?: number;
  /** 0 leaves it out. */
  readonly smoothnessWeight?: number;
}

/**
 * The parts of each recipe.
 *
 * - `default`: losses are `relative`, so that weights mean the same for every network and size. The style is compared by the Wasserstein
 *   distance of Gaussians.
 * - `paper`: Gatys et al. 2016, eqs. 1, 4, 5 and 7 with α/β = 10⁻³, in the units of their code: mean squares, 10⁶ and 10⁹. Their network is
 *   normalized and has average pooling: `normalized(await vgg19({ pooling: "average" }), [photo, painting])`. The sums that the paper
 *   prints, with the same 10⁻³, would give the content 30 times the style's part of the loss, and a photograph (from noise, valley ×
 *   strokes, vgg19-mini, 128²: 4.7e4 to 1.6e3 after 100 steps).
 */
const recipes = {
  default: (): Required<TransferParts> => ({
    contentLayers, contentLoss: relative(activations()), contentWeight: 1,
    styleLayers, styleLoss: relative(gaussianWasserstein()), styleWeight: 30, smoothnessWeight: 0,
  }),
  paper: (): Required<TransferParts> => ({
    contentLayers, contentLoss: contentAs("gatysCodeNormalized"), contentWeight: 1e6,
    styleLayers, styleLoss: gramAs("gatysCodeNormalized"), styleWeight: 1e9, smoothnessWeight: 0,
  }),
};

export const transferRecipes = ["default", "paper"] as const;
export type TransferRecipe = (typeof transferRecipes)[number];

/** The terms of a transfer: those of a recipe (default: `"default"`), with other parts where they are given. */
export function transferTerms(
  photo: Image, painting: Image, { recipe = "default", ...given }: TransferParts & { readonly recipe?: TransferRecipe } = {},
): Term[] {
  mustBeOneOf(recipe, transferRecipes, "recipe");
  const parts = { ...recipes[recipe](), ...withoutUndefined(given) };
  const at = (loss: AnyLoss, layers: Term["layers"]): Pick<Term, "loss" | "layers"> => (isCrossLayer(loss) ? { loss } : { loss, layers });
  const terms = [
    content(photo, { ...at(parts.contentLoss, parts.contentLayers), weight: parts.contentWeight }),
    style(painting, { ...at(parts.styleLoss, parts.styleLayers), weight: parts.styleWeight }),
  ];
  return parts.smoothnessWeight > 0 ? [...terms, smoothness({ weight: parts.smoothnessWeight })] : terms;
}

/** An option that is undefined is one that was left out. */
function withoutUndefined<Options extends object>(options: Options): Partial<Options> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<Options>;
}
