// Li et al. 2017: style losses as distances of distributions, through kernels; and the statistics of batch normalization.
import * as tf from "@tensorflow/tfjs";
import { resize, type Image } from "../image";
import { gram } from "../losses/gram";
import type { LayerLoss } from "../losses/loss";
import { meanAndDeviation } from "../losses/meanAndDeviation";
import { meanStd } from "../losses/meanStd";
import { mmd } from "../losses/mmd";
import { relative } from "../losses/relative";
import type { Network } from "../networks/network";
import { styleLayers } from "../terms";
import { contentAndStyle } from "./contentAndStyle";
import { distanceOf } from "./distanceOf";
import type { Panel, PaperFigure } from "./figure";
import { optimize } from "./optimize";
import { li2017 } from "./papers";
import { transferLeft, worseOf } from "./transferLeft";
import { withWorkbench } from "./workbench";

/** As in the figure of teaching texts. */
const ratio = 1 / 3;
/** The shorter side at which all pairs of positions are formed: their number grows with its fourth power. */
const pairsSide = 32;

const methods: Readonly<Record<string, LayerLoss>> = {
  "linear kernel": mmd("linear"), "polynomial kernel": mmd("polynomial"), "Gaussian kernel": mmd("gaussian"), "BN statistics": meanStd(),
};

export const li2017Kernels: PaperFigure = {
  name: "li2017/kernels",
  paper: li2017,
  figure: "Style as a distribution: three kernels, and the statistics of batch normalization",
  claims: {
    polynomial: {
      claim: "Matching Gram matrices is minimizing the MMD with the second order polynomial kernel.",
      measures: "the largest relative difference of N² times the Gram loss and the MMD from all pairs of positions", atMost: 1e-4,
    },
    linear: {
      claim: "The MMD with the linear kernel compares the means.",
      measures: "the largest relative difference of ‖μ − μ′‖² and the MMD from all pairs of positions", atMost: 1e-4,
    },
    normalization: {
      claim: "Aligning the statistics of batch normalization is enough to make that loss 0.",
      measures: "the largest relative loss of activations that were normalized and given the painting's means and deviations", atMost: 1e-4,
    },
    transfers: {
      claim: "All four methods transfer the style.",
      measures: "of the worst method, what is left of the distance to the painting's style or to the photograph's content, at layers that were not optimized", atMost: 0.5,
    },
  },
  settings: { network: "best", photo: "valley", painting: "strokes", size: 192, steps: 150, seed: 0 },
  quick: { network: "vgg19-mini", size: 128, steps: 60 },

  run: (settings, options = {}) => withWorkbench(settings, options, styleLayers, async ({ network, images, keep, run }) => {
    const [[photo], [painting]] = [await images("photo"), await images("painting")];
    const panels: Panel[] = [photo, painting];
    const measured: Record<string, number> = {};
    const left: number[] = [];
    for (const [name, loss] of Object.entries(methods)) {
      const terms = contentAndStyle(photo.image, painting.image, ratio, { styleLoss: loss });
      const { image } = await optimize(network, terms, photo.image, run(name));
      const { style, content } = await transferLeft(network, keep(image), photo.image, painting.image);
      left.push(worseOf({ style, content }));
      panels.push({ label: name, image });
      Object.assign(measured, { [`style left, ${name}`]: style, [`content left, ${name}`]: content });
    }
    const equalities = await kernelEqualities(network, photo.image, painting.image);
    return { rows: [panels], measured: { ...measured, ...equalities }, values: { ...equalities, transfers: Math.max(...left) } };
  }),
};

type Equalities<Of> = Readonly<Record<"polynomial" | "linear" | "normalization", Of>>;

/** The losses of the equalities. */
const proved: Equalities<LayerLoss> = { polynomial: gram(), linear: mmd("linear"), normalization: meanStd() };

/**
 * By how much each of Li et al.'s equalities is missed at the style layers, at most, relatively; of both images at a shorter side of 32. The
 * normalization is before the activation, where no channel is constant.
 */
export async function kernelEqualities(
  network: Network, image: Image, target: Image, losses: Equalities<LayerLoss> = proved,
): Promise<Equalities<number>> {
  const worst = { polynomial: 0, linear: 0, normalization: 0 };
  const [small, smallTarget] = [image, target].map((one) => resize(one, { shorter: pairsSide }));
  const [seen, wanted] = [small, smallTarget].map((one) => network.features(one, styleLayers.flatMap((layer) => [layer, beforeActivation(layer)])));
  try {
    for (const layer of styleLayers) {
      const [f, s] = [seen(layer), wanted(layer)];
      const channels = f.shape[2];
      const [x, y] = [await f.data<"float32">(), await s.data<"float32">()];
      const differences = {
        polynomial: relativeDifference(channels ** 2 * distanceOf(losses.polynomial, f, s), mmdOfPairs(x, y, channels, (product) => product ** 2)),
        linear: relativeDifference(distanceOf(losses.linear, f, s), mmdOfPairs(x, y, channels, (product) => product)),
        normalization: tf.tidy(() => distanceOf(relative(losses.normalization),
          renormalized(seen(beforeActivation(layer)), wanted(beforeActivation(layer))), wanted(beforeActivation(layer)))),
      };
      for (const [name, difference] of Object.entries(differences) as [keyof typeof worst, number][])
        worst[name] = Math.max(worst[name], difference);
    }
    return worst;
  } finally {
    seen.dispose();
    wanted.dispose();
    tf.dispose([small, smallTarget]);
  }
}

function beforeActivation(layer: string): string {
  return layer.replace("relu", "conv");
}

function relativeDifference(value: number, reference: number): number {
  return Math.abs(value - reference) / reference;
}

/** mean k(x, x′) + mean k(y, y′) − 2 mean k(x, y) over all pairs, in float64, for a kernel of the inner product. Rows of `channels` numbers. */
export function mmdOfPairs(x: ArrayLike<number>, y: ArrayLike<number>, channels: number, kernel: (product: number) => number): number {
  const mean = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
    let sum = 0;
    for (let i = 0; i < a.length; i += channels)
      for (let j = 0; j < b.length; j += channels) {
        let product = 0;
        for (let c = 0; c < channels; c++) product += a[i + c] * b[j + c];
        sum += kernel(product);
      }
    return sum / ((a.length / channels) * (b.length / channels));
  };
  return mean(x, x) + mean(y, y) - 2 * mean(x, y);
}

/** `features` with the mean and the deviation of every channel of `like`. */
function renormalized(features: tf.Tensor3D, like: tf.Tensor3D): tf.Tensor3D {
  const [[mean, deviation], [wantedMean, wantedDeviation]] = [features, like].map((one) => tf.unstack(meanAndDeviation(one)));
  return tf.add(tf.mul(tf.div(tf.sub(features, mean), deviation), wantedDeviation), wantedMean);
}
