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
    found.push(Array.from({ length: size * size * channels }, (_, at) => {
      const [i, j] = [Math.floor(at / channels / size), Math.floor(at / channels) % size];
      return v[((r + i) * width + c + j) * channels + (at % channels)];
    }));
  return found;
}
const dot = (p: number[], q: number[]): number => p.reduce((sum, v, i) => sum + v * q[i], 0);

/** The loss by plain loops in float64. */
function byLoops(seen: tf.Tensor3D, target: tf.Tensor3D, size: number): number {
  const [mine, theirs] = [cut(seen, size), cut(target, size)];
  const losses = mine.map((p) => {
    const correlations = theirs.map((q) => dot(p, q) / Math.sqrt(dot(p, p) * dot(q, q)));
    const q = theirs[correlations.indexOf(Math.max(...correlations))];
    return p.reduce((sum, v, i) => sum + (v - q[i]) ** 2, 0) / p.length;
  });
  return losses.reduce((sum, v) => sum + v, 0) / losses.length;
}

const distance = (seen: tf.Tensor3D, target: tf.Tensor3D, size = 3): number => distanceOf(patches({ size }), seen, target);
const slope = (seen: tf.Tensor3D, target: tf.Tensor3D): number[] => slopeOf(patches(), seen, target);

describe("patches", () => {
  before(() => engine());

  for (const size of [1, 2, 3])
    it(`${size}×${size}: what plain loops compute, for images of different sizes`, () => tf.tidy(() => {
      const [seen, target] = [drawn([6, 8, 3], 1), drawn([7, 5, 3], 2)];
      assertClose(distance(seen, target, size), byLoops(seen, target, size), 1e-5);
    }));

  it("matches by correlation, not by distance: a patch in another strength has its pattern's slope", () => tf.tidy(() => {
    // One patch: 3× the first of two patterns, yet nearer to the second.
    const target = tf.tensor3d([[[1, 0]], [[2.5, 2]]]);
    assert.equal(distance(tf.tensor3d([[[3, 0]]]), target, 1), (2 ** 2) / 2);
  }));

  it("does not see where a patch stands: a piece of the target is 0, from wherever it was cut", () => tf.tidy(() => {
    const target = drawn([9, 10, 4], 2);
    assert.ok(distance(tf.slice(target, [3, 2, 0], [5, 6, 4]), target) < 1e-12);
    assert.ok(distance(tf.reverse(target, [1]) as tf.Tensor3D, target) > 0.1); // but a mirrored patch is another
  }));

  it("1×1: a permuted image is 0, and 3×3 it is not", () => tf.tidy(() => {
    const target = drawn([6, 6, 3], 2);
    const shuffled = tf.reshape(tf.gather(tf.reshape(target, [36, 3]), tf.tensor1d([...Array(36).keys()].map((p) => (p * 5 + 7) % 36), "int32")), [6, 6, 3]);
    assert.equal(distance(shuffled as tf.Tensor3D, target, 1), 0);
    assert.ok(distance(shuffled as tf.Tensor3D, target, 3) > 0.1);
  }));

  it("an image without response is compared with all of the target: the relative loss of it is 1", () => tf.tidy(() => {
    const target = tf.concat([tf.zeros([4, 4, 2]), drawn([4, 4, 2], 1)], 0) as tf.Tensor3D;
    const mean = cut(target, 3).reduce((sum, p) => sum + dot(p, p) / p.length, 0) / cut(target, 3).length;
    assertClose(distance(tf.zeros([8, 4, 2]), target), mean, 1e-5);
    const loss = relative(patches());
    assertClose(loss.distance(tf.zeros([8, 4, 2]), loss.prepare(target)), 1, 1e-6);
  }));

  it("has finite values and slopes for zeros, for a constant, and for one channel", () => tf.tidy(() => {
    const cases: [tf.Tensor3D, tf.Tensor3D][] = [
      [tf.zeros([4, 5, 2]), drawn([4, 5, 2])], [drawn([4, 5, 2]), tf.zeros([4, 5, 2])], [tf.zeros([4, 5, 2]), tf.zeros([4, 5, 2])],
      [tf.fill([4, 5, 2], 3), tf.fill([5, 4, 2], 3)], [drawn([4, 5, 1], 1), drawn([5, 4, 1], 2)],
    ];
    for (const [seen, target] of cases) assert.ok([distance(seen, target), ...slope(seen, target)].every(Number.isFinite));
    assert.equal(distance(...cases[3]), 0);
  }));

  it("refuses a size that is none, and images smaller than a patch", () => tf.tidy(() => {
    assert.throws(() => patches({ size: 2.5 }), /whole number of at least 1.*got 2\.5/);
    assert.throws(() => distance(drawn([2, 9, 1]), drawn([9, 9, 1])), /the image is 2×9 at this layer, smaller than a patch of 3×3: load it larger/);
    assert.throws(() => distance(drawn([9, 9, 1]), drawn([9, 2, 1])), /the target is 9×2/);
  }));
});
