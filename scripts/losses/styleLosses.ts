// Every style loss of the library as it is meant to be used: the terms of a texture, by the name of the loss.
import {
  channelMeans, covariance, gaussianWasserstein, gradientStatistics, gram, guidedGram, histogram, meanStd, mmd, patches,
  relative, relaxedEmd, shiftedGram, slicedWasserstein, style, tf, weightedPixels, type Image, type LayerLoss, type Term,
} from "../../src/index";

type MakeTerms = (painting: Image) => readonly Term[];

/** At the five layers of Gatys et al. */
const atAllLayers = (loss: LayerLoss): MakeTerms => (painting) => [style(painting, { loss: relative(loss) })];
const atLayers = (layers: readonly string[], loss: LayerLoss): MakeTerms => (painting) => [style(painting, { loss: relative(loss), layers })];
/** Together with a Gram loss of small weight, as in the loss's paper. */
const withGram = (loss: LayerLoss, layers: readonly string[]): MakeTerms => (painting) => [
  style(painting, { loss: relative(loss), layers }), style(painting, { name: "gram", loss: relative(gram()), weight: 1 }),
];

/** The left and the right half of an image, as two regions. */
function halves({ shape: [height, width] }: Image): tf.Tensor3D {
  return tf.tidy(() => {
    const left = tf.tile(tf.reshape(tf.less(tf.range(0, width), width / 2).toFloat(), [1, width, 1]), [height, 1, 1]);
    return tf.concat([left, tf.sub(1, left)], 2) as tf.Tensor3D;
  });
}

export const styleLosses: Readonly<Record<string, MakeTerms>> = {
  "gram": atAllLayers(gram()),
  "channelMeans": atAllLayers(channelMeans()),
  "meanStd": atAllLayers(meanStd()),
  "covariance": atAllLayers(covariance()),
  "gaussianWasserstein": atAllLayers(gaussianWasserstein()),
  "slicedWasserstein()": atAllLayers(slicedWasserstein()),
  "histogram": atAllLayers(histogram()),
  "histogram + gram": withGram(histogram(), ["relu1_1", "relu4_1"]),
  "mmd(\"linear\")": atAllLayers(mmd("linear")),
  "mmd(\"polynomial\")": atAllLayers(mmd("polynomial")),
  "mmd(\"gaussian\")": atAllLayers(mmd("gaussian")),
  "shiftedGram()": atAllLayers(shiftedGram()),
  "guidedGram(halves)": (painting) => {
    const guide = halves(painting);
    return atAllLayers(guidedGram({ image: guide, target: guide }))(painting);
  },
  "patches()": atLayers(["relu3_1", "relu4_1"], patches()),
  // It compares directions of feature vectors only; colors and contrast need another loss, as in its paper.
  "relaxedEmd() + meanStd": (painting) => [
    style(painting, { loss: relative(relaxedEmd()), layers: ["relu2_1", "relu3_1", "relu4_1", "relu5_1"] }),
    style(painting, { name: "moments", loss: relative(meanStd()), layers: ["relu1_1", "relu2_1"] }),
  ],
  "gradientStatistics": atAllLayers(gradientStatistics()),
  "gradientStatistics, pixels": atLayers(["pixels"], gradientStatistics()),
  "weightedPixels(), pixels": atLayers(["pixels"], weightedPixels()),
};
