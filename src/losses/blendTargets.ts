// Several prepared targets as one: the target of their images side by side.
import * as tf from "@tensorflow/tfjs";

/**
 * Σ weightᵢ · targetᵢ, tensor by tensor, for weights that sum to 1: the blend of targets that are means over positions, such as Gram
 * matrices. Of images side by side, each with its weight as its part of the area, the mean is this weighted mean.
 */
export function blendTargets<Target extends tf.TensorContainer>(targets: readonly Target[], weights: readonly number[]): Target {
  const [first] = targets;
  if (first instanceof tf.Tensor)
    return tf.tidy(() => tf.addN(targets.map((target, i) => tf.mul(target as tf.Tensor, weights[i])))) as unknown as Target;
  if (!Array.isArray(first)) throw new TypeError(`targets that blend are tensors, or arrays of tensors; got ${first === null ? "null" : typeof first}: give the loss a blend of its own`);
  return first.map((_, index) =>
    blendTargets(targets.map((target) => (target as unknown as tf.TensorContainer[])[index]), weights)) as unknown as Target;
}

/**
 * The mean `[channels]` and the spread about it of images side by side, from those of each: spread = Σ weightᵢ (spreadᵢ + what
 * μᵢ − μ adds). `ofShift` makes a spread of a shift of the mean: its square for variances, its outer product for covariances. What
 * is added is not the difference of two second moments, which would lose a small variance beside a large mean.
 */
export function blendMoments<Spread extends tf.Tensor>(
  moments: readonly (readonly [mean: tf.Tensor1D, spread: Spread])[], weights: readonly number[], ofShift: (shift: tf.Tensor1D) => Spread,
): [mean: tf.Tensor1D, spread: Spread] {
  return tf.tidy(() => {
    const mean = blendTargets(moments.map(([each]) => each), weights);
    return [mean, blendTargets(moments.map(([each, spread]) => tf.add(spread, ofShift(tf.sub(each, mean))) as Spread), weights)];
  });
}
