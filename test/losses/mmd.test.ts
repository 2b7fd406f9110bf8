import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { channelMeans } from "../../src/losses/channelMeans";
import { gram } from "../../src/losses/gram";
import type { LayerLoss } from "../../src/losses/loss";
import { mmd, type KernelName } from "../../src/losses/mmd";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, distanceOf, drawn, slopeOf, slopes } from "../compare";
import { activationVectors, average, covarianceOf, dot, type Matrix } from "./plainStatistics";

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

  const squaredDistance = (a: number[], b: number[]): number => a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0);
  const gaussian = (h2: number) => (a: number[], b: number[]): number => Math.exp(-squaredDistance(a, b) / h2);
  const varianceOf = (f: tf.Tensor3D): number => covarianceOf(f).reduce((sum, row, i) => sum + row[i], 0);
  const far = (): [tf.Tensor3D, tf.Tensor3D] => [tf.add(drawn(shape, 1), 1) as tf.Tensor3D, drawn([4, 6, 3], 2)];
  /** All squared distances between two different vectors of a set, or of two sets. */
  const distances = (x: Matrix, y: Matrix): number[] => x.flatMap((a, i) => y.flatMap((b, j) => (x === y && i === j ? [] : [squaredDistance(a, b)])));

  for (const width of [0.7, 1, 2])
    it(`gaussian, width ${width}: all pairs, one by one`, () => tf.tidy(() => {
      const [x, s] = far();
      const expected = overPairs(gaussian(width ** 2 * 2 * varianceOf(s)), activationVectors(x), activationVectors(s));
      assertClose(distanceOf(mmd("gaussian", { width }), x, s), expected, 1e-5);
    }));

  it("gaussian: the bandwidth by name, and as a number", () => tf.tidy(() => {
    const [x, s] = far();
    const [a, b] = [activationVectors(x), activationVectors(s)];
    const ascending = distances(b, b).sort((p, q) => p - q);
    const middle = ascending[ascending.length / 2 - 1]; // every pair is there twice: the larger of two middle pairs, if there are two
    // Li et al.'s code averages equally many pairs of each kind: x with x′, s with s′, x with s, s with x.
    const pairs = (p: Matrix, q: Matrix): number => average(p.map((v) => average(q.map((w) => squaredDistance(v, w)))));
    const li = (pairs(a, a) + pairs(b, b) + 2 * pairs(a, b)) / 4;
    for (const [bandwidth, h2] of [["median", middle], ["li2017", li], ["target", pairs(b, b)], [1.5, 2.25]] as const)
      assertClose(distanceOf(mmd("gaussian", { bandwidth }), x, s), overPairs(gaussian(h2), a, b), 1e-4, String(bandwidth));
  }));

  it("gaussian, in blocks: close to all pairs, the same for the same seed, 0 for the target itself", () => tf.tidy(() => {
    const [x, s] = [tf.add(drawn([16, 20, 3], 1), 1) as tf.Tensor3D, drawn([16, 20, 3], 2)];
    const [all, blocks] = [mmd("gaussian"), mmd("gaussian", { block: 80 })];
    assertClose(distanceOf(blocks, x, s), distanceOf(all, x, s), 0.1);
    assert.notEqual(distanceOf(blocks, x, s), distanceOf(all, x, s));
    assert.equal(distanceOf(mmd("gaussian", { block: 80 }), x, s), distanceOf(blocks, x, s));
    assert.notEqual(distanceOf(mmd("gaussian", { block: 80, seed: 1 }), x, s), distanceOf(blocks, x, s));
    assert.ok(distanceOf(blocks, s, s) < 1e-9);
    const [a, b] = [slopeOf(blocks, x, s), slopeOf(all, x, s)];
    const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    assert.ok(cosine > 0.97, `${cosine}`);
  }));

  it("gaussian, in blocks: images of other sizes, and of numbers that no block divides", () => tf.tidy(() => {
    for (const [image, target] of [[[7, 11, 2], [5, 5, 2]], [[5, 5, 2], [9, 13, 2]], [[1, 1, 2], [7, 11, 2]]] as const) {
      const loss = mmd("gaussian", { block: 10 });
      const memory = loss.prepare(drawn([...target], 2));
      const { difference, gradient } = slopes((f) => loss.distance(f, memory), drawn([...image], 1));
      assert.ok(Math.abs(difference - gradient) <= 1e-3 * Math.abs(gradient), `${image} and ${target}: ${difference} against ${gradient}`);
    }
  }));

  it("gaussian: the slope counts that Li et al.'s bandwidth moves with the image", () => tf.tidy(() => {
    const [x, s] = far();
    const loss = mmd("gaussian", { bandwidth: "li2017" });
    const memory = loss.prepare(s);
    const { difference, gradient } = slopes((f) => loss.distance(f, memory), x);
    assert.ok(Math.abs(difference - gradient) <= 1e-3 * Math.abs(gradient), `${difference} against ${gradient}`);
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

  it("gaussian does not depend on the unit of activations: a power of two, which no number is rounded by", () => tf.tidy(() => {
    const [x, s] = inputs();
    const louder = (f: tf.Tensor3D): tf.Tensor3D => tf.mul(f, 1024);
    assertClose(distanceOf(mmd("gaussian"), louder(x), louder(s)), distanceOf(mmd("gaussian"), x, s), 1e-6);
  }));

  it("refuses a kernel that there is not, and options that mean nothing", () => {
    assert.throws(() => mmd("gausian" as KernelName), /no kernel gausian in mmd; did you mean gaussian/);
    assert.throws(() => mmd("gaussian", { width: 0 }), /width.*more than 0, got 0/);
    assert.throws(() => mmd("gaussian", { block: 1 }), /at least 2 positions.*got 1/);
    assert.throws(() => mmd("gaussian", { bandwidth: 0 }), /bandwidth.*more than 0, got 0/);
    assert.throws(() => mmd("gaussian", { bandwidth: "medain" as "median" }), /no bandwidth medain in a Gaussian kernel; did you mean median/);
    assert.throws(() => mmd("polynomial", { offset: -1 }), /offset.*got -1/);
  });
});
