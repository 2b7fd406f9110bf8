import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { inspect } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../src/image";
import { activations } from "../src/losses/activations";
import { fromStatistic, squaredError } from "../src/losses/fromStatistic";
import { gram, gramMatrix } from "../src/losses/gram";
import { totalVariation } from "../src/losses/smoothness";
import type { Network } from "../src/networks/network";
import { normalized } from "../src/networks/normalized";
import { randomVgg } from "../src/networks/vgg";
import { objective } from "../src/objective";
import { content, smoothness, style, type Term } from "../src/terms";
import { assertClose, assertGradientClose, assertPartsClose, leaksNothing } from "./compare";

describe("an objective", () => {
  let network: Network;
  let photo: Image, painting: Image, image: Image;
  const layers = ["relu1_1", "relu2_1"];
  const terms = (): Term[] => [
    content(photo, { layers: ["relu2_2"], weight: 0.5 }), style(painting, { layers, weight: 3 }), smoothness({ weight: 0.1 }),
  ];
  before(async () => {
    network = await randomVgg({ width: 1 / 16 });
    photo = noise([24, 36], { seed: 1 });
    painting = noise([30, 20], { seed: 2 });
    image = noise(photo, { seed: 3 });
  });
  after(() => { network.dispose(); tf.dispose([photo, painting, image]); });

  it("agrees to 1e-5 with the same written by hand", async () => {
    const goal = objective(network, terms());
    const byHand = (x: tf.Tensor): tf.Scalar => {
      const features = network.features(x as Image, ["relu2_2", ...layers]);
      const contentTarget = network.features(photo, ["relu2_2"]);
      const styleTarget = network.features(painting, layers);
      const styles = layers.map((layer) => squaredError(gramMatrix(features(layer)), gramMatrix(styleTarget(layer))));
      return tf.addN([
        tf.mul(squaredError(features("relu2_2"), contentTarget("relu2_2")), 0.5), tf.mul(tf.addN(styles), 3 / 2),
        tf.mul(totalVariation(x as Image), 0.1),
      ]) as tf.Scalar;
    };
    const { value, gradient } = await goal.measure(image);
    const expected = tf.tidy(() => tf.valueAndGrad(byHand)(image));
    assertClose(value, expected.value, 1e-5, "loss");
    assertGradientClose(gradient, expected.grad, 1e-5);
    tf.dispose([expected.value, expected.grad]);
    goal.dispose();
  });

  it("measures the same bytes the first time as every time after it, also with computed filters", async () => {
    const random = await randomVgg({ seed: 3 });
    const computed = normalized(random, photo);
    for (const one of [random, computed]) {
      const goal = objective(one, terms());
      const first = await goal.measure(image);
      for (let i = 0; i < 5; i++) assert.deepEqual(await goal.measure(image), first);
      goal.dispose();
      one.dispose();
    }
  });

  it("measures the same bytes whatever networks of the same shape were used before", async () => {
    const measured = async (seed: number): Promise<unknown> => {
      const random = await randomVgg({ seed });
      const goal = objective(random, terms());
      const found = await goal.measure(image);
      goal.dispose();
      random.dispose();
      return found;
    };
    const first = await measured(4);
    for (const seed of [5, 6, 7]) await measured(seed);
    assert.deepEqual(await measured(4), first);
  });

  it("names every part, weighted and unweighted; the weighted ones add up to the loss", async () => {
    const goal = objective(network, terms());
    const { value, parts, unweighted } = await goal.measure(image);
    assert.deepEqual(Object.keys(parts), ["content relu2_2", "style relu1_1", "style relu2_1", "smoothness"]);
    assert.deepEqual(goal.parts, Object.keys(parts));
    assertClose(value, Object.values(parts).reduce((a, b) => a + b), 1e-6);
    const weights = [0.5, 1.5, 1.5, 0.1];
    assertPartsClose(parts, Object.fromEntries(Object.entries(unweighted).map(([name, v], i) => [name, v * weights[i]])), 1e-6);
    tf.tidy(() => assertClose(tf.sum(goal.losses(image)), value, 1e-6));
    goal.dispose();
  });

  it("still measures a part whose weight is 0", async () => {
    const goal = objective(network, [content(photo, { layers }), style(painting, { layers: { relu1_1: 0 } })]);
    const { parts, unweighted } = await goal.measure(image);
    assert.equal(parts["style relu1_1"], 0);
    assert.ok(unweighted["style relu1_1"] > 0);
    goal.dispose();
  });

  it("gives each layer of a list an equal part of the weight, and takes weights by layer as they are", async () => {
    const weighted = async (layers: Term["layers"]): Promise<Record<string, number>> => {
      const goal = objective(network, [style(painting, { layers, weight: 2 })]);
      const { parts } = await goal.measure(image);
      goal.dispose();
      return { ...parts };
    };
    const [list, named] = [await weighted(["relu1_1", "relu2_1"]), await weighted({ relu1_1: 0.5, relu2_1: 5 })];
    assertClose(named["style relu1_1"], list["style relu1_1"], 1e-6);
    assertClose(named["style relu2_1"], 10 * list["style relu2_1"], 1e-6);
  });

  it("makes one forward pass per target for all terms, and one per measurement", async () => {
    let passes = 0;
    const counting: Network = { ...network, features: (...args) => (passes++, network.features(...args)) };
    const goal = objective(counting, [...terms(), style(painting, { name: "again", layers: ["relu3_1"] })]);
    assert.equal(passes, 2);
    await goal.measure(image);
    assert.equal(passes, 3);
    goal.dispose();
  });

  it("takes a custom loss, in one line", async () => {
    const maxima = fromStatistic((features) => tf.max(features, [0, 1]), "maxima");
    const goal = objective(network, [style(painting, { loss: maxima, layers })]);
    assert.ok((await goal.measure(painting)).value < 1e-10);
    assert.ok((await goal.measure(image)).value > 0);
    goal.dispose();
  });

  it("leaks nothing when disposed, and leaves its network and target images alone", () => leaksNothing(async () => {
    const goal = objective(network, terms());
    await goal.measure(image);
    goal.dispose();
    assert.equal(photo.isDisposed || painting.isDisposed, false);
  }));

  it("leaks nothing when a measurement throws, in the middle of a gradient too", async () => {
    const goal = objective(network, terms());
    await leaksNothing(() => assert.rejects(goal.measure(painting), /same size/));
    goal.dispose();
    const flat = objective(network, [style(painting, { layers, loss: { ...gram(), distance: () => tf.scalar(1) } })]);
    const before = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) await assert.rejects(flat.measure(image), /no gradient with respect to the image: write it with tf operations/);
    assert.ok(tf.memory().numTensors - before <= 5, "tfjs itself leaks one tensor for each such error");
    flat.dispose();
  });

  it("prints as term · layer · loss · weight", () => {
    const goal = objective(network, [content(photo, { layers: ["relu2_2"], weight: 0.5 }), smoothness()]);
    assert.equal(String(goal), "content · relu2_2 · activations · 0.5\nsmoothness · pixels · total variation (meanSquares) · 1");
    assert.equal(inspect(goal), String(goal));
    goal.dispose();
  });

  it("refuses terms, layers, weights, targets and networks that are invalid", () => {
    const refuses = (terms: Term[], message: RegExp): void => assert.throws(() => objective(network, terms), message);
    refuses([], /at least one term/);
    refuses([style(painting), style(photo)], /two terms are called "style"/);
    refuses([content(photo, { layers: ["relu4_22"] })], /no layer relu4_22.*did you mean relu4_2\?/);
    refuses([content(photo, { layers: [] })], /reads no layer/);
    refuses([content(photo, { weight: -1 })], /weight of "content" must be 0 or more, got -1/);
    refuses([content(photo, { weight: NaN })], /got NaN/);
    refuses([style(painting, { layers: { relu1_1: -2 } })], /weight of relu1_1/);
    refuses([content(undefined as never)], /the target of "content" is not an image/);
    refuses([content(Promise.resolve(photo) as never)], /the target of "content" is a promise: write `await`/);
    refuses([content(tf.zeros([4, 3]) as never)], /must be \[height, width, 3\], got \[4, 3\]/);
    assert.throws(() => objective(Promise.resolve(network) as never, [content(photo)]), /with the `await`/);
  });

  it("refuses a photograph and a start of two sizes when content is compared", async () => {
    const goal = objective(network, [content(photo, { layers: ["relu1_1"], loss: activations() })]);
    await assert.rejects(goal.measure(painting), /same size/);
    goal.dispose();
  });
});
