import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { gaussianWasserstein } from "../../src/losses/gaussianWasserstein";
import { multiply, power } from "../../src/math/smallMatrices";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, distanceOf, drawn, numbers, slopeOf, slopes } from "../compare";
import { activationVectors, covarianceOf, meansOf, sumOfSquares, type Matrix } from "./plainStatistics";

const distance = (features: tf.Tensor3D, target: tf.Tensor3D): number =>
  distanceOf(gaussianWasserstein(), features, target);

const shift = (x: tf.Tensor3D, s: tf.Tensor3D): number => sumOfSquares(meansOf(x).map((v, i) => v - meansOf(s)[i]));

/** Independent channels: every pattern of signs once, so that the covariance is diagonal, with these deviations. */
function independent(deviations: readonly number[]): tf.Tensor3D {
  const patterns = Array.from({ length: 2 ** deviations.length }, (_, p) => deviations.map((d, i) => ((p >> i) & 1 ? d : -d)));
  return tf.tensor3d(patterns.flat(), [2, patterns.length / 2, deviations.length]);
}

/** Value and gradient in float64, by eigenvalues, of a nonsingular C_S^½ C_F C_S^½; only the value where it is singular. */
function exact(x: tf.Tensor3D, s: tf.Tensor3D): { value: number; gradient: number[] } {
  const [c, root, channels] = [covarianceOf(x), power(floored(covarianceOf(s)), 0.5), x.shape[2]];
  const inner = floored(multiply(multiply(root, c), root));
  const trace = (m: readonly (readonly number[])[]): number => m.reduce((sum, row, i) => sum + row[i], 0);
  const value = (shift(x, s) + trace(c) + trace(covarianceOf(s)) - 2 * trace(power(inner, 0.5))) / channels;
  const transport = multiply(multiply(root, power(inner, -0.5)), root);
  const [means, targetMeans] = [meansOf(x), meansOf(s)];
  const centered = activationVectors(x).map((vector) => vector.map((v, i) => v - means[i]));
  const moved = multiply(centered, transport);
  const gradient = centered.flatMap((vector, p) => vector.map((v, i) =>
    (2 * (v - moved[p][i] + means[i] - targetMeans[i])) / centered.length / channels));
  return { value, gradient };
}
/** Eigenvalues that are 0 but for rounding may be below it: lifted by 1e-15 of the trace. */
const floored = (m: number[][]): number[][] => {
  const trace = m.reduce((sum, row, i) => sum + row[i], 0);
  return m.map((row, i) => row.map((v, j) => (v + m[j][i]) / 2 + (i === j ? 1e-15 * trace : 0)));
};
/** Channels from strong to weak, and mixed: the spectrum of a deep layer. */
const steep = (size: [number, number, number], seed: number): tf.Tensor3D => {
  const channels = size[2];
  const scaled = tf.mul(drawn(size, seed), tf.pow(10, tf.linspace(0, -2.5, channels)));
  const mix = tf.reshape(drawn([channels, channels, 1], 9), [channels, channels]);
  return tf.reshape(tf.matMul(tf.reshape(scaled, [-1, channels]), mix), size);
};

describe("the Wasserstein-2 distance of Gaussians", () => {
  before(() => engine());

  it("two channels: the closed form tr √(AB) = √(tr AB + 2 √det AB), in float64", () => tf.tidy(() => {
    const mix = tf.tensor2d([1, 0.8, -0.3, 0.5], [2, 2]);
    const x = drawn([5, 7, 2], 1);
    const s = tf.reshape(tf.matMul(tf.reshape(drawn([6, 8, 2], 2), [48, 2]), mix), [6, 8, 2]) as tf.Tensor3D;
    const [a, b] = [covarianceOf(x), covarianceOf(s)];
    const det = (m: Matrix): number => m[0][0] * m[1][1] - m[0][1] * m[1][0];
    const trace = a[0][0] * b[0][0] + 2 * a[0][1] * b[1][0] + a[1][1] * b[1][1];
    const root = Math.sqrt(trace + 2 * Math.sqrt(det(a) * det(b)));
    const expected = (shift(x, s) + a[0][0] + a[1][1] + b[0][0] + b[1][1] - 2 * root) / 2;
    assertClose(distance(x, s), expected, 1e-5);
  }));

  it("independent channels: Σ (√a − √b)², a and b the variances", () => tf.tidy(() => {
    const [x, s] = [independent([1, 2, 3, 0.5]), independent([2, 2, 0.7, 1])];
    const [a, b] = [covarianceOf(x), covarianceOf(s)];
    assertClose(distance(x, s), sumOfSquares(a.map((row, i) => Math.sqrt(row[i]) - Math.sqrt(b[i][i]))) / 4, 1e-5);
  }));

  it("a layer with strong and weak channels: value and gradient of float64, to less than 1 %", () => tf.tidy(() => {
    const [x, s] = [steep([8, 10, 8], 1), steep([9, 8, 8], 2)];
    const { value, gradient } = exact(x, s);
    assertClose(distance(x, s), value, 1e-3);
    const told = slopeOf(gaussianWasserstein(), x, s);
    const apart = Math.sqrt(sumOfSquares(told.map((v, i) => v - gradient[i])) / sumOfSquares(gradient));
    assert.ok(apart < 1e-2, `${apart}`);
  }));

  for (const [positions, others] of [[[2, 3], [3, 3]], [[2, 3], [6, 8]], [[6, 8], [2, 3]]] as const)
    it(`fewer positions than channels, ${positions.join("×")} and ${others.join("×")} of 12: the value of float64`, () => tf.tidy(() => {
      const [x, s] = [drawn([...positions, 12], 1), drawn([...others, 12], 2)];
      assertClose(distance(x, s), exact(x, s).value, 1e-3);
    }));

  it("is symmetric, though only the target is prepared", () => tf.tidy(() => {
    const [x, s] = [drawn([5, 7, 3], 1), tf.mul(drawn([6, 4, 3], 2), [1, 20, 0.1]) as tf.Tensor3D];
    assertClose(distance(x, s), distance(s, x), 1e-5);
  }));

  it("for a shifted image: only the squared shift", () => tf.tidy(() => {
    const x = drawn([5, 7, 3], 1);
    assertClose(distance(tf.add(x, [1, 2, -2]) as tf.Tensor3D, x), 3, 1e-5);
  }));

  it("scales with the square of the activations, from 1e-4 to 1e4", () => tf.tidy(() => {
    const [x, s] = [drawn([5, 7, 3], 1), drawn([6, 4, 3], 2)];
    for (const scale of [1e-4, 1e4])
      assertClose(distance(tf.mul(x, scale) as tf.Tensor3D, tf.mul(s, scale) as tf.Tensor3D), scale ** 2 * distance(x, s), 1e-5);
  }));

  it("fewer positions than channels: a singular covariance has a distance, and a gradient that finite differences confirm", () => tf.tidy(() => {
    const [x, s] = [drawn([2, 3, 16], 1), drawn([3, 3, 16], 2)];
    const prepared = gaussianWasserstein().prepare(s);
    const { difference, gradient } = slopes((features) => gaussianWasserstein().distance(features, prepared), x, 3e-2);
    assert.ok(distance(x, x) < 1e-7 && distance(x, s) > 0.1);
    assert.ok(Math.abs(difference - gradient) <= 1e-2 * Math.abs(gradient), `${difference} against ${gradient}`);
  }));

  it("has a gradient at a constant image, whose covariance is 0", () => tf.tidy(() => {
    const target = drawn([5, 7, 3], 2);
    const prepared = gaussianWasserstein().prepare(target);
    const gradient = tf.grad((x: tf.Tensor) => gaussianWasserstein().distance(x as tf.Tensor3D, prepared))(tf.fill([5, 7, 3], 0.5));
    assert.ok(numbers(gradient).every(Number.isFinite));
    assertClose(tf.mean(gradient, [0, 1]), meansOf(target).map((mean) => (2 * (0.5 - mean)) / 35 / 3), 1e-5); // of the means
  }));
});
