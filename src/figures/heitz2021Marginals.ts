// Heitz et al. 2021: distributions that a Gram matrix does not tell apart, and the sliced Wasserstein distance does.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import { gram } from "../losses/gram";
import { histogram } from "../losses/histogram";
import type { LayerLoss } from "../losses/loss";
import { relative } from "../losses/relative";
import { slicedWasserstein } from "../losses/slicedWasserstein";
import { sampleIndices } from "../math/sampleIndices";
import type { Network } from "../networks/network";
import { valueOf } from "../quality/valueOf";
import { fromNoise } from "../recipes/fromNoise";
import { style, styleLayers } from "../terms";
import { distanceOf } from "./distanceOf";
import type { PaperFigure } from "./figure";
import { heitz2021 } from "./papers";
import { heldOut } from "./transferLeft";
import { withWorkbench } from "./workbench";

/** Side of the two small images. */
const side = 32;

export const heitz2021Marginals: PaperFigure = {
  name: "heitz2021/marginals",
  paper: heitz2021,
  figure: "The sliced Wasserstein loss against Gram matrices",
  claims: {
    gram: {
      claim: "Different distributions have the same Gram matrix.", measures: "the relative Gram loss between two images with the same means and covariances",
      atMost: 1e-4,
    },
    sliced: {
      claim: "The sliced Wasserstein loss tells all distributions apart.", measures: "its relative loss between these two images", atLeast: 0.1,
    },
    positions: {
      claim: "It compares distributions, whatever the positions.",
      measures: "its largest relative loss, at a style layer, between the painting's activations and the same ones shuffled", atMost: 1e-4,
    },
    marginals: {
      claim: "Textures by the sliced Wasserstein loss match the distribution of each feature, which those by Gram matrices miss.",
      measures: "the histogram loss of its texture, in units of that of the Gram texture, at layers that were not optimized", atMost: 0.9,
      found: "Where neither loss looked, both textures have the distributions equally well.",
    },
  },
  settings: { network: "best", painting: "strokes", size: 192, steps: 200, seed: 0 },
  quick: { network: "vgg19-mini", size: 128, steps: 80 },

  run: (settings, options = {}) => withWorkbench(settings, options, styleLayers, async ({ network, images, keep, run }) => {
    const [painting] = await images("painting");
    const [two, three] = sameMoments(settings.seed).map(keep);
    const textureBy = async (what: string, loss: LayerLoss): Promise<Image> =>
      keep((await fromNoise(network, [style(painting.image, { loss: relative(loss) })], painting.image, settings.seed, run(what))).image);
    const [byGram, bySliced] = [await textureBy("Gram", gram()), await textureBy("sliced Wasserstein", slicedWasserstein())];
    const atOthers = [style(painting.image, { loss: relative(histogram()), layers: heldOut.style })];
    const [gramMarginals, slicedMarginals] = [await valueOf(network, atOthers, byGram), await valueOf(network, atOthers, bySliced)];
    const values = {
      gram: distanceOf(relative(gram()), two, three), sliced: distanceOf(relative(slicedWasserstein()), two, three),
      positions: shuffledLoss(network, painting.image, slicedWasserstein()), marginals: slicedMarginals / gramMarginals,
    };
    return {
      rows: [
        [{ label: "0.25 and 0.75", image: two }, { label: "0, 0.5 and 1", image: three }],
        [painting, { label: "Gram", image: byGram }, { label: "sliced Wasserstein", image: bySliced }],
      ],
      measured: { "histogram distance, Gram": gramMarginals, "histogram distance, sliced Wasserstein": slicedMarginals, ...values }, values,
    };
  }),
};

/** Two gray images with mean ½ and variance 1/16, of pixels in random order: half ¼, half ¾; and ⅛ 0, ¾ ½, ⅛ 1. */
export function sameMoments(seed: number): [two: Image, three: Image] {
  const count = side * side;
  const image = (levels: readonly number[], from: number): Image => tf.tidy(() => {
    const values = Float32Array.from({ length: count }, (_, i) => levels[Math.floor((i * levels.length) / count)]);
    const mixed = tf.gather(tf.tensor1d(values), sampleIndices(count, count, from));
    return tf.tile(tf.reshape(mixed, [side, side, 1]), [1, 1, 3]) as Image;
  });
  return [image([0.25, 0.75], seed), image([0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1], seed + 1)];
}

/** The largest relative loss, at a style layer, between the activations of an image and the same ones in another order. */
export function shuffledLoss(network: Network, image: Image, loss: LayerLoss): number {
  const features = network.features(image, styleLayers);
  try {
    return Math.max(...styleLayers.map((layer) => tf.tidy(() => {
      const [height, width, channels] = features(layer).shape;
      const rows = tf.reshape(features(layer), [height * width, channels]);
      const shuffled = tf.reshape(tf.gather(rows, sampleIndices(height * width, height * width, 1)), [height, width, channels]) as tf.Tensor3D;
      return distanceOf(relative(loss), shuffled, features(layer));
    })));
  } finally {
    features.dispose();
  }
}
