import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { gram } from "../../src/losses/gram";
import { shiftedGram } from "../../src/losses/shiftedGram";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, drawn, numbers } from "../compare";

/** G_δ[i,j] by plain loops, for a shift of `right` and `down`. */
function byLoops(x: tf.Tensor3D, right: number, down: number): number[] {
  const v = numbers(x);
  const [height, width, channels] = x.shape;
  return Array.from({ length: channels ** 2 }, (_, at) => {
    let [sum, count] = [0, 0];
    for (let r = 0; r + down < height; r++) for (let c = 0; c + right < width; c++, count++)
      sum += v[(r * width + c) * channels + Math.floor(at / channels)] * v[((r + down) * width + c + right) * channels + (at % channels)];
    return sum / count;
  });
}

const distance = (features: tf.Tensor3D, target: tf.Tensor3D, shifts?: number[]): number => {
  const loss = shiftedGram({ shifts });
  return loss.distance(features, loss.prepare(target)).dataSync()[0];
};

describe("the shifted Gram loss", () => {
  before(() => engine());

  it("is what plain loops compute, for images of different sizes", () => tf.tidy(() => {
    const [features, target] = [drawn([5, 7, 3], 1), drawn([6, 5, 3], 2)];
    const all = (x: tf.Tensor3D): number[] => [1, 3].flatMap((shift) => [...byLoops(x, shift, 0), ...byLoops(x, 0, shift)]);
    const [a, b] = [all(features), all(target)];
    assertClose(distance(features, target, [1, 3]), a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / a.length, 1e-5);
  }));

  it("a shift of 0 is the ordinary Gram loss", () => tf.tidy(() => {
    const [features, target] = [drawn([5, 7, 3], 1), drawn([6, 5, 3], 2)];
    assertClose(distance(features, target, [0]), gram().distance(features, gram().prepare(target)), 1e-6);
  }));

  it("distinguishes a chessboard from halves of black and white, which a Gram matrix cannot", () => tf.tidy(() => {
    const board = tf.tensor3d(Array.from({ length: 64 }, (_, p) => (Math.floor(p / 8) + p) % 2), [8, 8, 1]);
    const halves = tf.tensor3d(Array.from({ length: 64 }, (_, p) => Number(p < 32)), [8, 8, 1]);
    assert.equal(distance(board, halves, [0]), 0);
    assert.ok(distance(board, halves, [1]) > 0.1);
    assert.ok(distance(board, halves) > 0.05);
  }));

  it("has finite values and gradients for zeros, a constant and one channel", () => tf.tidy(() => {
    for (const features of [tf.zeros<tf.Rank.R3>([5, 7, 3]), tf.fill<tf.Rank.R3>([5, 7, 3], 2), drawn([5, 7, 1])]) {
      const prepared = shiftedGram().prepare(drawn(features.shape, 2));
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => shiftedGram().distance(x as tf.Tensor3D, prepared))(features);
      assert.ok([...numbers(value), ...numbers(grad)].every(Number.isFinite));
    }
    assert.equal(distance(tf.fill([5, 7, 2], 2), tf.fill([9, 5, 2], 2)), 0);
  }));

  it("refuses invalid shifts, and an image that is not larger than the largest", () => tf.tidy(() => {
    assert.throws(() => shiftedGram({ shifts: [] }), /at least one; got \[\]/);
    assert.throws(() => shiftedGram({ shifts: [1, 1.5] }), /whole numbers.*got \[1, 1.5\]/);
    assert.throws(() => distance(drawn([4, 9, 1]), drawn([9, 9, 1])), /4×9 at this layer, too small for a shift of 4: load it larger/);
  }));
});
