import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { areaWeights } from "../../src/math/areaWeights";
import { nearestPatches } from "../../src/math/nearestPatches";
import { stopGradient } from "../../src/math/stopGradient";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, drawn, leaksNothing, numbers } from "../compare";

type Shape = [number, number, number];

/** The same by plain loops: for every patch of a, the patch of b with the largest inner product. */
function byLoops(a: tf.Tensor3D, b: tf.Tensor3D, size: number): number[] {
  const [x, y] = [numbers(a), numbers(b)];
  const corners = ([height, width]: number[]): number[][] =>
    Array.from({ length: (height - size + 1) * (width - size + 1) }, (_, p) =>
      [Math.floor(p / (width - size + 1)), p % (width - size + 1)]);
  const value = (v: number[], [, width, channels]: number[], r: number, c: number, k: number): number => v[(r * width + c) * channels + k];
  return corners(a.shape).map(([r, c]) => {
    const products = corners(b.shape).map(([s, d]) => {
      let sum = 0;
      for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) for (let k = 0; k < a.shape[2]; k++)
        sum += value(x, a.shape, r + i, c + j, k) * value(y, b.shape, s + i, d + j, k);
      return sum;
    });
    return products.indexOf(Math.max(...products));
  });
}

describe("nearestPatches", () => {
  before(() => engine());
  const plain = (products: tf.Tensor2D): tf.Tensor2D => products;

  for (const size of [1, 2, 3, 5])
    it(`patches of ${size}×${size}: the same as plain loops`, () => tf.tidy(() => {
      const [a, b] = [drawn([7, 9, 2], 1), drawn([5, 6, 2], 2)];
      assert.deepEqual(numbers(nearestPatches(a, b, size, plain)), byLoops(a, b, size));
    }));

  it("finds the same in blocks as in one", () => tf.tidy(() => {
    const [a, b] = [drawn([40, 30, 3] as Shape, 1), drawn([50, 100, 3] as Shape, 2)]; // 6 M pairs of positions: more than one block
    const found = numbers(nearestPatches(a, b, 3, plain));
    const rows = (from: number, to: number): number[] => numbers(nearestPatches(tf.slice(a, [from, 0, 0], [to - from, 30, 3]), b, 3, plain));
    assert.deepEqual(found, [...rows(0, 12), ...rows(10, 25), ...rows(23, 40)]);
  }));
});

describe("stopGradient", () => {
  before(() => engine());

  it("has the value, and no gradient flows through it", () => tf.tidy(() => {
    const x = drawn([2, 3, 1], 1);
    const { value, grad } = tf.valueAndGrad((y: tf.Tensor) => tf.sum(tf.mul(y, stopGradient(() => tf.mul(y, 2)))))(x);
    assertClose(value, numbers(x).reduce((sum, v) => sum + 2 * v * v, 0), 1e-6);
    assertClose(grad, numbers(x).map((v) => 2 * v), 1e-6); // and not 4 v
  }));

  it("may return the indices of a gather, inside a gradient", () => tf.tidy(() => {
    const x = tf.tensor1d([3, 9, 4]);
    const largest = (y: tf.Tensor): tf.Tensor => tf.sum(tf.gather(y, stopGradient(() => tf.reshape(tf.argMax(y), [1]) as tf.Tensor1D)));
    assert.deepEqual(numbers(tf.grad(largest)(x)), [0, 1, 0]);
  }));

  it("leaves nothing behind", async () => {
    const x = drawn([2, 3, 1], 1);
    await leaksNothing(() => stopGradient(() => tf.mul(x, 2)).dispose());
    await leaksNothing(() => tf.grad((y) => tf.sum(tf.mul(y, stopGradient(() => tf.square(y)))))(x).dispose());
    x.dispose();
  });
});

describe("areaWeights", () => {
  before(() => engine());

  it("five numbers to two: each output is the mean of two and a half inputs", () => tf.tidy(() => {
    assertClose(areaWeights(5, 2), [0.4, 0.4, 0.2, 0, 0, 0, 0, 0.2, 0.4, 0.4], 1e-6);
  }));

  it("two numbers to five: each output is the mean of what it covers", () => tf.tidy(() => {
    assertClose(areaWeights(2, 5), [1, 0, 1, 0, 0.5, 0.5, 0, 1, 0, 1], 1e-6);
  }));

  for (const [from, to] of [[7, 7], [96, 7], [7, 96], [1, 4], [193, 24]])
    it(`${from} to ${to}: every row sums to 1, and every column to the same weight`, () => tf.tidy(() => {
      const matrix = areaWeights(from, to);
      assertClose(tf.sum(matrix, 1), Array(to).fill(1), 1e-5);
      assertClose(tf.sum(matrix, 0), Array(from).fill(to / from), 1e-5);
    }));
});
