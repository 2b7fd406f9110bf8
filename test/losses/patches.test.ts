import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { patches } from "../../src/losses/patches";
import { relative } from "../../src/losses/relative";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, distanceOf, drawn, numbers, slopeOf } from "../compare";

/** Every patch as a list of numbers. */
function cut(x: tf.Tensor3D, size: number): number[][] {
  const v = numbers(x);
  const [height, width, channels] = x.shape;
  const found: number[][] = [];
  for (let r = 0; r + size <= height; r++) for (let c = 0; c + size <= width; c++)
    found.push(Array.from({ length: size * size * channels }, (_, k) => {
      const [i, j] = [Math.floor(k / channels / size), Math.floor(k / channels) % size];
      return v[((r + i) * width + c + j) * channels + (k % channels)];
    }));
  return found;
}
const dot = (p: number[], q: number[]): number => p.reduce((sum, v, i) => sum + v * q[i], 0);

/** The loss by plain loops in float64. */
function byLoops(features: tf.Tensor3D, target: tf.Tensor3D, size: number): number {
  const [imagePatches, targetPatches] = [cut(features, size), cut(target, size)];
  const losses = imagePatches.map((p) => {
    const correlations = targetPatches.map((q) => dot(p, q) / Math.sqrt(dot(p, p) * dot(q, q)));
    const q = targetPatches[correlations.indexOf(Math.max(...correlations))];
    return p.reduce((sum, v, i) => sum + (v - q[i]) ** 2, 0) / p.length;
  });
  return losses.reduce((sum, v) => sum + v, 0) / losses.length;
}

const distance = (features: tf.Tensor3D, target: tf.Tensor3D, size = 3): number => distanceOf(patches({ size }), features, target);
const gradient = (features: tf.Tensor3D, target: tf.Tensor3D): number[] => slopeOf(patches(), features, target);

describe("patches", () => {
  before(() => engine());

  for (const size of [1, 2, 3])
    it(`${size}×${size}: what plain loops compute, for images of different sizes`, () => tf.tidy(() => {
      const [features, target] = [drawn([6, 8, 3], 1), drawn([7, 5, 3], 2)];
      assertClose(distance(features, target, size), byLoops(features, target, size), 1e-5);
    }));

  it("matches by correlation, not by distance: a scaled patch is matched with its own pattern", () => tf.tidy(() => {
    // One patch: 3× the first of two patterns, yet nearer to the second.
    const target = tf.tensor3d([[[1, 0]], [[2.5, 2]]]);
    assert.equal(distance(tf.tensor3d([[[3, 0]]]), target, 1), (2 ** 2) / 2);
  }));

  it("ignores the position of a patch: any crop of the target has loss 0", () => tf.tidy(() => {
    const target = drawn([9, 10, 4], 2);
    assert.ok(distance(tf.slice(target, [3, 2, 0], [5, 6, 4]), target) < 1e-12);
    assert.ok(distance(tf.reverse(target, [1]) as tf.Tensor3D, target) > 0.1); // but a mirrored patch is a different one
  }));

  it("a permuted image has loss 0 with 1×1, and not with 3×3", () => tf.tidy(() => {
    const target = drawn([6, 6, 3], 2);
    const shuffled = tf.reshape(tf.gather(tf.reshape(target, [36, 3]), tf.tensor1d([...Array(36).keys()].map((p) => (p * 5 + 7) % 36), "int32")), [6, 6, 3]);
    assert.equal(distance(shuffled as tf.Tensor3D, target, 1), 0);
    assert.ok(distance(shuffled as tf.Tensor3D, target, 3) > 0.1);
  }));

  it("an image of zeros is compared with all of the target: its relative loss is 1", () => tf.tidy(() => {
    const target = tf.concat([tf.zeros([4, 4, 2]), drawn([4, 4, 2], 1)], 0) as tf.Tensor3D;
    const mean = cut(target, 3).reduce((sum, p) => sum + dot(p, p) / p.length, 0) / cut(target, 3).length;
    assertClose(distance(tf.zeros([8, 4, 2]), target), mean, 1e-5);
    const loss = relative(patches());
    assertClose(loss.distance(tf.zeros([8, 4, 2]), loss.prepare(target)), 1, 1e-6);
  }));

  it("has finite values and gradients for zeros, for a constant, and for one channel", () => tf.tidy(() => {
    const cases: [tf.Tensor3D, tf.Tensor3D][] = [
      [tf.zeros([4, 5, 2]), drawn([4, 5, 2])], [drawn([4, 5, 2]), tf.zeros([4, 5, 2])], [tf.zeros([4, 5, 2]), tf.zeros([4, 5, 2])],
      [tf.fill([4, 5, 2], 3), tf.fill([5, 4, 2], 3)], [drawn([4, 5, 1], 1), drawn([5, 4, 1], 2)],
    ];
    for (const [features, target] of cases) assert.ok([distance(features, target), ...gradient(features, target)].every(Number.isFinite));
    assert.equal(distance(...cases[3]), 0);
  }));

  it("refuses an invalid size, and images smaller than a patch", () => tf.tidy(() => {
    assert.throws(() => patches({ size: 2.5 }), /whole number of at least 1.*got 2\.5/);
    assert.throws(() => distance(drawn([2, 9, 1]), drawn([9, 9, 1])), /the image is 2×9 at this layer, smaller than a patch of 3×3: load it larger/);
    assert.throws(() => distance(drawn([9, 9, 1]), drawn([9, 2, 1])), /the target is 9×2/);
  }));
});
