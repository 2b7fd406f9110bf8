import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { poolings } from "../../src/networks/architectures/operation";
import { normalized } from "../../src/networks/normalized";
import { randomVgg, vggFrom, type Vgg } from "../../src/networks/vgg";
import { assertClose, drawn, leaksNothing, numbers } from "../compare";

describe("the paper's normalized network", () => {
  let network: Vgg;
  let images: tf.Tensor3D[];
  const relus = (of: Vgg): string[] => of.layers.filter((layer) => layer.startsWith("relu"));
  before(async () => {
    network = await randomVgg({ seed: 4, width: 1 / 16 });
    images = [1, 2].map((seed) => tf.tidy(() => tf.sigmoid(drawn([32, 48, 3], seed)) as tf.Tensor3D));
  });
  after(() => { network.dispose(); tf.dispose(images); });

  for (const pooling of poolings) {
    it(`with ${pooling} pooling has mean response 1 in every channel of every layer, over its images`, () => tf.tidy(() => {
      const scaled = normalized(vggFrom(network.filters, { ...network, pooling }), images);
      const [first, second] = images.map((image) => scaled.features(image, relus(scaled)));
      for (const layer of relus(scaled)) {
        const mean = tf.div(tf.add(tf.mean(first(layer), [0, 1]), tf.mean(second(layer), [0, 1])), 2);
        assertClose(mean, tf.onesLike(mean), 1e-4, layer);
      }
    }));

    it(`with ${pooling} pooling responds as the network it was made from, each channel over its mean`, () => tf.tidy(() => {
      const original = vggFrom(network.filters, { ...network, pooling });
      const scaled = normalized(original, images);
      const other = tf.sigmoid(drawn([24, 40, 3], 9)) as tf.Tensor3D;
      for (const layer of ["relu1_2", "relu3_1", "relu5_4"]) {
        const seen = images.map((image) => tf.mean(original.features(image, [layer])(layer), [0, 1]));
        const mean = tf.div(tf.add(seen[0], seen[1]), 2);
        assertClose(scaled.features(other, [layer])(layer), tf.div(original.features(other, [layer])(layer), mean), 1e-3, layer);
      }
    }));
  }

  it("takes the mean over places, so that a large image counts for more than a small one", () => tf.tidy(() => {
    const large = tf.tidy(() => tf.tile(images[1], [2, 2, 1]) as tf.Tensor3D);
    const scaled = normalized(network, [images[0], large]);
    const sums = [images[0], large].map((image) => tf.sum(scaled.features(image, ["relu2_1"])("relu2_1"), [0, 1]));
    const mean = tf.div(tf.add(sums[0], sums[1]), 16 * 24 + 32 * 48);
    assertClose(mean, tf.onesLike(mean), 1e-4);
  }));

  it("does not magnify a channel that hardly responds: no mean counts for less than 1 % of its layer's", () => tf.tidy(() => {
    const filters = new Map(network.filters);
    const { kernel, bias } = filters.get("conv2_1")!;
    const dim = tf.tensor1d([1e-6, ...Array(bias.size - 1).fill(1)]);
    filters.set("conv2_1", { kernel: tf.mul(kernel, dim), bias: tf.mul(bias, dim) });
    const dimmed = vggFrom(filters, network);
    const means = (of: Vgg): number[] => numbers(tf.mean(of.features(images[0], ["relu2_1"])("relu2_1"), [0, 1]));
    const before = means(dimmed);
    const after = means(normalized(dimmed, images[0]));
    const layer = before.reduce((a, b) => a + b) / before.length;
    assertClose(after[0], before[0] / (0.01 * layer), 1e-3);
    assertClose(after.slice(1), after.slice(1).map(() => 1), 1e-3);
  }));

  it("stays finite where a whole layer is silent", () => tf.tidy(() => {
    const filters = new Map(network.filters);
    const { kernel } = filters.get("conv1_1")!;
    filters.set("conv1_1", { kernel, bias: tf.fill([kernel.shape[3]], -1e6) });
    const scaled = normalized(vggFrom(filters, network), images);
    for (const { kernel, bias } of scaled.filters.values())
      for (const values of [kernel, bias]) assert.ok(tf.all(tf.isFinite(values)).dataSync()[0]);
  }));

  it("owns its filters and nothing else", () => leaksNothing(() => normalized(network, images).dispose()));

  it("asks for at least one image", () => assert.throws(() => normalized(network, []), /at least one image/));
});
