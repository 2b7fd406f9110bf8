// Sums and means of millions of numbers are accurate, on onnx and wasm.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { registerOnnx } from "../../../src/platform/engine/onnx/register";
import "../../../src/platform/engine/wasm";
import { assertClose } from "../../compare";

before(() => registerOnnx("onnx"));
after(() => tf.backend().dispose());

for (const backend of ["onnx", "wasm"])
  describe(`on ${backend}`, () => {
    before(async () => void (await tf.setBackend(backend)));

    for (const shape of [[2 ** 22], [3, 1024, 683], [2, 64, 101, 103]])
      it(`sum and mean of [${shape}] are those in float64 to 1e-6, have their shapes, and leak nothing`, () => {
        const held = tf.backend().numDataIds();
        tf.tidy(() => {
          const x = tf.abs(tf.randomNormal(shape, 0, 1, "float32", 1));
          const numbers = x.dataSync<"float32">();
          const rows = shape.length === 1 ? 1 : shape[0];
          const length = numbers.length / rows;
          const sums = Array.from({ length: rows }, (_, row) => numbers.subarray(row * length, (row + 1) * length).reduce((a, b) => a + b, 0));
          const total = sums.reduce((a, b) => a + b);
          assertClose(tf.sum(x), [total], 1e-6);
          assertClose(tf.mean(x), [total / numbers.length], 1e-6);
          if (shape.length === 1) return;
          const last = [...shape.keys()].slice(1);
          assertClose(tf.sum(x, last), sums, 1e-6);
          assertClose(tf.mean(x, last), sums.map((sum) => sum / length), 1e-6);
          assert.deepEqual(tf.sum(x, last).shape, [rows]);
          assert.deepEqual(tf.mean(x, last, true).shape, [rows, ...last.map(() => 1)]);
        });
        assert.equal(tf.backend().numDataIds(), held);
      });

    it("a sum whose length has no divisor is computed all the same", () => tf.tidy(() => {
      assertClose(tf.sum(tf.ones([131071])), [131071], 1e-6);
    }));
  });
