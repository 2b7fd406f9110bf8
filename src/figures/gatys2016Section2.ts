// Gatys et al. 2016, section 2: what is changed in the network, and what that changes. Pooling, normalized weights, the layers that are read.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import { gram } from "../losses/gram";
import { relative } from "../losses/relative";
import { loadNetwork } from "../networks/loadNetwork";
import type { Network } from "../networks/network";
import { normalized } from "../networks/normalized";
import { fineEnergy } from "../quality/fineEnergy";
import { patchDistance } from "../quality/patchDistance";
import { valueOf } from "../quality/valueOf";
import { texture } from "../recipes/fromNoise";
import { style, styleLayers } from "../terms";
import type { Panel, PaperFigure } from "./figure";
import { mustBeVgg } from "./mustBeVgg";
import { gatys2016 } from "./papers";
import { withWorkbench } from "./workbench";

const beforeRectification = styleLayers.map((layer) => layer.replace("relu", "conv"));

export const gatys2016Section2: PaperFigure = {
  name: "gatys2016/section2",
  paper: gatys2016,
  figure: "Section 2, pooling, weights and layers",
  claims: {
    pooling: {
      claim: "Average pooling yields slightly more appealing results than maximum pooling.",
      measures: "the patch distance of a texture to its source with average pooling, in units of that with maximum pooling", atMost: 1,
      found: "To the eye the paper is right: with maximum pooling things lie over each other as in a double exposure, which patches do not see.",
    },
    unchanged: {
      claim: "Weights can be normalized without changing the output of the network.",
      measures: "the largest difference of a channel at relu5_1, normalized and plain, each over its mean, in units of the largest activation", atMost: 1e-4,
    },
    taps: {
      claim: "The layers are read after the rectification, which is another statistic than before it.",
      measures: "the relative loss at the rectified layers of a texture that was made before rectification, in units of its loss where it was made", atLeast: 2,
    },
  },
  settings: { network: "best", painting: "strokes", size: 256, steps: 300, seed: 0 },
  quick: { network: "vgg19-mini", size: 96, steps: 80 },

  run: (settings, options = {}) => withWorkbench(settings, options, styleLayers, async ({ network, images, keep, run }) => {
    const [source] = await images("painting");
    const scaled = normalized(mustBeVgg(network), source.image);
    const max = await loadNetwork(settings.network, { pooling: "max" });
    try {
      const measured: Record<string, number> = {};
      const grain = await fineEnergy(source.image);
      const make = async (label: string, by: Network, layers: readonly string[]): Promise<Panel & Judged> => {
        const { image, loss } = await texture(by, source.image, { layers, seed: settings.seed, ...run(label) });
        const distance = await patchDistance(keep(image), source.image);
        const rectified = await valueOf(network, [style(source.image, { loss: relative(gram()) })], image);
        Object.assign(measured, {
          [`patch distance ${label}`]: distance, [`grain ${label}`]: (await fineEnergy(image)) / grain, [`loss ${label}`]: loss, [`loss at relu ${label}`]: rectified,
        });
        return { label, image, distance, loss, rectified };
      };
      const average = await make("average pooling", network, styleLayers);
      const maximum = await make("maximum pooling", max, styleLayers);
      const normal = await make("normalized weights", scaled, styleLayers);
      const linear = await make("before rectification", network, beforeRectification);
      return {
        rows: [[source, average, maximum, normal, linear]], measured,
        values: { ...valuesOfTextures({ average, maximum, linear }), unchanged: await channelDifference(network, scaled, source.image) },
      };
    } finally {
      max.dispose();
      scaled.dispose();
    }
  }),
};

interface Judged { readonly distance: number; readonly loss: number; readonly rectified: number }

/**
 * The claims' numbers: from each texture's patch distance, its loss where it was made, and its loss at the rectified layers. Without a rectification the
 * last two are equal. Not in units of the texture that was made at the rectified layers: how far that gets is a matter of steps (at 96² by vgg19-mini
 * 1.26 times after 80, 0.82 after 300), and says nothing of the statistics.
 */
export function valuesOfTextures({ average, maximum, linear }: Record<"average" | "maximum" | "linear", Judged>): Record<string, number> {
  return { pooling: average.distance / maximum.distance, taps: linear.rectified / linear.loss };
}

/** How far two networks' channels at relu5_1 differ beyond a factor for each channel: at most so much of the largest activation. */
export async function channelDifference(one: Network, other: Network, image: Image): Promise<number> {
  const difference = tf.tidy(() => {
    const [a, b] = [one, other].map((network) => {
      const features = network.features(image, ["relu5_1"])("relu5_1");
      return tf.div(features, tf.add(tf.mean(features, [0, 1]), 1e-20));
    });
    return tf.div(tf.max(tf.abs(tf.sub(a, b))), tf.max(a));
  });
  const [value] = await difference.data().finally(() => difference.dispose());
  return value;
}
