import assert from "node:assert/strict";
import { before, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { adain, channelMoments } from "../../src/onepass/adain";
import { adainLoss } from "../../src/onepass/adainLoss";
import { meanAndCovariance, wct } from "../../src/onepass/wct";
import { engine } from "../../src/platform/engine/engine";
import { assertClose } from "../compare";

before(() => engine());

const features = (shape: [number, number, number], seed: number): tf.Tensor3D =>
  tf.tidy(() => tf.add(tf.mul(tf.randomNormal(shape, 0, 1, "float32", seed), tf.add(tf.range(0, shape[2]), 0.5)), seed) as tf.Tensor3D);

it("AdaIN has the means and deviations of the style, and the content's order in each channel", () => tf.tidy(() => {
  const [content, style] = [features([7, 5, 4], 1), features([6, 9, 4], 2)];
  const moved = adain(content, style);
  const [found, wanted] = [moved, style].map(channelMoments);
  assertClose(found.mean, wanted.mean, 1e-5);
  assertClose(found.deviation, wanted.deviation, 1e-5);
  // By hand, one number: channel 2 at row 3, column 1.
  const channel = (x: tf.Tensor3D): number[] => x.arraySync().flat().map((values) => values[2]);
  const mean = (x: number[]): number => x.reduce((sum, value) => sum + value, 0) / x.length;
  const deviation = (x: number[]): number => Math.sqrt(mean(x.map((value) => (value - mean(x)) ** 2)) + 1e-5);
  const [x, y] = [channel(content), channel(style)];
  const byHand = deviation(y) * (x[3 * 5 + 1] - mean(x)) / deviation(x) + mean(y);
  assert.ok(Math.abs(moved.arraySync()[3][1][2] - byHand) < 1e-4, `${moved.arraySync()[3][1][2]} and ${byHand}`);
}));

it("AdaIN of features with themselves changes nothing, and of a part with the moments of the whole is that part", () => tf.tidy(() => {
  const [content, style] = [features([8, 6, 3], 3), features([4, 4, 3], 4)];
  assertClose(adain(content, content), content, 1e-5);
  const part = tf.slice(content, [2, 1, 0], [3, 4, 3]);
  const whole = adain(content, style);
  assertClose(adain(part, style, { moments: channelMoments(content) }), tf.slice(whole, [2, 1, 0], [3, 4, 3]), 1e-5);
}));

it("features of different layers are refused, with both shapes", async () => {
  const [content, style] = [features([4, 4, 3], 1), features([4, 4, 5], 1)];
  assert.throws(() => adain(content, style), /\[4, 4, 3\] and the style's \[4, 4, 5\]: take both from the same layer/);
  await assert.rejects(wct(content, style), /same layer/);
  tf.dispose([content, style]);
});

it("WCT has the means and covariances of the style", async () => {
  const mix = tf.randomNormal([6, 6], 0, 1, "float32", 9) as tf.Tensor2D;
  const content = features([12, 10, 6], 1);
  const style = tf.tidy(() => tf.reshape(tf.matMul(tf.reshape(features([9, 11, 6], 2), [-1, 6]), mix), [9, 11, 6])) as tf.Tensor3D;
  const before = tf.memory().numTensors;
  const moved = await wct(content, style);
  assert.equal(tf.memory().numTensors, before + 1);
  tf.tidy(() => {
    const [found, wanted] = [moved, style].map(meanAndCovariance);
    assertClose(found.mean, wanted.mean, 1e-4);
    assertClose(found.covariance, wanted.covariance, 1e-4);
  });
  tf.dispose([mix, content, style, moved]);
});

it("WCT leaves out directions in which the content does not vary, instead of making noise of them", async () => {
  const content = tf.tidy(() => tf.concat([features([8, 8, 2], 1), tf.fill([8, 8, 1], 0.5)], 2)) as tf.Tensor3D;
  const style = features([8, 8, 3], 2);
  const moved = await wct(content, style);
  assert.ok((await moved.data()).every(Number.isFinite));
  const [found, wanted] = await Promise.all([moved, style].map((x) => tf.tidy(() => meanAndCovariance(x).covariance).array()));
  const trace = (matrix: number[][]): number => matrix.reduce((sum, row, i) => sum + row[i], 0);
  assert.ok(trace(found) <= trace(wanted) * 1.001, `${trace(found)} of ${trace(wanted)}`);
  tf.dispose([content, style, moved]);
});

it("the loss of a decoder is 0 for the target in the painting's style, 1 for twice of both, and its gradient is that of differences", () => tf.tidy(() => {
  const layers = { layer: "deep", styleLayers: ["deep"] };
  const target = tf.stack([features([4, 3, 2], 1), features([4, 3, 2], 2)]) as tf.Tensor4D;
  const style = tf.stack([features([5, 4, 2], 3), features([5, 4, 2], 4)]) as tf.Tensor4D;
  const of = (x: tf.Tensor4D): Map<string, tf.Tensor4D> => new Map([["deep", x]]);
  const same = adainLoss(target, of(target), of(target), layers);
  assert.equal(same.content.dataSync()[0], 0);
  assert.equal(same.style.dataSync()[0], 0);
  const total = (x: tf.Tensor4D): tf.Scalar => {
    const { content, style: statistics } = adainLoss(target, of(x), of(style), layers);
    return tf.add(content, statistics);
  };
  // Constant features have no deviation: (2 − 1)² over 1² is the style's part of each layer, and the content's too.
  const [two, one] = [2, 1].map((value) => tf.fill([1, 3, 3, 2], value) as tf.Tensor4D);
  const apart = adainLoss(one, of(two), of(one), layers);
  assertClose(apart.content, 1, 1e-4);
  assertClose(apart.style, 1, 1e-4);
  const direction = tf.randomNormal(target.shape, 0, 1, "float32", 5) as tf.Tensor4D;
  const at = tf.mul(target, 0.7) as tf.Tensor4D;
  const step = 1e-2;
  const [up, down] = [step, -step].map((by) => total(tf.add(at, tf.mul(direction, by))).dataSync()[0]);
  const slope = tf.sum(tf.mul(tf.grad((x) => total(x as tf.Tensor4D))(at), direction)).dataSync()[0];
  assert.ok(Math.abs(slope - (up - down) / (2 * step)) < 1e-3 * Math.abs(slope), `${slope} and ${(up - down) / (2 * step)}`);
}));
