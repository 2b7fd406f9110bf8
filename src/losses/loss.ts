// What a loss is: look at the target once and remember it; then say how far an image's features are from the memory.
import * as tf from "@tensorflow/tfjs";

/** How different two things look to one layer. 0 means: the same, as far as this loss can see. */
export interface Loss<Memory extends tf.TensorContainer = any> {
  readonly name: string;
  /** What to keep of the target's features `[height, width, channels]`. Called once; the objective owns the result. */
  prepare(target: tf.Tensor3D): Memory;
  /** The distance of the features seen from the memory: a scalar ≥ 0, differentiable in `seen`. */
  distance(seen: tf.Tensor3D, memory: Memory): tf.Scalar;
  /** One memory from several, for weights that sum to 1: a blend of styles. A loss without it compares with one target only. */
  blend?(memories: readonly Memory[], weights: readonly number[]): Memory;
}
