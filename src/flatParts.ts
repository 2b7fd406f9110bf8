// Losses that are flat: their value says that something is wrong, and their gradient says that nothing can be done about it.
import * as tf from "@tensorflow/tfjs";
import type { FeaturesByLayer } from "./losses/loss";
import type { Part } from "./terms";

/**
 * The parts whose value is not 0 and whose gradient with respect to the features they read is exactly zero: `argMax`, `round`, `step`
 * and comparisons have no other. Parts of weight 0 are left out. It differentiates the losses alone, not the network.
 */
export async function flatParts<P extends Part>(
  parts: readonly P[], features: FeaturesByLayer, distance: (part: P, features: FeaturesByLayer) => tf.Scalar,
): Promise<P[]> {
  const flat: P[] = [];
  for (const part of parts) if (part.weight > 0 && await isFlat(part.loss.layers, features, (read) => distance(part, read))) flat.push(part);
  return flat;
}

async function isFlat(layers: readonly string[], features: FeaturesByLayer, distance: (features: FeaturesByLayer) => tf.Scalar): Promise<boolean> {
  const { value, grads } = tf.valueAndGrads((...inputs: tf.Tensor[]) => {
    const unused = tf.addN(inputs.map((input) => tf.sum(tf.mul(input, 0)))); // a loss may read fewer layers than it names, or none
    return tf.add(distance((layer) => inputs[layers.indexOf(layer)] as tf.Tensor3D), unused) as tf.Scalar;
  })(layers.map(features));
  try {
    const [[loss], ...gradients] = await Promise.all([value, ...grads].map((tensor) => tensor.data<"float32">()));
    return loss !== 0 && gradients.every((gradient) => gradient.every((derivative) => derivative === 0));
  } finally {
    tf.dispose([value, grads]);
  }
}
