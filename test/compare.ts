// What the tests measure with: relative errors, gradients by differences, leaks.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { LayerLoss } from "../src/losses/loss";

type Numbers = tf.Tensor | ArrayLike<number> | number;

export function numbers(x: Numbers): number[] {
  if (typeof x === "number") return [x];
  return Array.from(x instanceof tf.Tensor ? x.dataSync() : x);
}

/** max |x − y| / max |y|: how far apart two arrays are, in units of the reference's largest value. */
export function relativeError(actual: Numbers, expected: Numbers): number {
  const [x, y] = [numbers(actual), numbers(expected)];
  assert.equal(x.length, y.length, "different numbers of values");
  const largest = Math.max(...y.map(Math.abs), 1e-30);
  const worst = Math.max(...x.map((value, i) => (Number.isNaN(value) ? Infinity : Math.abs(value - y[i]))));
  return worst / largest;
}

/**
 * Compares in units of the reference's largest value: for one number, or for values of one scale, whose small ones are small by
 * cancellation. Where each value counts, `assertAllClose`.
 *
 * Usual tolerances: 1e-6 where few float32 operations lie between, 1e-5 where sums over positions are taken in another order. On
 * onnx, wasm and cpu the errors are 10 to 100 times smaller. A looser tolerance has its reason beside it.
 */
export function assertClose(actual: Numbers, expected: Numbers, tolerance: number, what = "values"): void {
  const error = relativeError(actual, expected);
  assert.ok(error <= tolerance, `${what}: relative error ${error.toExponential(2)} > ${tolerance}`);
}

/** Every value by itself: |x − y| ≤ relative · |y| + absolute, as `numpy.testing.assert_allclose` has it. */
export function assertAllClose(actual: Numbers, expected: Numbers, relative: number, absolute = 0, what = "values"): void {
  const [x, y] = [numbers(actual), numbers(expected)];
  assert.equal(x.length, y.length, `${what}: different numbers of values`);
  const apart = x.findIndex((value, i) => !(Math.abs(value - y[i]) <= relative * Math.abs(y[i]) + absolute)); // NaN is apart, too
  assert.equal(apart, -1, `${what}: value ${apart} of ${x.length} is ${x[apart]}, not ${y[apart]}`);
}

/** Numbers by name, such as an objective's parts: the same names in the same order, and every number by itself. */
export function assertPartsClose(
  actual: Readonly<Record<string, number>>, expected: Readonly<Record<string, number>>, relative: number,
): void {
  assert.deepEqual(Object.keys(actual), Object.keys(expected));
  for (const [name, value] of Object.entries(actual)) assertAllClose(value, expected[name], relative, 0, name);
}

/**
 * Every value of a gradient by itself. A value that cancels to almost 0 keeps the rounding of what was added up, so it may differ by
 * `relative` times the root mean square of all.
 */
export function assertGradientClose(actual: Numbers, expected: Numbers, relative: number): void {
  const values = numbers(expected);
  assertAllClose(actual, values, relative, relative * Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length), "gradient");
}

/**
 * The derivative of `f` at `x` by a central difference and by its gradient, along the gradient mixed with as much of a seeded
 * random direction: along chance alone the slope may be small beside float32's rounding of `f`. The two agree to about 1e-4, the
 * difference's own rounding and curvature; the tests ask for 1e-3.
 */
export function slopes(f: (x: tf.Tensor3D) => tf.Scalar, x: tf.Tensor3D, h = 1e-2): { difference: number; gradient: number } {
  return tf.tidy(() => {
    const unit = (t: tf.Tensor3D): tf.Tensor3D => tf.div(t, tf.norm(t));
    const slope = tf.grad(f as (x: tf.Tensor) => tf.Scalar)(x) as tf.Tensor3D;
    const direction = tf.add(unit(slope), unit(drawn(x.shape, 77)));
    const at = (t: number): number => f(tf.add(x, tf.mul(direction, t))).dataSync()[0];
    return { difference: (at(h) - at(-h)) / (2 * h), gradient: tf.sum(tf.mul(slope, direction)).dataSync()[0] };
  });
}

/** Runs `body` and asserts that no tensor is left over. */
export async function leaksNothing(body: () => unknown): Promise<void> {
  const before = tf.memory().numTensors;
  await body();
  assert.equal(tf.memory().numTensors, before, "tensors are left over");
}

/** Smooth, seeded values that are nowhere equal: `shape` as `tf.randomNormal`. */
export function drawn(shape: [number, number, number], seed = 1): tf.Tensor3D {
  return tf.randomNormal<tf.Rank.R3>(shape, 0, 1, "float32", seed);
}

/** What a loss says of `seen` when `target` is what it remembers. */
export function distanceOf(loss: LayerLoss, seen: tf.Tensor3D, target: tf.Tensor3D): number {
  return tf.tidy(() => loss.distance(seen, loss.prepare(target)).dataSync()[0]);
}

/** The slope of that in `seen`. */
export function slopeOf(loss: LayerLoss, seen: tf.Tensor3D, target: tf.Tensor3D): number[] {
  return tf.tidy(() => {
    const memory = loss.prepare(target);
    return numbers(tf.grad((x: tf.Tensor) => loss.distance(x as tf.Tensor3D, memory))(seen));
  });
}
