// What a decoder is trained for (Huang & Belongie 2017, eqs. 11 to 13), in units of the targets.
import * as tf from "@tensorflow/tfjs";
import { channelMoments } from "./adain";

/** Activations by layer, `[images, height, width, channels]`. */
export type Activations = ReadonlyMap<string, tf.Tensor4D>;

/**
 * The losses of a batch, as scalars that are to be weighted and added:
 * - content: ‖f(g(t)) − t‖² / ‖t‖², t = AdaIN(f(content), f(style)), f the encoder to the decoded layer, g the decoder (eq. 12)
 * - style: the mean over the layers of Σ (μ(φ(g(t))) − μ(φ(s)))² + (σ(φ(g(t))) − σ(φ(s)))², over Σ μ(φ(s))² + σ(φ(s))² (eq. 13)
 *
 * The paper's distances are not squared, those of its code are; neither is divided by the target's norm, which makes the layers of
 * any encoder count alike.
 *
 * @param painted activations of g(t)
 * @param style activations of the paintings, of the same layers
 */
export function adainLoss(
  target: tf.Tensor4D, painted: Activations, style: Activations, { layer, styleLayers }: { layer: string; styleLayers: readonly string[] },
): { content: tf.Scalar; style: tf.Scalar } {
  return tf.tidy(() => {
    const content = tf.div(tf.mean(tf.square(tf.sub(painted.get(layer)!, target))), tf.add(tf.mean(tf.square(target)), 1e-8)) as tf.Scalar;
    const parts = styleLayers.map((each) => {
      const [found, wanted] = [painted, style].map((from) => channelMoments(from.get(each)!));
      const error = tf.add(squares(tf.sub(found.mean, wanted.mean)), squares(tf.sub(found.deviation, wanted.deviation)));
      return tf.mean(tf.div(error, tf.add(squares(wanted.mean), squares(wanted.deviation))));
    });
    return { content, style: tf.mean(tf.stack(parts)) as tf.Scalar };
  });
}

/** The sum of squares for each image, `[images]`. */
function squares(x: tf.Tensor): tf.Tensor {
  return tf.sum(tf.square(x), [1, 2, 3]);
}
