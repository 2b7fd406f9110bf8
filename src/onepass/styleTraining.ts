// What a feed-forward network for a few paintings is trained for: the losses of a search, of all that it paints.
import * as tf from "@tensorflow/tfjs";
import { mustBeImage, type Image } from "../image";
import { gram } from "../losses/gram";
import { relative } from "../losses/relative";
import { totalVariation } from "../losses/smoothness";
import { johnson, type JohnsonShape } from "../networks/architectures/johnson";
import { forward } from "../networks/forward";
import type { GraphNetwork } from "../networks/graphNetwork";
import { preprocessings } from "../networks/preprocess";
import { initialParameters } from "../training/initialParameters";
import { layerParameters, networkShapes, parameterSlots, parameterTensors, type ParameterSlot } from "../training/parameterSlots";
import type { BatchLoss } from "../training/trainingStep";
import { styleNetworkOf, type StyleNetwork } from "./styleNetwork";

/** Layers and weights of the losses. Johnson et al. take `relu3_3` of VGG-16 for the content. */
export const styleTrainingTerms = {
  contentLayer: "relu3_2", styleLayers: ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"], content: 1, style: 4, smoothness: 1,
} as const;

/** A batch of photographs `[images, height, width, 3]`: the first is painted in the first style, and so on in turn. */
export interface StyleBatch {
  readonly photos: tf.Tensor4D;
  /** By which the weight of style is multiplied (default 1). */
  readonly ramp?: tf.Scalar;
}

/** The parts of `train` that belong to such a network. `dispose()` frees the targets. */
export interface StyleTraining {
  readonly slots: readonly ParameterSlot[];
  /** `initialParameters`, with the kernels of the last layer at a tenth: it paints gray, and tanh is not at an end, where it has no gradient. */
  readonly start: Float32Array;
  /**
   * `train`'s loss: content, style and smoothness of the batch, weighted by `styleTrainingTerms`. Style and smoothness are means over the images;
   * content is relative to the activations of all photographs together, since in units of its own a crop of the sky would count most.
   */
  loss(parameters: ReadonlyMap<string, tf.Tensor>, batch: StyleBatch): BatchLoss;
  /** The network as far as it is trained; the caller disposes of it. */
  network(parameters: Float32Array): StyleNetwork;
  dispose(): void;
}

const styleLoss = relative(gram());

/**
 * The training of one network that paints in the styles of some paintings (Johnson et al. 2016, eq. 5; conditional, Dumoulin et al. 2017):
 *
 *     const training = styleTraining(vgg, { strokes });
 *     for await (const step of train({ ...training, batch, optimizer, learningRate, steps: 2000 })) …
 *
 * @param judge whose activations the losses compare
 * @param paintings by the names of their styles; their size is that of the strokes
 * @param options the shape of the network, `width` 16 and `blocks` 3 by default, 280,000 numbers; the `seed` of its start (default 0)
 */
export function styleTraining(
  judge: GraphNetwork, paintings: Readonly<Record<string, Image>>, { width = 16, blocks = 3, seed = 0 }: Partial<Omit<JohnsonShape, "styles">> & { seed?: number } = {},
): StyleTraining {
  const styles = Object.keys(paintings);
  if (styles.length === 0) throw new RangeError("there is no painting: give one or more by name, { strokes: image }");
  for (const [name, painting] of Object.entries(paintings)) mustBeImage(painting, `the painting ${name}`);
  const { contentLayer, styleLayers, ...weights } = styleTrainingTerms;
  const shape = { styles: styles.length, width, blocks };
  const layers = johnson(shape);
  const slots = parameterSlots(networkShapes(layers));
  const start = initialParameters(slots, seed);
  const { offset, size } = slots.find(({ name }) => name === "conv6.kernel")!;
  start.set(start.subarray(offset, offset + size).map((value) => value / 10), offset);
  const targets = styles.map((name) => tf.tidy(() => {
    const features = judge.features(paintings[name], styleLayers);
    return styleLayers.map((layer) => styleLoss.prepare(features(layer)));
  }));
  const meanOver = (values: readonly tf.Scalar[]): tf.Scalar => tf.mean(tf.stack([...values])) as tf.Scalar;
  return {
    slots, start,
    loss: (parameters, { photos, ramp }) => {
      const byLayer = layerParameters(parameters);
      const images = Array.from({ length: photos.shape[0] }, (_, i) => i);
      const pass = {
        name: "the network that is trained", layers, preprocessing: preprocessings.torchvision, parametersOf: (name: string) => byLayer.get(name),
        ...(styles.length > 1 && { style: tf.oneHot(images.map((i) => i % styles.length), styles.length).toFloat() as tf.Tensor2D }),
      };
      const painted = tf.mul(tf.add(forward(pass, photos, ["tanh"]).get("tanh")!, 1), 0.5) as tf.Tensor4D;
      const seen = judge.forward(painted, [contentLayer, ...styleLayers]);
      const photographed = judge.forward(photos, [contentLayer]).get(contentLayer)!;
      const one = (batch: tf.Tensor4D, i: number): tf.Tensor3D => tf.squeeze(tf.slice(batch, [i, 0, 0, 0], [1, -1, -1, -1]), [0]);
      const parts = {
        content: tf.div(tf.mean(tf.squaredDifference(seen.get(contentLayer)!, photographed)), tf.mean(tf.square(photographed))) as tf.Scalar,
        style: meanOver(images.flatMap((i) => styleLayers.map((layer, k) =>
          styleLoss.distance(one(seen.get(layer)!, i), targets[i % styles.length][k])))),
        smoothness: meanOver(images.map((i) => totalVariation(one(painted, i)))),
      };
      const { content, style, smoothness } = parts;
      const styled = tf.mul(style, tf.mul(ramp ?? 1, weights.style));
      return { loss: tf.addN([tf.mul(content, weights.content), styled, tf.mul(smoothness, weights.smoothness)]) as tf.Scalar, metrics: parts };
    },
    network: (parameters) => styleNetworkOf(layerParameters(parameterTensors(slots, parameters)), { styles, width, blocks }),
    dispose: () => tf.dispose(targets),
  };
}
