import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { gramMatrix } from "../../src/losses/gram";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, drawn, numbers } from "../compare";

describe("the Gram matrix", () => {
  before(() => engine());

  it("is FᵀF over the number of positions", () => tf.tidy(() => {
    const x = drawn([5, 7, 3], 1);
    const v = numbers(x);
    const expected = [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => {
      let sum = 0;
      for (let p = 0; p < 35; p++) sum += v[p * 3 + i] * v[p * 3 + j];
      return sum / 35;
    }));
    assertClose(gramMatrix(x), expected, 1e-5);
  }));

  it("is symmetric and positive semi-definite", () => tf.tidy(() => {
    const g = gramMatrix(drawn([3, 4, 6], 1));
    assertClose(g, tf.transpose(g), 0);
    for (let seed = 0; seed < 20; seed++) {
      const v = tf.randomNormal([6, 1], 0, 1, "float32", seed + 1);
      assert.ok(tf.matMul(tf.matMul(v, g, true), v).dataSync()[0] >= -1e-5);
    }
  }));
});
