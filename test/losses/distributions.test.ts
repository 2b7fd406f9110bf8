// Sliced Wasserstein and histogram: losses that sort.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { channelMeans } from "../../src/losses/channelMeans";
import { histogram } from "../../src/losses/histogram";
import type { LayerLoss } from "../../src/losses/loss";
import { meanStd } from "../../src/losses/meanStd";
import { slicedWasserstein } from "../../src/losses/slicedWasserstein";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, distanceOf, drawn, numbers } from "../compare";
import { activationVectors, average, dot, sortedDistance, transposed } from "./plainStatistics";

const shape: [number, number, number] = [5, 7, 3];
/** Every position of `x` somewhere else. */
const shuffled = (x: tf.Tensor3D): tf.Tensor3D => {
  const [height, width, channels] = x.shape;
  const places = Array.from({ length: height * width }, (_, p) => (p * 11 + 4) % (height * width)); // 11 and 35 have no common factor
  return tf.reshape(tf.gather(tf.reshape(x, [height * width, channels]), tf.tensor1d(places, "int32")), x.shape);
};

describe("losses that sort", () => {
  before(() => engine());

  it("sliced Wasserstein: projections, sorted and compared by plain loops", () => tf.tidy(() => {
    const [x, s] = [drawn(shape, 1), drawn(shape, 2)];
    const loss = slicedWasserstein({ directions: 8, seed: 5 });
    const units = Array.from({ length: 8 }, (_, i) => numbers(loss.prepare(s)[0]).slice(3 * i, 3 * i + 3));
    units.forEach((unit) => assertClose(dot(unit, unit), 1, 1e-5));
    const project = (f: tf.Tensor3D, unit: number[]): number[] => activationVectors(f).map((vector) => dot(vector, unit));
    assertClose(distanceOf(loss, x, s), average(units.map((unit) => sortedDistance(project(x, unit), project(s, unit)))), 1e-5);
  }));

  it("histogram: every channel, sorted and compared by plain loops", () => tf.tidy(() => {
    const [x, s] = [transposed(activationVectors(drawn(shape, 1))), transposed(activationVectors(drawn(shape, 2)))];
    const expected = average(x.map((channel, i) => sortedDistance(channel, s[i])));
    assertClose(distanceOf(histogram(), drawn(shape, 1), drawn(shape, 2)), expected, 1e-5);
  }));

  for (const loss of [slicedWasserstein(), histogram()])
    it(`${loss.name}: 0 for the target with all positions shuffled`, () => tf.tidy(() => {
      const x = drawn(shape, 1);
      assert.ok(distanceOf(loss, shuffled(x), x) < 1e-12);
      assert.ok(distanceOf(loss, tf.add(shuffled(x), 0.01) as tf.Tensor3D, x) > 1e-5);
    }));

  for (const loss of [slicedWasserstein(), histogram()] as LayerLoss[])
    it(`${loss.name}: a flat image has a flat gradient`, () => tf.tidy(() => {
      const memory = loss.prepare(drawn(shape, 2));
      const slope = tf.grad((y: tf.Tensor) => loss.distance(y as tf.Tensor3D, memory))(tf.fill(shape, 0.5));
      const first = numbers(tf.slice(slope as tf.Tensor3D, [0, 0, 0], [1, 1, 3]));
      assert.ok(Math.max(...first.map(Math.abs)) > 1e-4);
      assertClose(slope, Array.from({ length: 35 }, () => first).flat(), 1e-4);
    }));

  it("one step along the gradient reaches the target's histogram", () => tf.tidy(() => {
    const [x, s] = [drawn(shape, 1), drawn(shape, 2)];
    const slope = tf.grad((y: tf.Tensor) => histogram().distance(y as tf.Tensor3D, histogram().prepare(s)))(x);
    const stepped = tf.sub(x, tf.mul(slope, x.size / 2)) as tf.Tensor3D;
    assert.ok(distanceOf(histogram(), stepped, s) < 1e-12);
  }));

  it("histogram distinguishes what mean and deviation do not: skewed from symmetric activations", () => tf.tidy(() => {
    // Both have the mean 0.75 and the variance 1.6875.
    const [skewed, even] = [[3, 0, 0, 0], [0, 1.5, 0.75 + Math.sqrt(2.8125), 0.75 - Math.sqrt(2.8125)]];
    const [x, s] = [skewed, even].map((values) => tf.tensor3d(values, [2, 2, 1]));
    const moments = distanceOf(meanStd(), x, s) + distanceOf(channelMeans(), x, s);
    assert.ok(moments < 1e-10, `${moments}`);
    assert.ok(distanceOf(histogram(), x, s) > 0.1 && distanceOf(slicedWasserstein(), x, s) > 0.1);
  }));

  it("sliced Wasserstein: the same seed gives the same directions, another seed others", () => tf.tidy(() => {
    const of = (seed: number): number => distanceOf(slicedWasserstein({ directions: 2, seed }), drawn(shape, 1), drawn(shape, 2));
    assert.equal(of(3), of(3));
    assert.notEqual(of(3), of(4));
  }));

  it("sliced Wasserstein refuses a number of directions that is none", () => {
    assert.throws(() => slicedWasserstein({ directions: 0 }), /at least 1 direction.*got 0/);
    assert.throws(() => slicedWasserstein({ directions: 2.5 }), /whole number; got 2.5/);
  });
});
