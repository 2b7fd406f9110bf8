import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { channelMeans } from "../../src/losses/channelMeans";
import { covariance, covarianceMatrix } from "../../src/losses/covariance";
import { gaussianWasserstein } from "../../src/losses/gaussianWasserstein";
import { gram, gramMatrix } from "../../src/losses/gram";
import { histogram } from "../../src/losses/histogram";
import type { LayerLoss } from "../../src/losses/loss";
import { meanStd } from "../../src/losses/meanStd";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, drawn } from "../compare";
import { covarianceOf, meansOf, sumOfSquares } from "./plainStatistics";

const shape: [number, number, number] = [5, 7, 3];
const distance = (loss: LayerLoss, features: tf.Tensor3D, target: tf.Tensor3D): number =>
  tf.tidy(() => loss.distance(features, loss.prepare(target)).dataSync()[0]);
const difference = (x: number[], y: number[]): number => sumOfSquares(x.map((v, i) => v - y[i]));

describe("moments of activations", () => {
  before(() => engine());

  it("channel means: mean (μ_F − μ_S)² over the channels, by plain loops", () => tf.tidy(() => {
    const [x, s] = [drawn(shape, 1), drawn(shape, 2)];
    assertClose(distance(channelMeans(), x, s), difference(meansOf(x), meansOf(s)) / 3, 1e-5);
  }));

  it("mean and deviation: (Σ Δμ² + Σ Δσ²) / N, by plain loops", () => tf.tidy(() => {
    const [x, s] = [drawn(shape, 1), tf.mul(drawn(shape, 2), [1, 2, 0.3]) as tf.Tensor3D];
    const deviations = (f: tf.Tensor3D): number[] => covarianceOf(f).map((row, i) => Math.sqrt(row[i]));
    const expected = (difference(meansOf(x), meansOf(s)) + difference(deviations(x), deviations(s))) / 3;
    assertClose(distance(meanStd(), x, s), expected, 1e-5);
  }));

  it("covariance: mean (C_F − C_S)² of the centered activations, by plain loops", () => tf.tidy(() => {
    const [x, s] = [drawn(shape, 1), drawn(shape, 2)];
    assertClose(covarianceMatrix(x), covarianceOf(x).flat(), 1e-5);
    assertClose(distance(covariance(), x, s), difference(covarianceOf(x).flat(), covarianceOf(s).flat()) / 9, 1e-5);
  }));

  it("the covariance is the Gram matrix minus μμᵀ", () => tf.tidy(() => {
    const x = drawn(shape, 1);
    const mean = tf.mean(x, [0, 1]) as tf.Tensor1D;
    assertClose(covarianceMatrix(x), tf.sub(gramMatrix(x), tf.outerProduct(mean, mean)), 1e-5);
  }));

  it("the covariance ignores a constant added to a channel, even a large one", () => tf.tidy(() => {
    const [x, s] = [drawn(shape, 1), drawn(shape, 2)];
    const shifted = tf.add(x, [1, -5, 300]) as tf.Tensor3D;
    assertClose(distance(covariance(), shifted, s), distance(covariance(), x, s), 1e-4); // 300 + x keeps three digits less of x
    assert.ok(distance(gram(), shifted, s) > 1e6 * distance(gram(), x, s));
  }));

  it("a Gram loss confuses mean and variance, and the others do not (Risser et al. 2017)", () => tf.tidy(() => {
    const constant = tf.fill([4, 6, 1], 5) as tf.Tensor3D; // mean 5, deviation 0
    const signs = Array.from({ length: 24 }, (_, i) => 3 + (i % 2 ? 4 : -4)); // mean 3, deviation 4: the same mean square, 25
    const varying = tf.tensor3d(signs, [4, 6, 1]);
    assert.equal(distance(gram(), constant, varying), 0);
    assertClose(distance(channelMeans(), constant, varying), 4, 1e-6);
    assertClose(distance(meanStd(), constant, varying), 4 + (4 - 1e-4) ** 2, 1e-6); // the deviation of a constant is √1e-8
    assertClose(distance(covariance(), constant, varying), 256, 1e-6);
    assertClose(distance(histogram(), constant, varying), (4 + 36) / 2, 1e-6);
    assertClose(distance(gaussianWasserstein(), constant, varying), 4 + 16, 1e-5); // 2e-6 of it is added on the diagonal
  }));
});
