import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { crop, noise, resize, sizeFor } from "../src/image";
import { engine } from "../src/platform/engine/engine";
import { assertClose, drawn, numbers } from "./compare";

describe("an image", () => {
  before(() => engine());

  it("noise: same seed, same bytes; values within 0.5 ± strength/2 and spread over them", () => tf.tidy(() => {
    const image = noise([40, 30], { seed: 5, strength: 0.2 });
    assert.deepEqual(image.shape, [40, 30, 3]);
    assert.deepEqual(numbers(image), numbers(noise(image, { seed: 5, strength: 0.2 })));
    assert.notDeepEqual(numbers(image), numbers(noise(image, { seed: 6, strength: 0.2 })));
    const values = numbers(image);
    assert.ok(Math.min(...values) >= 0.4 && Math.max(...values) <= 0.6);
    const { mean, variance } = tf.moments(image);
    assertClose(mean, 0.5, 0.01);
    assertClose(variance, 0.2 ** 2 / 12, 0.05); // of a uniform distribution
    assert.notDeepEqual(numbers(noise([4, 4])), numbers(noise([4, 4], { seed: 1 })), "seed 0 is a seed too");
  }));

  it("crop takes the middle, or the part asked for, and refuses what is outside", () => tf.tidy(() => {
    const image = tf.reshape(tf.range(0, 5 * 7 * 3), [5, 7, 3]) as tf.Tensor3D;
    assert.deepEqual(numbers(crop(image, { height: 1 })), numbers(tf.slice(image, [2, 3, 0], [1, 1, 3])));
    assert.deepEqual(numbers(crop(image, { height: 2, width: 3, top: 1, left: 4 })), numbers(tf.slice(image, [1, 4, 0], [2, 3, 3])));
    assert.throws(() => crop(image, { height: 6, width: 2 }), /cannot crop 6×2 .* from an image of 5×7; ask for less/);
  }));

  it("sizes follow the shorter or the longer side", () => {
    assert.deepEqual(sizeFor(300, 400, { shorter: 150 }), [150, 200]);
    assert.deepEqual(sizeFor(300, 400, { longer: 200 }), [150, 200]);
    assert.deepEqual(sizeFor(300, 400, { exactly: [7, 9] }), [7, 9]);
    assert.deepEqual(sizeFor(300, 400, { cover: [7, 9] }), [7, 9]);
    assert.throws(() => sizeFor(300, 400, { shorter: 7, longer: 9 }), /got shorter and longer: use only one of them/);
    assert.throws(() => sizeFor(300, 400, { cover: 9 } as never), /resize: cover is \[height, width\], got 9/);
    assert.throws(() => sizeFor(300, 400, {} as never), /the size is missing: give \{ shorter \}/);
    assert.deepEqual(sizeFor(1, 1000, { longer: 10 }), [1, 10]);
  });

  it("resize: a constant stays, a ramp stays a ramp, the same size changes nothing", () => tf.tidy(() => {
    const gray = tf.fill([9, 13, 3], 0.3) as tf.Tensor3D;
    for (const size of [[4, 20], [30, 5]] as const) assertClose(resize(gray, { exactly: size }), tf.fill([...size, 3], 0.3), 1e-6);
    const some = tf.sigmoid(drawn([6, 8, 3])) as tf.Tensor3D;
    assertClose(resize(some, { exactly: [6, 8] }), some, 1e-6);
    const ramp = tf.tile(tf.reshape(tf.linspace(0.2, 0.8, 61), [1, 61, 1]), [8, 1, 3]) as tf.Tensor3D;
    const wide = resize(ramp, { exactly: [8, 122] });
    const [row] = tf.unstack(tf.squeeze(tf.slice(wide, [4, 10, 0], [1, 100, 1]), [2])) as tf.Tensor1D[];
    const expected = numbers(tf.range(10, 110)).map((i) => 0.2 + (0.6 / 60) * ((i + 0.5) / 2 - 0.5));
    assertClose(row, expected, 1e-4);
  }));

  it("resize to cover scales until both sides are long enough, and crops around the middle", () => tf.tidy(() => {
    const columns = tf.tile(tf.reshape(tf.linspace(0, 1, 12), [1, 12, 1]), [4, 1, 3]) as tf.Tensor3D;
    // Close, not equal: a matrix product of another shape may add up in another order, by engine and processor.
    assertClose(resize(columns, { cover: [4, 6] }), tf.slice(columns, [0, 3, 0], [4, 6, 3]), 1e-6);
    const twice = resize(columns, { exactly: [8, 24] });
    assertClose(resize(columns, { cover: [8, 2] }), tf.slice(twice, [0, 11, 0], [8, 2, 3]), 1e-6);
    assert.deepEqual(resize(columns, { cover: [2, 9] }).shape, [2, 9, 3]);
  }));

  it("resize does not alias: pixel-wide stripes shrink to gray, not to stripes", () => tf.tidy(() => {
    const stripes = tf.tile(tf.tensor3d([0, 0, 0, 1, 1, 1], [1, 2, 3]), [64, 32, 1]) as tf.Tensor3D;
    const small = tf.slice(resize(stripes, { exactly: [10, 10] }), [2, 2, 0], [6, 6, 3]);
    assert.ok(tf.max(tf.abs(tf.sub(small, 0.5))).dataSync()[0] < 0.05);
  }));

  it("refuses sizes that are no sizes, and a strength beyond black and white", () => tf.tidy(() => {
    const image = tf.zeros<tf.Rank.R3>([4, 4, 3]);
    for (const wrong of [() => noise([0, 5]), () => noise([2.5, 5]), () => resize(image, { exactly: [0, 4] }),
      () => resize(image, { shorter: NaN }), () => crop(image, { height: 1.5 })])
      assert.throws(wrong, /sides of an image are whole numbers of at least 1 pixel/);
    assert.throws(() => noise(image, { strength: 3 }), /between 0 and 1, got 3/);
  }));
});
