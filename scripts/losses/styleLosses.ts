// Every style loss of the library as it is meant to be used: by the name under which one writes it, the terms of a texture.
import {
  channelMeans, covariance, gaussianWasserstein, gradientStatistics, gram, guidedGram, histogram, meanStd, mmd, patches,
  relative, relaxedEmd, shiftedGram, slicedWasserstein, style, tf, weightedPixels, type Image, type LayerLoss, type Term,
} from "../../src/index";

type Make = (painting: Image) => readonly Term[];

/** At the paper's five layers, unless the loss is meant for others. */
const everywhere = (loss: LayerLoss): Make => (painting) => [style(painting, { loss: relative(loss) })];
const at = (layers: readonly string[], loss: LayerLoss): Make => (painting) => [style(painting, { loss: relative(loss), layers })];
/** A loss that sees one thing only, beside a little of the Gram loss, as its authors have it. */
const beside = (loss: LayerLoss, layers: readonly string[]): Make => (painting) => [
  style(painting, { loss: relative(loss), layers }), style(painting, { name: "gram", loss: relative(gram()), weight: 1 }),
];

/** The left and the right half of an image, as two regions. */
function halves({ shape: [height, width] }: Image): tf.Tensor3D {
  return tf.tidy(() => {
    const left = tf.tile(tf.reshape(tf.less(tf.range(0, width), width / 2).toFloat(), [1, width, 1]), [height, 1, 1]);
    return tf.concat([left, tf.sub(1, left)], 2) as tf.Tensor3D;
  });
}

export const styleLosses: Readonly<Record<string, Make>> = {
  "gram": everywhere(gram()),
  "channelMeans": everywhere(channelMeans()),
  "meanStd": everywhere(meanStd()),
  "covariance": everywhere(covariance()),
  "gaussianWasserstein": everywhere(gaussianWasserstein()),
  "slicedWasserstein()": everywhere(slicedWasserstein()),
  "histogram": everywhere(histogram()),
  "histogram + gram": beside(histogram(), ["relu1_1", "relu4_1"]),
  "mmd(\"linear\")": everywhere(mmd("linear")),
  "mmd(\"polynomial\")": everywhere(mmd("polynomial")),
  "mmd(\"gaussian\")": everywhere(mmd("gaussian")),
  "shiftedGram()": everywhere(shiftedGram()),
  "guidedGram(halves)": (painting) => {
    const guide = halves(painting);
    return everywhere(guidedGram({ image: guide, target: guide }))(painting);
  },
  "patches()": at(["relu3_1", "relu4_1"], patches()),
  // It sees directions of responses only: colors and contrast are for another loss, as its authors have it.
  "relaxedEmd() + meanStd": (painting) => [
    style(painting, { loss: relative(relaxedEmd()), layers: ["relu2_1", "relu3_1", "relu4_1", "relu5_1"] }),
    style(painting, { name: "moments", loss: relative(meanStd()), layers: ["relu1_1", "relu2_1"] }),
  ],
  "gradientStatistics": everywhere(gradientStatistics()),
  "gradientStatistics, pixels": at(["pixels"], gradientStatistics()),
  "weightedPixels(), pixels": at(["pixels"], weightedPixels()),
};
