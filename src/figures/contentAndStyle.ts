// The terms of a figure's transfers: as in Gatys et al. 2016, in relative units, so that one ratio means the same for every network.
import type { Image } from "../image";
import { activations } from "../losses/activations";
import { gram } from "../losses/gram";
import type { LayerLoss } from "../losses/loss";
import { relative } from "../losses/relative";
import { content, contentLayers, style, styleLayers, type Term } from "../terms";
import { withRatio } from "../weighting/termWeights";

/**
 * α/β of the figures that have one ratio, in relative units: the paper's 1e-3 weighs sums of another scale. Tried at 128² by vgg19-mini: at
 * 1/30 nothing of a valley was to be seen under watercolors; at 1/10 its shore and its house are. In the paper every photograph is.
 */
export const paperRatio: number = 1 / 10;

/**
 * Content and style with α/β = `ratio`, at the paper's layers and with its Gram loss unless others are named. Both losses are relative to
 * the target's own activations, so a ratio is another number than in the paper: its 1e-3 weighs sums of another scale.
 */
export function contentAndStyle(
  photo: Image, painting: Image, ratio: number,
  { contentAt = contentLayers, styleAt = styleLayers, styleLoss = gram() }:
  { contentAt?: readonly string[]; styleAt?: readonly string[]; styleLoss?: LayerLoss } = {},
): Term[] {
  return withRatio([
    content(photo, { loss: relative(activations()), layers: contentAt }), style(painting, { loss: relative(styleLoss), layers: styleAt }),
  ], ratio);
}
