import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { blendImages } from "../src/blendImages";
import { noise, resize } from "../src/image";
import { engine } from "../src/platform/engine/engine";
import { assertClose, leaksNothing, numbers } from "./compare";

describe("blendImages", () => {
  before(() => engine());

  it("is the weighted mean of the images' pixels, the weights normalized by their sum", () => tf.tidy(() => {
    const [a, b] = [noise([4, 6], { seed: 1 }), noise([4, 6], { seed: 2 })];
    const [x, y] = [a, b].map(numbers);
    assertClose(blendImages([{ image: a, weight: 6 }, { image: b, weight: 2 }]), x.map((value, i) => 0.75 * value + 0.25 * y[i]), 1e-6);
  }));

  it("is an image itself if only that has weight, at the size of the first", () => tf.tidy(() => {
    const [a, b] = [noise([4, 6], { seed: 1 }), noise([9, 7], { seed: 2 })];
    assertClose(blendImages([{ image: a, weight: 0.2 }]), a, 1e-7);
    assertClose(blendImages([{ image: a, weight: 0 }, { image: b, weight: 3 }]), resize(b, { exactly: [4, 6] }), 1e-7);
  }));

  it("stays in 0…1, whatever the weights", () => tf.tidy(() => {
    const white = tf.ones<tf.Rank.R3>([3, 3, 3]);
    const values = numbers(blendImages([{ image: white, weight: 0.1 }, { image: white, weight: 0.2 }, { image: white, weight: 0.7 }]));
    assert.ok(values.every((value) => value <= 1), String(values[0]));
  }));

  it("leaves nothing behind, and refuses no image and negative weights", () => leaksNothing(() => {
    const image = noise([4, 4]);
    blendImages([{ image, weight: 1 }, { image, weight: 2 }]).dispose();
    assert.throws(() => blendImages([]), /the blend has no image at all/);
    assert.throws(() => blendImages([{ image, weight: -1 }]), /weight of image 1 of the blend must be 0 or more, got -1/);
    assert.throws(() => blendImages([{ image, weight: 0 }]), /all weights of the blend are 0/);
    image.dispose();
  }));
});
