import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, resize, type Image } from "../../src/image";
import { gram } from "../../src/losses/gram";
import { relative } from "../../src/losses/relative";
import type { Network } from "../../src/networks/network";
import { randomVgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { texture } from "../../src/recipes/fromNoise";
import { style } from "../../src/terms";

describe("scale control", () => {
  let network: Network;
  let coarse: Image, fine: Image;
  before(async () => {
    network = await randomVgg({ width: 1 / 8 });
    // Large patches, and grain of another color.
    [coarse, fine] = tf.tidy(() => [resize(noise([4, 6], { seed: 1 }), { exactly: [32, 48] }),
      tf.mul<tf.Tensor3D>(noise([32, 48], { seed: 2 }), tf.tensor1d([1, 0.6, 0.3]))]);
  });
  after(() => { network.dispose(); tf.dispose([coarse, fine]); });

  const distance = async (image: Image, painting: Image, layer: string): Promise<number> => {
    const goal = objective(network, [style(painting, { layers: [layer], loss: relative(gram()) })]);
    try {
      return (await goal.measure(image)).value;
    } finally {
      goal.dispose();
    }
  };
  /** Means over areas of 8×8 pixels: the large shapes alone. */
  const shapes = (image: Image): number[] => tf.tidy(() => {
    const small = tf.avgPool(image, 8, 8, "valid");
    return Array.from(tf.sub(small, tf.mean(small, [0, 1])).dataSync());
  });
  const correlation = (a: number[], b: number[]): number =>
    a.reduce((sum, value, i) => sum + value * b[i], 0) / (Math.hypot(...a) * Math.hypot(...b));

  it("a texture that starts from one painting and matches the first layer of another has the shapes of the first and the grain of the second", async () => {
    const { image } = await texture(network, fine, { layers: ["relu1_1"], start: coarse, steps: 40 });
    assert.ok(await distance(image, fine, "relu1_1") < 0.1 * await distance(coarse, fine, "relu1_1"));
    assert.ok(correlation(shapes(image), shapes(coarse)) > 0.5);
    assert.ok(Math.abs(correlation(shapes(image), shapes(fine))) < 0.3);
    image.dispose();
  });
});
