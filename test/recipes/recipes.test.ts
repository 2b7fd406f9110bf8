// The loss that comes with an image is the loss of that image, from recipes, loops and live views; and searches from noise end smooth.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../../src/image";
import { activations } from "../../src/losses/activations";
import { gram } from "../../src/losses/gram";
import { relative } from "../../src/losses/relative";
import { best, measureClipped, type Result } from "../../src/minimize/best";
import { minimize } from "../../src/minimize/minimize";
import { randomVgg, vgg19Mini, type Vgg } from "../../src/networks/vgg";
import { live } from "../../src/notebook/live";
import { objective, type Objective } from "../../src/objective";
import { lbfgs } from "../../src/optimizers/lbfgs";
import { sample } from "../../src/platform/files/sample";
import { reconstruct, texture } from "../../src/recipes/fromNoise";
import { transfer } from "../../src/recipes/transfer";
import { transferTerms } from "../../src/recipes/transferTerms";
import { specOf } from "../../src/spec";
import { starts } from "../../src/starts";
import { content, style } from "../../src/terms";
import { leaksNothing, numbers } from "../compare";

describe("the loss of a result", () => {
  let network: Vgg;
  let photo: Image, painting: Image;
  before(async () => {
    network = await randomVgg({ width: 1 / 16 });
    [photo, painting] = [await sample("valley", { cover: [48, 48] }), await sample("mosaic", { cover: [48, 48] })];
  });
  after(() => { network.dispose(); tf.dispose([photo, painting]); });

  const isTrueOf = async (goal: Objective, { image, loss }: Pick<Result, "image" | "loss">): Promise<void> => {
    assert.equal((await goal.measure(image)).value, loss);
    goal.dispose();
    image.dispose();
  };
  const inRange = (image: Image): boolean => numbers(image).every((value) => value >= 0 && value <= 1);

  it("texture: 40 steps of L-BFGS leave 0…1, and the loss is that of the clipped image", async () => {
    let lowest = Infinity;
    const result = await texture(network, painting, {
      layers: ["relu1_1"], steps: 40, each: ({ loss }) => { lowest = Math.min(lowest, loss); },
    });
    assert.ok(inRange(result.image));
    assert.ok(result.loss > 100 * lowest, `the loop came to ${lowest}, its clipped image to ${result.loss}`);
    await isTrueOf(objective(network, [style(painting, { layers: ["relu1_1"], loss: relative(gram()) })]), result);
  });

  it("reconstruct and transfer", async () => {
    const contentTerm = content(photo, { layers: ["relu2_1"], loss: relative(activations()) });
    await isTrueOf(objective(network, [contentTerm]), await reconstruct(network, photo, { layer: "relu2_1", steps: 10 }));
    await isTrueOf(objective(network, transferTerms(photo, painting)), await transfer(network, photo, painting, { steps: 10 }));
  });

  it("best() and a live view return the image as it was measured, which may leave 0…1", async () => {
    const goal = objective(network, [style(painting, { loss: relative(gram()) })]);
    const view = live();
    const result = await best(minimize(goal, { start: noise(painting), optimizer: lbfgs(), steps: 40 }), view.update);
    const seen = view.best();
    assert.ok(!inRange(result.image), "nothing to clip");
    assert.deepEqual(numbers(seen), numbers(result.image));
    assert.equal(result.loss, Math.min(...view.history.loss));
    seen.dispose();
    await isTrueOf(goal, result);
  });

  it("measureClipped() clips, measures, disposes what it was given and leaks nothing", async () => {
    const goal = objective(network, [style(painting, { loss: relative(gram()) })]);
    await goal.measure(painting);
    await leaksNothing(async () => {
      const image = tf.add(painting, 0.5) as Image;
      const measured = await measureClipped(goal, image);
      assert.ok(image.isDisposed && inRange(measured.image));
      assert.deepEqual((await goal.measure(measured.image)).parts, measured.parts);
      measured.image.dispose();
      await assert.rejects(measureClipped({ ...goal, measure: () => Promise.reject(new Error("mine")) }, tf.clone(painting)), /mine/);
    });
    goal.dispose();
  });
});

/** The mean difference of neighboring pixels: how fine and how strong an image's structure is. */
function neighborDifference(image: Image): number {
  const [height, width] = image.shape;
  const v = numbers(image);
  let [sum, count] = [0, 0];
  for (let r = 0; r < height; r++) for (let c = 0; c < width; c++) for (let k = 0; k < 3; k++)
    for (const [below, beside] of [[1, 0], [0, 1]]) {
      if (r + below >= height || c + beside >= width) continue;
      sum += Math.abs(v[((r + below) * width + c + beside) * 3 + k] - v[(r * width + c) * 3 + k]);
      count++;
    }
  return sum / count;
}

describe("a search from noise", () => {
  let network: Vgg;
  let source: Image;
  before(async () => {
    network = await vgg19Mini();
    source = await sample("valley", { cover: [40, 40] });
  });
  after(() => { network.dispose(); source.dispose(); });

  for (const [name, recipe] of [["texture", texture], ["reconstruct", reconstruct]] as const)
    it(`${name} ends at most 1.5 times as rough as its source, at a low loss`, async () => {
      const { image, loss } = await recipe(network, source, { steps: 60 });
      const ratio = neighborDifference(image) / neighborDifference(source);
      assert.ok(ratio < 1.5, `${ratio} times as rough`);
      assert.ok(loss < 0.05, `loss ${loss}`);
      image.dispose();
    });

  it("named \"noise\" is weak, unless its strength is asked for", () => tf.tidy(() => {
    const inputs = { photo: undefined, painting: undefined, like: source, seed: 3 };
    const spec = specOf(starts, "start", "noise");
    const spread = (options: { strength?: number }): number => {
      const values = numbers(spec.make(options)(inputs));
      return Math.max(...values) - Math.min(...values);
    };
    assert.ok(spread({}) <= 0.1);
    assert.ok(spread({ strength: 1 }) > 0.9);
  }));
});
