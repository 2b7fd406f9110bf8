// Computed parameters as plain numbers.
import * as tf from "@tensorflow/tfjs";

/**
 * Reads tensors back and uploads their numbers; takes ownership of the computed ones. The onnx engine treats uploaded values as
 * constants and builds them into its sessions, computed ones not. So the first pass has the same bytes as all later ones.
 */
export function materialize<P extends object>(parameters: ReadonlyMap<string, P>): Map<string, P> {
  const plain = (x: tf.Tensor): tf.Tensor => {
    const numbers = tf.tensor(x.dataSync(), x.shape);
    x.dispose();
    return numbers;
  };
  return new Map([...parameters].map(([layer, tensors]) => [
    layer, Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, plain(x as tf.Tensor)])) as P,
  ]));
}
