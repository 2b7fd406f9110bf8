import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { estimate, mustFit } from "../src/estimate/estimate";
import { noise, type Image } from "../src/image";
import { guidedGram } from "../src/losses/guidedGram";
import type { Regularizer } from "../src/losses/loss";
import { propagate } from "../src/masks/propagate";
import type { Network } from "../src/networks/network";
import { randomVgg } from "../src/networks/vgg";
import { objective, type Objective } from "../src/objective";
import { adam } from "../src/optimizers/adam";
import { fourier } from "../src/optimizers/fourier";
import { lbfgs } from "../src/optimizers/lbfgs";
import { reparameterize } from "../src/optimizers/reparameterize";
import { content, smoothness, style } from "../src/terms";
import { perLayer } from "../src/weighting/termWeights";
import { assertClose, leaksNothing } from "./compare";

describe("an estimate", () => {
  let network: Network;
  let photo: Image;
  let goal: Objective;
  let passes = 0;
  before(async () => {
    const random = await randomVgg({ width: 1 / 16 });
    network = { ...random, features: (...given) => (passes++, random.features(...given)) };
    photo = noise([48, 72], { seed: 1 });
    goal = objective(network, [content(photo, { layers: ["relu2_2"] }), style(photo, { layers: ["relu1_1", "relu3_1"] }), smoothness()]);
  });
  after(() => { goal.dispose(); network.dispose(); photo.dispose(); });

  it("grows linearly with the number of pixels, whatever the proportions", async () => {
    const at = async (height: number, width: number): Promise<number> => (await estimate(goal, [height, width], { optimizer: adam() })).bytes;
    const [small, wide, twice, thrice] = [await at(200, 300), await at(300, 200), await at(200, 600), await at(600, 300)];
    assert.equal(small, wide);
    assert.ok(twice > small);
    assertClose(thrice - small, 2 * (twice - small), 1e-9);
  });

  it("gives the time of a step: by a clock that only the loss advances, 2 µs a pixel, and 5 s the first time", async ({ mock }) => {
    let clock = 0;
    mock.method(performance, "now", () => clock);
    const sizes = new Set<string>();
    const waiting: Regularizer = {
      name: "waiting",
      distance(image) {
        if (!sizes.has(image.shape.join())) clock += 5000; // as an engine that builds a session
        sizes.add(image.shape.join());
        clock += 0.002 * image.shape[0] * image.shape[1];
        return tf.mean(tf.square(image)) as tf.Scalar;
      },
    };
    const slow = objective(network, [{ ...smoothness(), loss: waiting }]);
    for (const [height, width] of [[512, 512], [1024, 2048]]) {
      const { seconds } = await estimate(slow, [height, width], { optimizer: adam() });
      assertClose(seconds, 2e-6 * height * width, 1e-6);
    }
    slow.dispose();
  });

  it("separates fixed memory from memory per pixel, also where one small pass already takes seconds", async ({ mock }) => {
    let clock = 0;
    mock.method(performance, "now", () => clock);
    const large: Regularizer = { // 4 MB at any size
      name: "large",
      distance: (image) => tf.add(tf.mean(tf.square(image)), tf.mul(tf.mean(tf.square(tf.ones([1e6]))), 0)) as tf.Scalar,
    };
    const bytes: number[] = [];
    for (const perPixel of [0.001, 0.3]) { // 0.3 ms a pixel: 2.8 s at the smallest size
      const goal = objective(network, [{ ...smoothness(), loss: { name: `large, ${perPixel}`, distance: (image: tf.Tensor3D) => {
        clock += perPixel * image.shape[0] * image.shape[1];
        return large.distance(image);
      } } }]);
      const found = await estimate(goal, [1024, 1024], { optimizer: adam() });
      assertClose(found.seconds, perPixel / 1000 * 2 ** 20, 1e-6);
      bytes.push(found.bytes);
      goal.dispose();
    }
    assertClose(bytes[1], bytes[0], 0.01);
  });

  it("is the same for an image as for its size, and counts the optimizer's state", async () => {
    assert.equal((await estimate(goal, photo)).bytes, (await estimate(goal, [48, 72])).bytes);
    const bytes = async (memory?: number): Promise<number> => (await estimate(goal, [500, 400], { optimizer: lbfgs({ memory }) })).bytes;
    const pair = 2 * (500 * 400 * 3 * 4);
    const few = await bytes(5);
    for (const [memory, length] of [[undefined, 20], [60, 60]]) assertClose(await bytes(memory) - few, (length! - 5) * pair, 1e-6);
  });

  it("measures once: a later estimate for the same network and losses runs no pass, whatever targets and weights", async () => {
    await estimate(goal, [100, 100]);
    const other = objective(network, goal.terms.map((term) => ({ ...term, target: term.target && photo, weight: 7 })));
    passes = 0;
    await estimate(other, [3000, 2000]);
    assert.equal(passes, 0);
    other.dispose();
  });

  it("leaves nothing behind, and the objective as it was", async () => {
    const measured = await goal.measure(photo);
    const deeper = objective(network, [content(photo, { layers: ["relu4_2"] })]);
    await leaksNothing(() => estimate(deeper, [64, 64]));
    deeper.dispose();
    assert.deepEqual(await goal.measure(photo), measured);
  });

  it("gives the largest size that fits: that one does, and one slightly larger does not", async () => {
    const limit = 2e9;
    const { fits, largest } = await estimate(goal, [30_000, 20_000], { limit });
    assert.ok(!fits);
    const [height, width] = largest;
    assert.ok((await estimate(goal, [height, width], { limit })).fits);
    assert.ok(!(await estimate(goal, [height + 3, width + 2], { limit })).fits);
    assert.ok(Math.abs(height / width - 1.5) < 2 / width);
  });

  it("refuses a run that would not fit, with the size that would, and accepts one that does", async () => {
    const limit = 2e9;
    const error: unknown = await mustFit(goal, [30_000, 20_000], { limit }).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof RangeError);
    const message = /^a run at 30000×20000 would take [\d.e+]+ GB, and 2.0 GB are available: the largest of these proportions that fits is (\d+)×(\d+)$/;
    const [height, width] = message.exec(error.message)!.slice(1).map(Number);
    await mustFit(goal, [height, width], { limit });
    await assert.rejects(mustFit(goal, [height + 3, width + 2], { limit }), /the largest of these proportions that fits/);
    await mustFit(goal, [300, 200], { limit });
    await mustFit(goal, photo);
    await assert.rejects(mustFit(goal, [1000, 1000], { limit: 1e6 }), /the largest of these proportions that fits is 0×0/);
  });

  it("takes several targets in one term, and an optimizer over other parameters than pixels", async () => {
    const blend = [{ image: photo, weight: 1 }, { image: noise([30, 45], { seed: 2 }), weight: 2 }];
    const blended = objective(network, [content(photo, { layers: ["relu2_2"] }), style(blend, { layers: ["relu1_1"] })]);
    const { bytes, seconds } = await estimate(blended, [480, 720], { optimizer: reparameterize(fourier(), adam({ clip: false })) });
    assert.ok(bytes > 1e8 && seconds > 0);
    blended.dispose();
    blend[1].image.dispose();
  });

  it("takes losses with masks, of the image's size or of each layer's: they fit the small copies as well", async () => {
    const left = tf.tidy(() => tf.concat([tf.ones<tf.Rank.R2>([48, 36]), tf.zeros<tf.Rank.R2>([48, 36])], 1));
    const layers = ["relu1_1", "relu3_1"] as const;
    const inside = await propagate(network, left, layers, { propagation: "inside" });
    const masked = objective(network, [
      style(photo, { loss: guidedGram({ image: left, target: left }), layers: ["relu2_1"], name: "whole" }),
      ...perLayer(style(photo, { layers: [...layers] }), (layer) => guidedGram({ image: inside[layer as "relu1_1"], target: inside[layer as "relu1_1"] })),
    ]);
    const [plain, found] = [await estimate(goal, [480, 720]), await estimate(masked, [480, 720])];
    assert.ok(found.bytes > plain.bytes / 2 && found.bytes < 4 * plain.bytes && found.seconds > 0, `${plain} and ${found}`);
    masked.dispose();
    tf.dispose([left, inside]);
  });

  it("prints as one sentence", async () =>
    assert.match(String(await estimate(goal, [30_000, 20_000], { limit: 1e9 })),
      /^[\d.e+]+ s a step and [\d.e+]+ GB at 30000×20000, more than is available; the largest that fits is \d+×\d+$/));

  it("says what is wrong with an invalid size", async () => {
    for (const size of [[0, 5], [5.5, 5], [5]]) await assert.rejects(estimate(goal, size as never), /a size is \[height, width\]/);
    await assert.rejects(estimate(goal, Promise.resolve(photo) as never), /is a promise: write `await`/);
    await assert.rejects(estimate(goal, tf.tidy(() => tf.zeros([4, 4, 1])) as never), /must be \[height, width, 3\]/);
  });
});
