import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { matchRanks } from "../../src/math/matchRanks";
import { quantiles } from "../../src/math/quantiles";
import { sortRows } from "../../src/math/sortRows";
import { wasserstein1d } from "../../src/math/wasserstein1d";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, leaksNothing, numbers } from "../compare";

const rows = (count: number, seed: number): tf.Tensor2D => tf.randomNormal([2, count], 0, 1, "float32", seed);
const row = (x: tf.Tensor2D, i: number): number[] => numbers(x).slice(i * x.shape[1], (i + 1) * x.shape[1]);

/** The mean of a step function over the i-th of `count` equal parts, by cutting both into n · count pieces. */
function quantilesOf(values: readonly number[], count: number): number[] {
  const pieces = values.flatMap((v) => Array<number>(count).fill(v));
  return Array.from({ length: count }, (_, i) =>
    pieces.slice(i * values.length, (i + 1) * values.length).reduce((sum, v) => sum + v, 0) / values.length);
}

describe("the Wasserstein distance of samples of numbers", () => {
  before(() => engine());

  it("sorts every row in descending order", () => tf.tidy(() => {
    const x = rows(50, 1);
    for (const i of [0, 1]) assert.deepEqual(row(sortRows(x), i), row(x, i).sort((a, b) => b - a));
  }));

  for (const [from, to] of [[7, 7], [7, 5], [5, 7], [6, 3], [3, 6], [1, 4], [4, 1], [35, 24], [24, 35], [100, 3]])
    it(`${to} quantiles of ${from} numbers are means over equal parts of them`, () => tf.tidy(() => {
      const x = sortRows(rows(from, 1));
      for (const i of [0, 1]) assertClose(row(quantiles(x, to), i), quantilesOf(row(x, i), to), 1e-5);
    }));

  it("rearranges the target's numbers by the ranks of the row's", () => tf.tidy(() => {
    const target = sortRows(tf.tensor2d([[10, 30, 20], [1, 2, 3]]));
    assert.deepEqual(numbers(matchRanks(tf.tensor2d([[5, 9, 7], [0.3, 0.2, 0.1]]), target)), [10, 30, 20, 3, 2, 1]);
  }));

  it("gives equal numbers the mean of the target's numbers at their ranks, row by row", () => tf.tidy(() => {
    const target = sortRows(tf.tensor2d([[1, 2, 3, 4, 5, 9], [1, 2, 3, 4, 5, 6]]));
    const placed = matchRanks(tf.tensor2d([[0, 7, 0, 0, 7, 0], [0, 7, 1, 2, 7, 7]]), target);
    assertClose(placed, [2.5, 7, 2.5, 2.5, 7, 2.5, 1, 5, 2, 3, 5, 5], 1e-6);
  }));

  it("has the slope of equal numbers that move together, and the value of samples of which one is sorted", () => tf.tidy(() => {
    const [flat, target] = [tf.fill<tf.Rank.R2>([1, 4], 2), sortRows(tf.tensor2d([[0, 1, 2, 9]]))];
    assertClose(wasserstein1d(flat, target), (4 + 1 + 0 + 49) / 4, 1e-6);
    const gradient = tf.grad((x: tf.Tensor) => wasserstein1d(x as tf.Tensor2D, target))(flat);
    assertClose(gradient, Array(4).fill((2 * (2 - 3)) / 4), 1e-6);
  }));

  it("the gradient of the distance is 2 (x − R) / size, times whatever multiplies it", () => tf.tidy(() => {
    const [x, target] = [rows(9, 1), sortRows(rows(9, 2))];
    const gradient = tf.grad((y: tf.Tensor) => tf.mul(wasserstein1d(y as tf.Tensor2D, target), 3))(x);
    assertClose(gradient, tf.mul(tf.sub(x, matchRanks(x, target)), (3 * 2) / 18), 1e-6);
  }));

  it("leaves no tensor behind, with and without a gradient", async () => {
    const [x, target] = [rows(9, 1), rows(4, 2)];
    await leaksNothing(() => wasserstein1d(x, target).dispose());
    await leaksNothing(() => tf.grad((y: tf.Tensor) => wasserstein1d(y as tf.Tensor2D, target))(x).dispose());
    tf.dispose([x, target]);
  });
});
