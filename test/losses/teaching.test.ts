// Losses of pixels: plain, weighted by the style's features, or as statistics of the image gradient.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { gradientStatistics } from "../../src/losses/gradientStatistics";
import type { LayerLoss } from "../../src/losses/loss";
import { pixels } from "../../src/losses/pixels";
import { weightedPixels } from "../../src/losses/weightedPixels";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, drawn, numbers } from "../compare";

const [height, width] = [6, 8];
const image = (seed: number): tf.Tensor3D => tf.randomUniform([height, width, 3], 0, 1, "float32", seed);
const distance = (loss: LayerLoss, features: tf.Tensor3D, target: tf.Tensor3D): number =>
  loss.distance(features, loss.prepare(target)).dataSync()[0];
const at = (v: number[], r: number, c: number, k: number): number => v[(r * width + c) * 3 + k];

/** Values and gradients for zeros and constants are finite. */
function staysFinite(loss: LayerLoss, cases: [tf.Tensor3D, tf.Tensor3D][]): void {
  for (const [features, target] of cases) {
    const prepared = loss.prepare(target);
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => loss.distance(x as tf.Tensor3D, prepared))(features);
    assert.ok([...numbers(value), ...numbers(grad)].every(Number.isFinite));
  }
}

describe("the pixel loss", () => {
  before(() => engine());

  it("is the mean squared difference of pixels", () => tf.tidy(() => {
    const [a, b] = [image(1), image(2)];
    const [x, y] = [numbers(a), numbers(b)];
    assertClose(distance(pixels(), a, b), x.reduce((sum, v, i) => sum + (v - y[i]) ** 2, 0) / x.length, 1e-6);
  }));

  it("refuses activations of a network, and images of two sizes", () => tf.tidy(() => {
    assert.throws(() => pixels().prepare(drawn([4, 4, 64])), /compares images, not 64 channels.*layers: \["pixels"\]/);
    assert.throws(() => distance(pixels(), drawn([4, 5, 3]), drawn([4, 4, 3])), /resize/);
  }));
});

describe("the feature-weighted pixel loss", () => {
  before(() => engine());

  it("is Σ (C (a − b))² with the Laplacian of the gray style image, by plain loops", () => tf.tidy(() => {
    const [a, b] = [image(1), image(2)];
    const [x, y] = [numbers(a), numbers(b)];
    const gray = (r: number, c: number): number => (at(y, r, c, 0) + at(y, r, c, 1) + at(y, r, c, 2)) / 3;
    let expected = 0;
    for (let r = 1; r < height - 1; r++) for (let c = 1; c < width - 1; c++) for (let k = 0; k < 3; k++) {
      const edge = gray(r - 1, c) + gray(r + 1, c) + gray(r, c - 1) + gray(r, c + 1) - 4 * gray(r, c);
      expected += (edge * (at(x, r, c, k) - at(y, r, c, k))) ** 2;
    }
    assertClose(distance(weightedPixels(), a, b), expected, 1e-5);
  }));

  it("takes another filter: the identity weights each pixel by its brightness", () => tf.tidy(() => {
    const [a, b] = [image(1), image(2)];
    const brightness = tf.mean(b, 2, true);
    assertClose(distance(weightedPixels({ filter: [[1]] }), a, b), tf.sum(tf.square(tf.mul(brightness, tf.sub(a, b)))), 1e-5);
  }));

  it("compares position by position: the style image itself, shifted by one pixel, is as bad as noise", () => tf.tidy(() => {
    const target = image(2);
    const shifted = tf.concat([tf.slice(target, [0, 1, 0], [-1, -1, -1]), tf.slice(target, [0, 0, 0], [-1, 1, -1])], 1) as tf.Tensor3D;
    assert.ok(distance(weightedPixels(), shifted, target) > 0.5 * distance(weightedPixels(), image(1), target));
  }));

  it("is 0 where the style is flat", () => tf.tidy(() => {
    assert.equal(distance(weightedPixels(), image(1), tf.fill([height, width, 3], 0.5)), 0);
  }));

  it("has finite values and gradients for zeros and constants", () => tf.tidy(() => staysFinite(weightedPixels(), [
    [tf.zeros([6, 8, 3]), image(1)], [image(1), tf.zeros([6, 8, 3])], [tf.fill([6, 8, 3], 1), tf.fill([6, 8, 3], 1)],
  ])));

  it("refuses an invalid filter, images of two sizes, activations, and an image smaller than the filter", () => tf.tidy(() => {
    for (const filter of [[], [[1, 2]], [[1], [2], [3, 4]], [[NaN]]])
      assert.throws(() => weightedPixels({ filter }), /rows of numbers, all of one length, both sides odd/);
    assert.throws(() => distance(weightedPixels(), drawn([5, 4, 3]), drawn([4, 4, 3])), /4×4×3, the image is 5×4×3: resize/);
    assert.throws(() => weightedPixels().prepare(drawn([4, 4, 64])), /compares images, not 64 channels/);
    assert.throws(() => weightedPixels().prepare(drawn([2, 4, 3])), /2×4, smaller than the filter of 3×3/);
  }));
});

describe("gradient statistics", () => {
  before(() => engine());

  /** Sobel over 8, then mean and deviation of each color's two maps, by plain loops. */
  function byLoops(x: tf.Tensor3D): { means: number[]; deviations: number[] } {
    const v = numbers(x);
    const smooth = [1, 2, 1];
    const maps = [0, 1].flatMap((down) => [0, 1, 2].map((k) => {
      const derivatives: number[] = [];
      for (let r = 1; r < height - 1; r++) for (let c = 1; c < width - 1; c++)
        derivatives.push([-1, 0, 1].reduce((sum, s) => sum + (smooth[s + 1] / 8) * (down
          ? at(v, r + 1, c + s, k) - at(v, r - 1, c + s, k) : at(v, r + s, c + 1, k) - at(v, r + s, c - 1, k)), 0));
      const mean = derivatives.reduce((sum, s) => sum + s, 0) / derivatives.length;
      return { mean, deviation: Math.sqrt(derivatives.reduce((sum, s) => sum + (s - mean) ** 2, 0) / derivatives.length + 1e-8) };
    }));
    return { means: maps.map(({ mean }) => mean), deviations: maps.map(({ deviation }) => deviation) };
  }
  const meanSquare = (a: number[], b: number[]): number => a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / a.length;

  it("are the means and deviations of Sobel derivatives, by plain loops", () => tf.tidy(() => {
    const [a, b] = [byLoops(image(1)), byLoops(image(2))];
    const expected = (meanSquare(a.means, b.means) + meanSquare(a.deviations, b.deviations)) / 2;
    assertClose(distance(gradientStatistics(), image(1), image(2)), expected, 1e-5);
  }));

  it("a ramp that rises by 0.1 per pixel has the gradient 0.1, and no deviation", () => tf.tidy(() => {
    const ramp = tf.tensor3d(Array.from({ length: 48 }, (_, p) => 0.1 * (p % 8)), [6, 8, 1]);
    assertClose(gradientStatistics().prepare(ramp), [0.1, 0, 1e-4, 1e-4], 1e-5);
  }));

  it("ignore an added color, and their deviations a mirrored image; they depend on contrast", () => tf.tidy(() => {
    const target = image(2);
    assert.ok(distance(gradientStatistics(), tf.add(target, tf.tensor1d([0.3, -0.2, 0.1])), target) < 1e-12);
    const [, mirrored] = tf.unstack(gradientStatistics().prepare(tf.reverse(target, [0, 1]) as tf.Tensor3D));
    assertClose(mirrored, tf.unstack(gradientStatistics().prepare(target))[1], 1e-5);
    assert.ok(distance(gradientStatistics(), tf.mul(target, 2), target) > 1e-3);
  }));

  it("has finite values and gradients for zeros, a constant and one channel", () => tf.tidy(() => staysFinite(gradientStatistics(), [
    [tf.zeros([6, 8, 3]), image(1)], [image(1), tf.fill([6, 8, 3], 0.5)], [tf.fill([6, 8, 3], 1), tf.fill([6, 8, 3], 1)],
    [drawn([3, 3, 1]), drawn([3, 4, 1])],
  ])));

  it("refuses an image of less than 3×3", () => tf.tidy(() => {
    assert.throws(() => gradientStatistics().prepare(drawn([2, 9, 3])), /at least 3×3 at the layer, got 2×9/);
  }));
});
