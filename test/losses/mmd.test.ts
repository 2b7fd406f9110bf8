import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { channelMeans } from "../../src/losses/channelMeans";
import { gram } from "../../src/losses/gram";
import type { LayerLoss } from "../../src/losses/loss";
import { mmd, type KernelName } from "../../src/losses/mmd";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, distanceOf, drawn, numbers } from "../compare";
import { activationVectors, average, covarianceOf, dot, transposed, type Matrix } from "./plainStatistics";

const shape: [number, number, number] = [5, 7, 3];
/** mean k(x, x′) + mean k(s, s′) − 2 mean k(x, s), by loops over all pairs. */
function overPairs(k: (x: number[], y: number[]) => number, x: Matrix, s: Matrix): number {
  const pairs = (a: Matrix, b: Matrix): number => average(a.map((v) => average(b.map((w) => k(v, w)))));
  return pairs(x, x) + pairs(s, s) - 2 * pairs(x, s);
}

describe("maximum mean discrepancy", () => {
  before(() => engine());
  const inputs = (): [tf.Tensor3D, tf.Tensor3D] => [drawn(shape, 1), drawn([4, 6, 3], 2)];

  it("linear: all pairs, one by one", () => tf.tidy(() => {
    const [x, s] = inputs();
    assertClose(distanceOf(mmd("linear"), x, s), overPairs(dot, activationVectors(x), activationVectors(s)), 1e-5);
  }));

  for (const offset of [0, 1.5])
    it(`polynomial (xᵀy + ${offset})²: all pairs, one by one`, () => tf.tidy(() => {
      const [x, s] = inputs();
      const expected = overPairs((a, b) => (dot(a, b) + offset) ** 2, activationVectors(x), activationVectors(s));
      assertClose(distanceOf(mmd("polynomial", { offset }), x, s), expected, 1e-5);
    }));

  for (const width of [0.7, 1, 2])
    it(`gaussian, width ${width}: all pairs, one by one, as far as 2¹⁴ frequencies can tell`, () => tf.tidy(() => {
      const [x, s] = [tf.add(drawn(shape, 1), 1) as tf.Tensor3D, drawn([4, 6, 3], 2)];
      const spread = 2 * covarianceOf(s).reduce((sum, row, i) => sum + row[i], 0); // of two activation vectors of the target
      const kernel = (a: number[], b: number[]): number =>
        Math.exp(-a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / (width ** 2 * spread));
      const loss = mmd("gaussian", { width, frequencies: 2 ** 14 });
      // A mean over 2¹⁴ random frequencies is off by about 2⁻⁷ of their deviation.
      assertClose(distanceOf(loss, x, s), overPairs(kernel, activationVectors(x), activationVectors(s)), 0.02);
    }));

  it("gaussian: the difference of two characteristic functions, by plain loops at its own frequencies", () => tf.tidy(() => {
    const [x, s] = inputs();
    const loss = mmd("gaussian", { frequencies: 6, seed: 3 });
    const waves = numbers(loss.prepare(s)[0]);
    const frequencies = transposed([0, 1, 2].map((channel) => waves.slice(6 * channel, 6 * channel + 6)));
    const at = (f: tf.Tensor3D, wave: (phase: number) => number): number[] =>
      frequencies.map((w) => average(activationVectors(f).map((vector) => wave(dot(w, vector)))));
    const squares = [Math.cos, Math.sin].flatMap((wave) => at(x, wave).map((v, i) => (v - at(s, wave)[i]) ** 2));
    assertClose(distanceOf(loss, x, s), 2 * average(squares), 1e-5);
  }));

  it("with a quadratic kernel is the Gram loss, times N² (Li et al. 2017)", () => tf.tidy(() => {
    const [x, s] = inputs();
    assertClose(distanceOf(mmd("polynomial"), x, s), 9 * distanceOf(gram(), x, s), 1e-6);
    const slope = (loss: LayerLoss): tf.Tensor => tf.grad((y: tf.Tensor) => loss.distance(y as tf.Tensor3D, loss.prepare(s)))(x);
    assertClose(slope(mmd("polynomial")), tf.mul(slope(gram()), 9), 1e-6);
  }));

  it("with a linear kernel is the channel means, times N", () => tf.tidy(() => {
    const [x, s] = inputs();
    assertClose(distanceOf(mmd("linear"), x, s), 3 * distanceOf(channelMeans(), x, s), 1e-6);
  }));

  it("gaussian does not depend on the unit of activations", () => tf.tidy(() => {
    const [x, s] = inputs();
    const louder = (f: tf.Tensor3D): tf.Tensor3D => tf.mul(f, 1e3);
    assertClose(distanceOf(mmd("gaussian"), louder(x), louder(s)), distanceOf(mmd("gaussian"), x, s), 1e-6);
  }));

  it("refuses a kernel that there is not, and options that mean nothing", () => {
    assert.throws(() => mmd("gausian" as KernelName), /no kernel gausian in mmd; did you mean gaussian/);
    assert.throws(() => mmd("gaussian", { width: 0 }), /width.*more than 0, got 0/);
    assert.throws(() => mmd("gaussian", { frequencies: 0 }), /at least 1 frequency.*got 0/);
    assert.throws(() => mmd("polynomial", { offset: -1 }), /offset.*got -1/);
  });
});
