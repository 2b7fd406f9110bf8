import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { registerOnnx } from "../../../../src/platform/engine/onnx/register";
import { assertClose } from "../../../compare";

/** Runs `body` on the plain cpu backend, then comes back. */
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
  it("quotients and remainders of whole numbers as the cpu backend does, by 0 and by −1 too", async () => {
    const numbers = [7, -7, 0, 1, -1, 2, -3, 2 ** 31 - 1, -(2 ** 31), 123456789, -987654321];
    const measured = (): number[][] => tf.tidy(() => {
      const [x, y] = [tf.tensor2d(numbers, [11, 1], "int32"), tf.tensor2d(numbers, [1, 11], "int32")];
      return [tf.floorDiv(x, y), tf.mod(x, y), tf.div(x, y)].map((z) => Array.from(z.dataSync()));
    });
    const whole = (list: number[]): number[] => list.map((number) => number + 0); // −0 is 0
    assert.deepEqual(measured().map(whole), (await onCpu(measured)).map(whole));
  });

  it("the gradient of a sum of two products, in every position, as the cpu backend does", async () => {
    for (const [turnA, turnB] of [[false, false], [false, true], [true, false], [true, true]]) {
      const measured = (): number[] => tf.tidy(() => {
        const [p, q, shared] = [1, 2, 3].map((seed) => tf.randomNormal<tf.Rank.R2>([6, 6], 0, 1, "float32", seed));
        return [tf.add(tf.matMul(p, shared, turnA, turnB), tf.matMul(q, shared, turnB, turnB)),
          tf.add(tf.matMul(shared, p, turnA, turnB), tf.matMul(shared, q, turnA, turnA)),
          tf.add(tf.matMul(p, shared, turnA, turnB), tf.matMul(shared, q, turnA, turnB))].flatMap((z) => Array.from(z.dataSync()));
      });
      assertClose(measured(), await onCpu(measured), 1e-5);
    }
  });

  it("the slope of the first of the largest where a window has several: flat and clipped images, as the cpu backend does", async () => {
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

  it("large arrays of ones, whatever comes of them", () => tf.tidy(() => {
    const ones = tf.ones([80, 80]);
    assert.equal(ones.dataSync().length, 6400);
    assert.deepEqual([tf.sum(ones), tf.sum(tf.mul(ones, 3)), tf.sum(tf.add(ones, ones))].map((x) => x.dataSync()[0]), [6400, 19200, 12800]);
    const weight = tf.variable(ones);
    weight.assign(tf.mul(ones, 2));
    assert.equal(tf.sum(tf.mul(weight, ones)).dataSync()[0], 12800);
    weight.dispose();
  }));

  for (const [name, number] of Object.entries({ NaN, Inf: Infinity, "−Inf": -Infinity }))
    it(`a loss that is no number, and a slope that is none in the same places, for one ${name} in the image`, async () => {
      const measured = (): { value: number; finite: boolean[] } => tf.tidy(() => {
        const pixels = Float32Array.from({ length: 12 * 12 * 3 }, (_, at) => Math.cos(at));
        pixels[200] = number;
        const filter = tf.randomNormal<tf.Rank.R4>([3, 3, 3, 16], 0, 1, "float32", 8);
        const { value, grad } = tf.valueAndGrad((x) => tf.sum(tf.square(tf.conv2d(x as tf.Tensor3D, filter, 1, "same"))))(tf.tensor3d(pixels, [12, 12, 3]));
        return { value: value.dataSync()[0], finite: Array.from(grad.dataSync(), Number.isFinite) };
      });
      const [mine, reference] = [measured(), await onCpu(measured)];
      assert.ok(!Number.isFinite(mine.value) && !Number.isFinite(reference.value));
      assert.ok(mine.finite.includes(true) && mine.finite.includes(false));
      assert.deepEqual(mine.finite, reference.finite);
    });

  for (const [name, number] of Object.entries({ NaN, Inf: Infinity, "−Inf": -Infinity }))
    it(`a loss that is no number also behind a pooling, for one ${name} in the image, and computes on`, () => tf.tidy(() => {
      const pixels = tf.tensor3d(Array.from({ length: 12 * 12 * 3 }, (_, at) => (at === 200 ? number : Math.cos(at))), [12, 12, 3]);
      const filters = [3, 16].map((channels) => tf.randomNormal<tf.Rank.R4>([3, 3, channels, 16], 0, 1, "float32", channels));
      const loss = (x: tf.Tensor): tf.Tensor => {
        const layer = tf.maxPool(tf.relu(tf.conv2d(x as tf.Tensor3D, filters[0], 1, "same")), 2, 2, "valid");
        return tf.sum(tf.square(tf.relu(tf.conv2d(layer, filters[1], 1, "same"))));
      };
      const { value, grad } = tf.valueAndGrad(loss)(pixels);
      assert.ok(!Number.isFinite(value.dataSync()[0]));
      assert.ok(grad.dataSync().some((slope) => !Number.isFinite(slope)));
      const sound = tf.valueAndGrad(loss)(tf.zerosLike(pixels));
      assert.deepEqual([sound.value.dataSync()[0], ...sound.grad.dataSync().slice(0, 2)], [0, 0, 0]);
    }));
});
