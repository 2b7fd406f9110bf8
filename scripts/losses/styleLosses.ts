// Every style loss of the library as it is meant to be used: the terms of a texture, by the name of the loss.
import {
  gram, guidedGram, meanStd, moments, relative, relaxedEmd, style, styleLayers, tf, type Image, type LayerLoss, type Loss, type Term,
} from "../../src/index";
import type { LossSpec } from "../../src/losses/lossSpec";
import { lossSpecs } from "../../src/losses/lossSpecs";
import { makeFrom } from "../../src/spec";

type MakeTerms = (painting: Image) => readonly Term[];

/** How one loss is used: a row of README's table, and a picture of the gallery. */
export interface Usage {
  readonly spec: LossSpec;
  readonly terms: MakeTerms;
}

/** At the five layers of Gatys et al. */
const atAllLayers = (loss: LayerLoss | Loss): MakeTerms => (painting) => [style(painting, { loss: relative(loss as LayerLoss) })];
const atLayers = (layers: readonly string[], loss: LayerLoss): MakeTerms => (painting) => [style(painting, { loss: relative(loss), layers })];

/** The left and the right half of an image, as two regions. */
function halves({ shape: [height, width] }: Image): tf.Tensor3D {
  return tf.tidy(() => {
    const left = tf.tile(tf.reshape(tf.less(tf.range(0, width), width / 2).toFloat(), [1, width, 1]), [height, 1, 1]);
    return tf.concat([left, tf.sub(1, left)], 2) as tf.Tensor3D;
  });
}

const loss = (spec: LossSpec, options = {}): LayerLoss => makeFrom(spec, "loss", options) as LayerLoss;

/** Losses that are used in several ways, or not as `name()` at the five layers; all others need no line here. */
const usages: Readonly<Record<string, (spec: LossSpec) => Readonly<Record<string, MakeTerms>>>> = {
  gramAs: () => ({}), // the Gram loss in another unit
  histogram: (spec) => ({
    "histogram()": atAllLayers(loss(spec)),
    // Together with a Gram loss of small weight, as in its paper.
    "histogram() + gram()": (painting) => [
      style(painting, { loss: relative(loss(spec)), layers: ["relu1_1", "relu4_1"] }),
      style(painting, { name: "gram", loss: relative(gram()), weight: 1 }),
    ],
  }),
  mmd: (spec) => Object.fromEntries(["linear", "polynomial", "gaussian"].map((kernel) => [
    `mmd("${kernel}")`, atAllLayers(loss(spec, { kernel })),
  ])),
  guidedGram: () => ({
    "guidedGram(halves)": (painting) => {
      const guide = halves(painting);
      return atAllLayers(guidedGram({ image: guide, target: guide }))(painting);
    },
  }),
  patches: (spec) => ({ "patches()": atLayers(["relu3_1", "relu4_1"], loss(spec)) }),
  // It compares directions of feature vectors only; colors and contrast need another loss, as in its paper.
  relaxedEmd: (spec) => ({
    "relaxedEmd() + meanStd()": (painting) => [
      style(painting, { loss: relative(loss(spec)), layers: ["relu2_1", "relu3_1", "relu4_1", "relu5_1"] }),
      style(painting, { name: "moments", loss: relative(meanStd()), layers: ["relu1_1", "relu2_1"] }),
    ],
    // Of hypercolumns, with the moments of its paper.
    "relaxedEmd({ layers: styleLayers }) + moments({ layers: styleLayers })": (painting) => [
      style(painting, { loss: relative(relaxedEmd({ layers: styleLayers })) }),
      style(painting, { name: "moments", loss: relative(moments({ layers: styleLayers })) }),
    ],
  }),
  gradientStatistics: (spec) => ({
    "gradientStatistics()": atAllLayers(loss(spec)), "gradientStatistics(), pixels": atLayers(["pixels"], loss(spec)),
  }),
  weightedPixels: (spec) => ({ "weightedPixels(), pixels": atLayers(["pixels"], loss(spec)) }),
};

const plain = (spec: LossSpec): Record<string, MakeTerms> => ({ [`${spec.name}()`]: atAllLayers(loss(spec)) });

/** Every registered style loss, by its row in README's table. */
export const styleLosses: Readonly<Record<string, Usage>> = Object.fromEntries(
  lossSpecs.filter(({ kind }) => kind === "style").flatMap((spec) =>
    Object.entries((usages[spec.name] ?? plain)(spec)).map(([row, terms]) => [row, { spec, terms }])));
