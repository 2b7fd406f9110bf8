// What is disposed says so, and what to do.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../../src/image";
import { minimize, type Step } from "../../src/minimize/minimize";
import { movingAverage } from "../../src/minimize/movingAverage";
import type { Network } from "../../src/networks/network";
import { randomVgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { adam } from "../../src/optimizers/adam";
import { saveImage } from "../../src/platform/files/saveImage";
import { content } from "../../src/terms";

describe("what was given back", () => {
  let network: Network;
  let start: Image;
  before(async () => {
    network = await randomVgg({ width: 1 / 16 });
    start = noise([16, 16], { seed: 1 });
  });
  after(() => { network.dispose(); start.dispose(); });
  const terms = () => [content(noise([16, 16], { seed: 2 }), { layers: ["relu1_1"] })];

  it("a step's image that was kept says to clone it, however it is used", async () => {
    const goal = objective(network, terms());
    const kept: (Step & { average: Image })[] = [];
    const tensors = tf.memory().numTensors;
    for await (const step of movingAverage(minimize(goal, { start, optimizer: adam(), steps: 2 }))) kept.push(step);
    assert.equal(tf.memory().numTensors, tensors);
    const uses: Record<string, (image: Image) => unknown> = {
      data: (image) => image.data(),
      dataSync: async (image) => image.dataSync(),
      clone: async (image) => image.clone(),
      method: async (image) => image.add(1),
      operation: async (image) => tf.mean(image),
      features: async (image) => network.features(image, ["relu1_1"]),
      measure: (image) => goal.measure(image),
      start: (image) => minimize(goal, { start: image }).next(),
      save: (image) => saveImage(image, "/nowhere/x.png"),
    };
    for (const { image, average } of kept)
      for (const [name, use] of Object.entries(uses)) {
        // Where an image is checked first, the message names what it was for.
        const own = /was disposed; keep a clone\(\)/.source;
        await assert.rejects(async () => use(image), new RegExp(`step\\.image was disposed .*clone to keep, .*step\\.image\\.clone|${own}`), name);
        await assert.rejects(async () => use(average), new RegExp(`step\\.average was disposed .*clone to keep|${own}`), name);
      }
    kept[0].image.dispose();
    assert.ok(kept[0].image.isDisposed);
    goal.dispose();
  });

  it("an objective that was disposed says so, also in a loop that it is taken from", async () => {
    const goal = objective(network, terms());
    const loop = minimize(goal, { start, steps: 5 });
    await loop.next();
    goal.dispose();
    goal.dispose();
    const disposed = /this objective was disposed.*create it again/;
    await assert.rejects(goal.measure(start), disposed);
    assert.throws(() => goal.losses(start), disposed);
    await assert.rejects(loop.next(), disposed);
    await assert.rejects(minimize(goal, { start, steps: 1 }).next(), disposed);
  });
});
