import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { registerOnnx } from "../../../../src/platform/engine/onnx/register";
import { assertClose } from "../../../compare";

/** Runs `body` on the plain cpu backend, then switches back. */
async function onCpu<Result>(body: () => Result): Promise<Result> {
  await tf.setBackend("cpu");
  try {
    return body();
  } finally {
    await tf.setBackend("onnx");
  }
}

before(async () => {
  registerOnnx("onnx");
  await tf.setBackend("onnx");
});
after(() => tf.backend().dispose());

describe("the onnx kernels give", () => {
  it("quotients and remainders of integers as the cpu backend does, by 0 and by −1 too", async () => {
    const numbers = [7, -7, 0, 1, -1, 2, -3, 2 ** 31 - 1, -(2 ** 31), 123456789, -987654321];
    const measured = (): number[][] => tf.tidy(() => {
      const [x, y] = [tf.tensor2d(numbers, [11, 1], "int32"), tf.tensor2d(numbers, [1, 11], "int32")];
      return [tf.floorDiv(x, y), tf.mod(x, y), tf.div(x, y)].map((z) => Array.from(z.dataSync()));
    });
    const withoutMinusZero = (list: number[]): number[] => list.map((number) => number + 0);
    assert.deepEqual(measured().map(withoutMinusZero), (await onCpu(measured)).map(withoutMinusZero));
  });

  it("the gradient of a sum of two products, in every position, as the cpu backend does", async () => {
    for (const [transposeA, transposeB] of [[false, false], [false, true], [true, false], [true, true]]) {
      const measured = (): number[] => tf.tidy(() => {
        const [p, q, shared] = [1, 2, 3].map((seed) => tf.randomNormal<tf.Rank.R2>([6, 6], 0, 1, "float32", seed));
        return [tf.add(tf.matMul(p, shared, transposeA, transposeB), tf.matMul(q, shared, transposeB, transposeB)),
          tf.add(tf.matMul(shared, p, transposeA, transposeB), tf.matMul(shared, q, transposeA, transposeA)),
          tf.add(tf.matMul(p, shared, transposeA, transposeB), tf.matMul(shared, q, transposeA, transposeB))].flatMap((z) => Array.from(z.dataSync()));
      });
      assertClose(measured(), await onCpu(measured), 1e-5);
    }
  });

  it("the gradient to the first maximum where a window has several, as in flat and clipped images, as the cpu backend does", async () => {
    const measured = (): number[] => tf.tidy(() => {
      const flat = tf.concat([tf.ones([8, 4, 3]), tf.zeros([8, 4, 3])], 1);
      const filter = tf.randomNormal<tf.Rank.R4>([3, 3, 3, 16], 0, 1, "float32", 8);
      return Array.from(tf.grad((x) => {
        const y = tf.maxPool(tf.relu(tf.conv2d(x as tf.Tensor3D, filter, 1, "same")), 2, 2, "valid");
        return tf.sum(tf.mul(y, tf.reshape(tf.cos(tf.range(0, y.size)), y.shape)));
      })(flat).dataSync());
    });
    assertClose(measured(), await onCpu(measured), 1e-4);
  });

  it("correct results with large arrays of ones", () => tf.tidy(() => {
    const ones = tf.ones([80, 80]);
    assert.equal(ones.dataSync().length, 6400);
    assert.deepEqual([tf.sum(ones), tf.sum(tf.mul(ones, 3)), tf.sum(tf.add(ones, ones))].map((x) => x.dataSync()[0]), [6400, 19200, 12800]);
    const weight = tf.variable(ones);
    weight.assign(tf.mul(ones, 2));
    assert.equal(tf.sum(tf.mul(weight, ones)).dataSync()[0], 12800);
    weight.dispose();
  }));

  for (const [name, number] of Object.entries({ NaN, Inf: Infinity, "−Inf": -Infinity }))
    it(`a loss that is not finite, and a gradient that is not in the same positions, for one ${name} in the image`, async () => {
      const measured = (): { value: number; finite: boolean[] } => tf.tidy(() => {
        const pixels = Float32Array.from({ length: 12 * 12 * 3 }, (_, i) => Math.cos(i));
        pixels[200] = number;
        const filter = tf.randomNormal<tf.Rank.R4>([3, 3, 3, 16], 0, 1, "float32", 8);
        const { value, grad } = tf.valueAndGrad((x) => tf.sum(tf.square(tf.conv2d(x as tf.Tensor3D, filter, 1, "same"))))(tf.tensor3d(pixels, [12, 12, 3]));
        return { value: value.dataSync()[0], finite: Array.from(grad.dataSync(), Number.isFinite) };
      });
      const [actual, reference] = [measured(), await onCpu(measured)];
      assert.ok(!Number.isFinite(actual.value) && !Number.isFinite(reference.value));
      assert.ok(actual.finite.includes(true) && actual.finite.includes(false));
      assert.deepEqual(actual.finite, reference.finite);
    });

  for (const [name, number] of Object.entries({ NaN, Inf: Infinity, "−Inf": -Infinity }))
    it(`a loss that is not finite also after a pooling, for one ${name} in the image, and correct results afterwards`, () => tf.tidy(() => {
      const pixels = tf.tensor3d(Array.from({ length: 12 * 12 * 3 }, (_, i) => (i === 200 ? number : Math.cos(i))), [12, 12, 3]);
      const filters = [3, 16].map((channels) => tf.randomNormal<tf.Rank.R4>([3, 3, channels, 16], 0, 1, "float32", channels));
      const loss = (x: tf.Tensor): tf.Tensor => {
        const layer = tf.maxPool(tf.relu(tf.conv2d(x as tf.Tensor3D, filters[0], 1, "same")), 2, 2, "valid");
        return tf.sum(tf.square(tf.relu(tf.conv2d(layer, filters[1], 1, "same"))));
      };
      const { value, grad } = tf.valueAndGrad(loss)(pixels);
      assert.ok(!Number.isFinite(value.dataSync()[0]));
      assert.ok(grad.dataSync().some((number) => !Number.isFinite(number)));
      const zero = tf.valueAndGrad(loss)(tf.zerosLike(pixels));
      assert.deepEqual([zero.value.dataSync()[0], ...zero.grad.dataSync().slice(0, 2)], [0, 0, 0]);
    }));
});
