// What figures of control measure, on images whose answer is known.
import assert from "node:assert/strict";
import { before, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { matchColor, withColor } from "../../src/color/matchColor";
import { chromaDifference } from "../../src/figures/gatys2017Color";
import { scaleDistances } from "../../src/figures/gatys2017Scale";
import { gramDistances, isNearest } from "../../src/figures/gramDistances";
import type { Descent } from "../../src/figures/descents";
import { leadOf } from "../../src/figures/gatys2016Optimizers";
import { noise, resize } from "../../src/image";
import { randomVgg } from "../../src/networks/vgg";
import { engine } from "../../src/platform/engine/engine";
import { sample } from "../../src/platform/files/sample";
import { leaksNothing } from "../compare";

before(() => engine());

it("chroma is the photograph's where only the luminance is another, and is not where a color is", () => leaksNothing(async () => {
  const photo = await sample("valley", { cover: [16, 16] });
  const [gray, tinted] = [noise(photo, { seed: 1, strength: 0.2 }), tf.add<tf.Tensor3D>(photo, [0.01, 0, 0])];
  const kept = withColor(gray, photo);
  assert.ok((await chromaDifference(kept, photo)).difference < 1e-6);
  const { difference } = await chromaDifference(tinted, photo);
  assert.ok(Math.abs(difference - 0.00615) < 1e-5, `V of 0.01 red: ${difference}`);
  assert.ok((await chromaDifference(gray, photo)).difference > 1e-2);
  tf.dispose([photo, gray, tinted, kept]);
}));

it("chroma says how much is clipped, and nothing where all is", () => leaksNothing(async () => {
  const [photo, half, white] = [tf.fill([2, 2, 3], 0.5), tf.tensor3d([[[1, 0.5, 0.5], [0.5, 0.5, 0.5]], [[0, 0.5, 0.5], [0.5, 0.5, 0.5]]]), tf.ones([2, 2, 3])] as tf.Tensor3D[];
  assert.deepEqual(await chromaDifference(half, photo), { difference: 0, clipped: 0.5 });
  assert.deepEqual(await chromaDifference(white, photo), { difference: NaN, clipped: 1 });
  tf.dispose([photo, half, white]);
}));

it("a painting is nearest to itself, and no other is", () => leaksNothing(async () => {
  const network = await randomVgg({ width: 1 / 16, pooling: "average" });
  const [strokes, woodcut] = [await sample("strokes", { cover: [32, 32] }), await sample("woodcut", { cover: [32, 32] })];
  const distances = await gramDistances(network, strokes, [strokes, woodcut]);
  assert.ok(isNearest(distances, 0) && !isNearest(distances, 1));
  assert.ok(!isNearest([1, 1], 0), "of two that are equally near, neither is the nearest");
  tf.dispose([strokes, woodcut]);
  network.dispose();
}));

it("of an image with the coarse structure of one painting and the fine of another, each is found at its scale", () => leaksNothing(async () => {
  const network = await randomVgg({ width: 1 / 8, pooling: "average" });
  const [strokes, other] = [await sample("strokes", { cover: [64, 64] }), await sample("woodcut", { cover: [64, 64] })];
  const woodcut = await matchColor(other, strokes, { matching: "pca" }); // as in the figure: colors shall not tell them apart
  const coarseOf = (image: tf.Tensor3D): tf.Tensor3D => resize(resize(image, { exactly: [16, 16] }), { exactly: [64, 64] });
  const mixed = tf.tidy(() => tf.clipByValue(tf.add(coarseOf(strokes), tf.sub(woodcut, coarseOf(woodcut))), 0, 1) as tf.Tensor3D);
  const { fine, coarse } = await scaleDistances(network, mixed, [strokes, woodcut]);
  assert.ok(isNearest(coarse, 0) && !isNearest(coarse, 1), `coarse: ${coarse}`);
  assert.ok(isNearest(fine, 1) && !isNearest(fine, 0), `fine: ${fine}`);
  tf.dispose([strokes, other, woodcut, mixed]);
  network.dispose();
}));

it("the lead of an optimizer is taken where the first descent ends", () => {
  const descent = (evaluations: number[], seconds: number[], loss: number[]): Descent => ({ evaluations, seconds, loss });
  const descents = {
    slow: descent([1, 2, 3], [0, 1, 2], [8, 6, 4]), best: descent([1, 3, 4], [0, 4, 5], [8, 2, 1]),
  };
  assert.equal(leadOf(descents, "best", "evaluations"), 4 / 2);
  assert.equal(leadOf(descents, "slow", "evaluations"), 2 / 4, "the other way around the claim is false");
  assert.equal(leadOf(descents, "best", "seconds"), 4 / 8, "in time it has not begun");
});
