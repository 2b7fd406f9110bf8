// Risser et al. 2017: what a Gram matrix confuses, and histograms do not.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import { covariance } from "../losses/covariance";
import { gaussianWasserstein } from "../losses/gaussianWasserstein";
import { gram } from "../losses/gram";
import { histogram } from "../losses/histogram";
import { relative } from "../losses/relative";
import { valueOf } from "../quality/valueOf";
import { fromNoise } from "../recipes/fromNoise";
import { style } from "../terms";
import { distanceOf } from "./distanceOf";
import type { PaperFigure } from "./figure";
import { risser2017 } from "./papers";
import { heldOut } from "./transferLeft";
import { withWorkbench } from "./workbench";

/** Side of the two small images. */
const side = 16;
/** Where Risser et al. add their histogram loss. */
const histogramLayers = ["relu1_1", "relu4_1"];

export const risser2017Figure3: PaperFigure = {
  name: "risser2017/figure3",
  paper: risser2017,
  figure: "Figure 3, two distributions with one Gram matrix",
  claims: {
    gram: {
      claim: "Distributions with other means and variances have the same Gram matrix, if only their E[x²] are equal.",
      measures: "the relative Gram loss between the two images", atMost: 1e-4,
    },
    others: {
      claim: "Covariances, the Wasserstein distance of Gaussians and histograms tell them apart.",
      measures: "the least of their relative losses between the two images", atLeast: 0.05,
    },
    histogram: {
      claim: "With the histogram loss, textures have the histograms of their activations, too.",
      measures: "the histogram loss with both, in units of that with Gram matrices alone, at layers that were not optimized", atMost: 0.9,
    },
  },
  settings: { network: "best", painting: "strokes", size: 192, steps: 200, seed: 0 },
  quick: { network: "vgg19-mini", size: 128, steps: 80 },

  run: (settings, options = {}) => withWorkbench(settings, options, histogramLayers, async ({ network, images, keep, run }) => {
    const [painting] = await images("painting");
    const [flat, twoValued] = sameSquares().map(keep);
    const target = style(painting.image, { loss: relative(gram()) });
    const histograms = style(painting.image, { name: "histograms", loss: relative(histogram()), layers: histogramLayers });
    const made = {
      gram: keep((await fromNoise(network, [target], painting.image, settings.seed, run("Gram"))).image),
      both: keep((await fromNoise(network, [target, histograms], painting.image, settings.seed, run("Gram and histograms"))).image),
    };
    const atOthers = [style(painting.image, { loss: relative(histogram()), layers: heldOut.style })];
    const [alone, both] = [await valueOf(network, atOthers, made.gram), await valueOf(network, atOthers, made.both)];
    const apart = {
      gram: distanceOf(relative(gram()), flat, twoValued),
      covariance: distanceOf(relative(covariance()), flat, twoValued),
      wasserstein: distanceOf(relative(gaussianWasserstein()), flat, twoValued),
      histogram: distanceOf(relative(histogram()), flat, twoValued),
    };
    return {
      rows: [
        [{ label: "mean 0.707, deviation 0", image: flat }, { label: "mean 0.5, deviation 0.5", image: twoValued }],
        [painting, { label: "Gram", image: made.gram }, { label: "Gram and histograms", image: made.both }],
      ],
      measured: { ...apart, "histogram distance, Gram": alone, "histogram distance, both": both },
      values: { gram: apart.gram, others: Math.min(apart.covariance, apart.wasserstein, apart.histogram), histogram: both / alone },
    };
  }),
};

/** Two gray images with E[x²] = ½: every pixel 1/√2; and half of them 0, half of them 1. */
export function sameSquares(): [flat: Image, twoValued: Image] {
  const values = Array.from({ length: side * side }, (_, i) => ((i % side) + Math.floor(i / side)) % 2);
  return [tf.fill([side, side, 3], Math.SQRT1_2), tf.tensor3d(values.flatMap((value) => [value, value, value]), [side, side, 3])];
}
