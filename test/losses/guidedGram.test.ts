import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { gram } from "../../src/losses/gram";
import { guidedGram } from "../../src/losses/guidedGram";
import type { LayerLoss } from "../../src/losses/loss";
import { relative } from "../../src/losses/relative";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, drawn, leaksNothing, numbers, slopes } from "../compare";

const shape: [number, number, number] = [5, 7, 3];
/** Two regions of 5×7 with soft edges, some of it in both and some in none. */
const twoRegions = (seed: number): tf.Tensor3D =>
  tf.relu(tf.sub<tf.Tensor3D>(tf.randomUniform([5, 7, 2], 0, 1.3, "float32", seed), 0.3));

/** Σᵣ mean (G_r − A_r)² / R by plain loops: guides as large as the layer. */
function byLoops(features: tf.Tensor3D, image: tf.Tensor3D, target: tf.Tensor3D, other: tf.Tensor3D): number {
  const grams = (x: tf.Tensor3D, guide: tf.Tensor3D): number[][] => {
    const [v, g] = [numbers(x), numbers(guide)];
    const [positions, channels, regions] = [x.shape[0] * x.shape[1], x.shape[2], guide.shape[2]];
    return Array.from({ length: regions }, (_, r) => {
      let squares = 0;
      for (let p = 0; p < positions; p++) squares += g[p * regions + r] ** 2;
      return Array.from({ length: channels ** 2 }, (_, k) => {
        const [i, j] = [Math.floor(k / channels), k % channels];
        let sum = 0;
        for (let p = 0; p < positions; p++) sum += g[p * regions + r] ** 2 * v[p * channels + i] * v[p * channels + j];
        return sum / positions / (squares / positions);
      });
    });
  };
  const [a, b] = [grams(features, image).flat(), grams(target, other).flat()];
  return a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / a.length;
}

describe("the guided Gram loss", () => {
  before(() => engine());

  it("is what plain loops compute", () => tf.tidy(() => {
    const [features, target, image, other] = [drawn(shape, 1), drawn(shape, 2), twoRegions(1), twoRegions(2)];
    const loss = guidedGram({ image, target: other });
    assertClose(loss.distance(features, loss.prepare(target)), byLoops(features, image, target, other), 1e-5);
  }));

  it("a guide of ones, of any size, is the ordinary Gram loss", () => tf.tidy(() => {
    const [features, target] = [drawn(shape, 1), drawn([6, 4, 3], 2)];
    const expected = gram().distance(features, gram().prepare(target));
    for (const factor of [1, 3]) {
      const loss = guidedGram({ image: tf.ones([5 * factor, 7 * factor]), target: tf.ones([6 * factor, 4 * factor]) });
      assertClose(loss.distance(features, loss.prepare(target)), expected, 1e-6);
    }
  }));

  it("does not depend on the scale of a guide", () => tf.tidy(() => {
    const [features, target, image, other] = [drawn(shape, 1), drawn(shape, 2), twoRegions(1), twoRegions(2)];
    const at = (factor: number): tf.Scalar => {
      const loss = guidedGram({ image: tf.mul(image, factor), target: other });
      return loss.distance(features, loss.prepare(target));
    };
    assertClose(at(0.1), at(1), 1e-5);
  }));

  it("halves of 0 and 1 compare each half with its own: left and right exchanged in image and guide change nothing", () => tf.tidy(() => {
    const [a, b] = [drawn([4, 3, 2], 1), drawn([4, 3, 2], 2)];
    const [one, none] = [tf.ones<tf.Rank.R3>([4, 3, 1]), tf.zeros<tf.Rank.R3>([4, 3, 1])];
    const ab = tf.stack([tf.concat([one, none], 1).squeeze([2]), tf.concat([none, one], 1).squeeze([2])], 2) as tf.Tensor3D;
    const ba = tf.reverse(ab, [2]) as tf.Tensor3D;
    const [left, right] = [tf.concat([a, b], 1) as tf.Tensor3D, tf.concat([b, a], 1) as tf.Tensor3D];
    const exchanged = guidedGram({ image: ba, target: ab });
    assert.ok(exchanged.distance(right, exchanged.prepare(left)).dataSync()[0] < 1e-12);
    const still = guidedGram({ image: ab, target: ab });
    assert.ok(still.distance(right, still.prepare(left)).dataSync()[0] > 0.01);
    assert.ok(gram().distance(right, gram().prepare(left)).dataSync()[0] < 1e-12); // the ordinary one is blind to it
  }));

  it("resizes a guide to the layer by area: one that is 4 times as large and constant on each position is the same", () => tf.tidy(() => {
    const [features, target, image] = [drawn(shape, 1), drawn(shape, 2), twoRegions(1)];
    const large = tf.reshape(tf.tile(tf.reshape(image, [5, 1, 7, 1, 2]), [1, 4, 1, 4, 1]), [20, 28, 2]) as tf.Tensor3D;
    const [small, big] = [image, large].map((guide) => {
      const loss = guidedGram({ image: guide, target: guide });
      return loss.distance(features, loss.prepare(target));
    });
    assertClose(big, small, 1e-5);
  }));

  it("its gradient is what finite differences show; it leaks nothing; it is 0 for the target", async () => {
    const [features, target, guide] = [drawn(shape, 1), drawn(shape, 2), twoRegions(1)];
    const loss = guidedGram({ image: guide, target: guide });
    for (const each of [loss, relative(loss)] as LayerLoss[]) {
      tf.tidy(() => {
        const prepared = each.prepare(target);
        const { difference, gradient } = slopes((x) => each.distance(x, prepared), features);
        assert.ok(Math.abs(difference - gradient) <= 1e-3 * Math.abs(gradient), `${difference} against ${gradient}`);
        assert.equal(each.distance(target, prepared).dataSync()[0], 0);
      });
      await leaksNothing(() => {
        const prepared = each.prepare(target);
        tf.dispose([each.distance(features, prepared), prepared]);
      });
    }
    tf.dispose([features, target, guide]);
  });

  it("has finite values and gradients for zeros, a constant, one channel and a guide of one pixel", () => tf.tidy(() => {
    const guide = tf.oneHot(tf.tensor1d([40], "int32"), 20 * 28, 1, 0).reshape([20, 28]).toFloat();
    for (const features of [tf.zeros<tf.Rank.R3>(shape), tf.fill<tf.Rank.R3>(shape, 2), drawn([5, 7, 1])]) {
      const loss = guidedGram({ image: guide, target: guide });
      const prepared = loss.prepare(features);
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => loss.distance(x as tf.Tensor3D, prepared))(tf.add(features, 1));
      assert.ok([...numbers(value), ...numbers(grad)].every(Number.isFinite));
    }
  }));

  it("refuses an empty region, bad values, different numbers of regions, and a guide of another shape", () => tf.tidy(() => {
    const ones = tf.ones<tf.Rank.R2>([5, 7]);
    const half = tf.stack([ones, tf.zerosLike(ones)], 2) as tf.Tensor3D;
    assert.throws(() => guidedGram({ image: half, target: half }), /region 1 of the guide of the image is empty/);
    assert.throws(() => guidedGram({ image: ones, target: tf.zeros([5, 7]) }), /region 0 of the guide of the target is empty/);
    assert.throws(() => guidedGram({ image: ones, target: tf.sub(ones, 2) }), /guide of the target has a value of -1: values are from 0, outside, to 1, inside/);
    assert.throws(() => guidedGram({ image: tf.fill([5, 7], NaN), target: ones }), /guide of the image has a value of NaN/);
    assert.throws(() => guidedGram({ image: tf.stack([ones, ones], 2), target: ones }), /image has 2 regions, that of the target 1/);
    assert.throws(() => guidedGram({ image: tf.ones([35]), target: ones }), /guide of the image must be \[height, width\].*got \[35\]/);
    const loss = guidedGram({ image: ones, target: ones });
    assert.throws(() => loss.prepare(drawn([7, 5, 2])), /guide of the target is 5×7, and does not fit its image, which is 7×5/);
    loss.prepare(drawn([2, 3, 2])); // 5×7 halved, the odd row and column left out
  }));
});
