import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { randomVgg } from "../../src/networks/vgg";
import { assertClose, drawn, leaksNothing, numbers } from "../compare";

describe("a random VGG", () => {
  it("is the same for the same seed and another for another", async () => {
    const [a, b, c] = await Promise.all([7, 7, 8].map((seed) => randomVgg({ seed, width: 1 / 16 })));
    const kernel = (network: typeof a): number[] => numbers(network.filters.get("conv4_2")!.kernel);
    assert.deepEqual(kernel(a), kernel(b));
    assert.notDeepEqual(kernel(a), kernel(c));
    [a, b, c].forEach((network) => network.dispose());
  });

  it("gives the same bytes however often it has looked before", async () => {
    const network = await randomVgg({ width: 1 / 8 });
    const image = drawn([48, 48, 3], 3) as tf.Tensor3D;
    const looks = Array.from({ length: 6 }, () => tf.tidy(() => numbers(network.features(image, ["relu4_1"])("relu4_1"))));
    looks.forEach((look, i) => assert.deepEqual(look, looks[0], `look ${i}`));
    tf.dispose(image);
    network.dispose();
  });

  it("has filters of zero mean", async () => {
    const network = await randomVgg({ width: 1 / 16 });
    for (const { kernel } of network.filters.values())
      tf.tidy(() => {
        const means = tf.mean(kernel, [0, 1, 2]);
        assert.ok(tf.max(tf.abs(means)).dataSync()[0] < 1e-5 * tf.max(tf.abs(kernel)).dataSync()[0]);
      });
    network.dispose();
  });

  it("responds with mean 1 and deviation 1 to the image that it was calibrated on", async () => {
    const calibration = tf.tidy(() => tf.sigmoid(drawn([48, 64, 3], 2)) as tf.Tensor3D);
    const network = await randomVgg({ width: 1 / 16, calibration });
    tf.tidy(() => {
      const layers = network.layers.filter((layer) => layer.startsWith("conv"));
      const seen = network.features(calibration, layers);
      for (const layer of layers) {
        const { mean, variance } = tf.moments(seen(layer), [0, 1]);
        assert.ok(tf.max(tf.abs(tf.sub(mean, 1))).dataSync()[0] < 1e-3, `${layer} has mean ${mean}`);
        assertClose(variance, tf.onesLike(variance), 1e-3, layer);
      }
    });
    network.dispose();
    calibration.dispose();
  });

  it("has VGG's layers, and the fraction of its channels that was asked for", async () => {
    const network = await randomVgg({ topology: "vgg16", width: 0.125 });
    assert.equal(network.layers.filter((layer) => layer.startsWith("conv")).length, 13);
    assert.deepEqual(network.filters.get("conv5_3")!.kernel.shape, [3, 3, 64, 64]);
    assert.deepEqual(network.filters.get("conv1_1")!.kernel.shape, [3, 3, 3, 8]);
    network.dispose();
  });

  it("leaves nothing behind once disposed", () => leaksNothing(async () => (await randomVgg({ width: 1 / 16 })).dispose()));

  it("refuses a calibration image that is too small, without a leak, and what is no topology or seed", async () => {
    const small = tf.zeros<tf.Rank.R3>([8, 8, 3]);
    await leaksNothing(() => assert.rejects(randomVgg({ calibration: small, width: 1 / 16 }), /8×8 is too small for pool5 of random vgg19/));
    small.dispose();
    await assert.rejects(randomVgg({ topology: "vgg18" as "vgg19" }), /no topology vgg18; did you mean vgg19\?/);
    await assert.rejects(randomVgg({ seed: NaN }), /a seed is a whole number, got NaN/);
  });

  it("refuses a width that is no fraction", () => assert.rejects(randomVgg({ width: 0 }), /fraction of the channels of vgg19/));
});
