// The style loss of Gatys et al.: which channels are active together, wherever in the image that is.
import * as tf from "@tensorflow/tfjs";
import { oneOf, type NoOptions, type Option } from "../spec";
import { conventions, gramScale, mustBeConvention, type Convention } from "./conventions";
import { flattenPositions } from "./flattenPositions";
import { fromStatistic } from "./fromStatistic";
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";

/**
 * The Gram matrix `[channels, channels]` of features `[height, width, channels]`: how strongly each pair of channels is
 * active at the same positions, averaged over the positions.
 *
 *   G[i,j] = Σₚ F[p,i] F[p,j] / M,  M = height · width positions
 *
 * Gatys et al. 2016, eq. 3 leaves out the division; the losses below say where it goes.
 */
export function gramMatrix(features: tf.Tensor3D): tf.Tensor2D {
  const [height, width] = features.shape;
  return tf.tidy(() => {
    const flat = flattenPositions(features);
    return tf.div(tf.matMul(flat, flat, true, false), height * width) as tf.Tensor2D;
  });
}

/** mean (G − A)², each Gram matrix over its own number of positions: k = 1/(N²M²) in the table of conventions. */
export function gram(): LayerLoss<tf.Tensor2D> {
  return fromStatistic(gramMatrix, "gram");
}

/**
 * The Gram loss exactly as one system defines it, factors included, so that weights published for that system mean the same
 * here: `style(painting, { loss: gramAs("johnson"), … })`. Each Gram matrix is first divided by its own image's number of
 * positions, so that images of different sizes compare. A list of layers shares the term's weight equally, as the paper does; systems
 * that give each layer the whole weight (johnson, pytorchTutorial, d2l, gatysCode, deepTextures) are
 * `layers: { relu1_1: 1, relu2_1: 1, … }`.
 *
 * @param options `image`: `[height, width]` of the image, for the one convention (Keras) that divides by it
 */
export function gramAs(convention: Convention, { image }: { image?: readonly [number, number] } = {}): LayerLoss<tf.Tensor2D> {
  mustBeConvention(convention);
  return {
    name: `gram (${convention})`,
    prepare: gram().prepare,
    blend: gram().blend,
    distance(features, target) {
      const [height, width, channels] = features.shape;
      const scale = gramScale(convention, { channels, positions: height * width, image });
      return tf.tidy(() => tf.mul(tf.sum(tf.square(tf.sub(gramMatrix(features), target))), scale) as tf.Scalar);
    },
  };
}

export const gramSpec: LossSpec<NoOptions> = {
  name: "gram", kind: "style", make: gram, options: {},
  summary: "which activations go together", source: "Gatys et al. 2015, 2016",
};

const imageSize: Option<readonly [number, number]> = {
  expects: "[height, width] in whole pixels",
  accepts: (value) => Array.isArray(value) && value.length === 2 && value.every((side) => Number.isInteger(side) && side >= 1),
};

export const gramAsSpec: LossSpec<{ convention: Convention; image?: readonly [number, number] }> = {
  name: "gramAs", kind: "style", make: ({ convention, image }) => gramAs(convention, { image }),
  options: { convention: oneOf(Object.keys(conventions) as Convention[]), image: imageSize }, shorthand: "convention",
  summary: "the same in the unit of a published system", source: "the papers and code of twelve systems",
};
