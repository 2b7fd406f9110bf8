// What a loss is: prepare the target once, then measure how far an image's activations are from it.
import * as tf from "@tensorflow/tfjs";

/** The activations `[height, width, channels]` of an image at each layer, as `network.features` returns them. */
export type FeaturesByLayer = (layer: string) => tf.Tensor3D;

/** What every loss has, whether `Input` is the activations of one layer or the features of several. */
export interface Comparison<Input, Target extends tf.TensorContainer> {
  readonly name: string;
  /** What is computed of the target, once. The objective owns the result. */
  prepare(target: Input): Target;
  /** The distance between an image and the prepared target: a scalar ≥ 0, differentiable in `features`; 0 for the target itself. */
  distance(features: Input, target: Target): tf.Scalar;
  /**
   * One prepared target from several, for weights that sum to 1: a blend of styles. It means the same for every loss: the prepared
   * target of one image in which the targets' images stand side by side, each with its weight as its part of the area; so it blends
   * the distributions of activations, and what a loss computes of a distribution follows. A loss without it takes one target only.
   */
  blend?(targets: readonly Target[], weights: readonly number[]): Target;
  /**
   * What `distance` is for activations of zero, in the shape of `features`: `relative` divides by it in every step. Only for a loss
   * whose distance costs much, and is short to write for zeros; otherwise it is measured.
   */
  ofZeros?(features: Input, target: Target): tf.Scalar;
}

/** A loss of one layer's activations `[height, width, channels]`. A term computes it at each of its layers. */
export type LayerLoss<Target extends tf.TensorContainer = any> = Comparison<tf.Tensor3D, Target>;

/** A loss of several layers at once, such as a Gram matrix across layers. It names its layers itself. */
export interface Loss<Target extends tf.TensorContainer = any> extends Comparison<FeaturesByLayer, Target> {
  readonly layers: readonly string[];
}

/** A loss of the image alone, without a target: total variation. */
export interface Regularizer {
  readonly name: string;
  distance(features: tf.Tensor3D): tf.Scalar;
}

/** Everything that the loss of a term can be. */
export type AnyLoss = Loss | LayerLoss | Regularizer;

/** Whether a loss reads several layers, which it names itself. */
export function isCrossLayer(loss: AnyLoss): loss is Loss {
  return typeof loss === "object" && "layers" in loss;
}

/** Whether a loss compares with a target. */
export function needsTarget<Comparing extends Loss | LayerLoss>(loss: Comparing | Regularizer): loss is Comparing {
  return typeof loss === "object" && "prepare" in loss;
}

/**
 * `loss` must be a loss; `what` names it in the error.
 *
 * @throws TypeError for a loss that was not called, a bare function, and anything else, saying what to write
 */
export function mustBeLoss(loss: unknown, what: string): asserts loss is AnyLoss {
  if (typeof loss === "function")
    throw new TypeError(`${what} is a function${loss.name ? `, ${loss.name},` : ""} and not a loss: call it, such as gram(), or make ` +
      "a loss of a statistic: fromStatistic((features) => tf.mean(features, [0, 1]))");
  if (loss instanceof Promise) throw new TypeError(`${what} is a promise: write \`await\` in front of it`);
  if (typeof loss !== "object" || loss === null || typeof (loss as AnyLoss).distance !== "function")
    throw new TypeError(`${what} is not a loss: a loss is such as gram(), or an object { name, prepare, distance }; got ${describe(loss)}`);
}

function describe(value: unknown): string {
  return typeof value === "object" && value !== null ? `an object with ${Object.keys(value).join(", ") || "no properties"}` : String(value);
}
