import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../../src/image";
import { adain } from "../../src/onepass/adain";
import { adainNetwork, type AdainNetwork } from "../../src/onepass/adainNetwork";
import { stylizeInOnePass } from "../../src/onepass/stylizeInOnePass";
import { engine } from "../../src/platform/engine/engine";
import { assertClose } from "../compare";
import { randomDecoder } from "./passes";

describe("one pass", () => {
  let network: AdainNetwork;
  let [photo, one, other]: Image[] = [];
  before(async () => {
    await engine();
    photo = tf.tidy(() => tf.mul(noise([30, 45], { seed: 1 }), tf.linspace(0.2, 1, 45).reshape([1, 45, 1])));
    [one, other] = [noise([24, 40], { seed: 2, strength: 0.5 }), noise([32, 32], { seed: 3 })];
    network = await adainNetwork({ file: await randomDecoder("relu3_1") });
  });
  after(() => network.dispose());

  it("is decoder, AdaIN and encoder one after the other, in the photograph's size, and leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const painted = await stylizeInOnePass(network, photo, one);
    assert.equal(tf.memory().numTensors, before + 1);
    assert.deepEqual(painted.shape, [30, 45, 3]);
    tf.tidy(() => {
      const byHand = network.decode(adain(network.encode(photo), network.encode(one)));
      assertClose(painted, tf.slice(byHand, [0, 0, 0], [30, 45, 3]), 1e-6);
    });
    painted.dispose();
  });

  it("gives the decoded photograph at alpha 0, and its features move with alpha", async () => {
    const painted = await stylizeInOnePass(network, photo, one, { alpha: 0 });
    const half = await stylizeInOnePass(network, photo, one, { alpha: 0.5 });
    tf.tidy(() => {
      const content = network.encode(photo);
      assertClose(painted, tf.slice(network.decode(content), [0, 0, 0], [30, 45, 3]), 1e-6);
      const between = tf.div(tf.add(content, adain(content, network.encode(one))), 2) as tf.Tensor3D;
      assertClose(half, tf.slice(network.decode(between), [0, 0, 0], [30, 45, 3]), 1e-5);
    });
    tf.dispose([painted, half]);
  });

  it("averages paintings by their weights, whatever their sum", async () => {
    const [a, b, c] = await Promise.all([[3, 1], [0.3, 0.1], [1, 0]].map(([first, second]) =>
      stylizeInOnePass(network, photo, [{ image: one, weight: first }, { image: other, weight: second }])));
    const alone = await stylizeInOnePass(network, photo, one);
    assertClose(a, b, 1e-5);
    assertClose(c, alone, 1e-5);
    assert.ok(tf.tidy(() => tf.max(tf.abs(tf.sub(a, alone))).dataSync()[0]) > 1e-3, "the second painting counts for nothing");
    tf.dispose([a, b, c, alone]);
  });

  it("paints each position by its mask, and leaves the photograph where no mask is", async () => {
    const left = tf.tidy(() => tf.tile(tf.cast(tf.less(tf.range(0, 45), 20), "float32").reshape([1, 45]), [30, 1])) as tf.Tensor2D;
    const right = tf.sub<tf.Tensor2D>(1, left);
    const both = await stylizeInOnePass(network, photo, [{ image: one, mask: left }, { image: other, mask: right, weight: 5 }]);
    const some = await stylizeInOnePass(network, photo, [{ image: one, mask: left }]);
    const [first, second, plain] = [await stylizeInOnePass(network, photo, one), await stylizeInOnePass(network, photo, other),
      await stylizeInOnePass(network, photo, one, { alpha: 0 })];
    // The decoder sees 16 pixels beyond the mask's edge, which is at 20.
    const ends = (x: tf.Tensor3D, from: number, width: number): tf.Tensor3D => tf.slice(x, [0, from, 0], [30, width, 3]);
    tf.tidy(() => {
      assertClose(ends(both, 0, 4), ends(first, 0, 4), 1e-5);
      assertClose(ends(both, 36, 9), ends(second, 36, 9), 1e-5);
      assertClose(ends(some, 36, 9), ends(plain, 36, 9), 1e-5);
    });
    tf.dispose([left, right, both, some, first, second, plain]);
  });

  it("paints by covariances, too", async () => {
    const painted = await stylizeInOnePass(network, photo, one, { transform: "wct" });
    assert.deepEqual(painted.shape, photo.shape);
    assert.ok((await painted.data()).every((value) => value >= 0 && value <= 1));
    painted.dispose();
  });

  it("refuses what cannot be meant", async () => {
    const mask = tf.ones([4, 4]) as tf.Tensor2D;
    const cases: [() => Promise<unknown>, RegExp][] = [
      [() => stylizeInOnePass(network, photo, one, { alpha: 1.5 }), /alpha is between 0, the photograph, and 1, the style, got 1.5/],
      [() => stylizeInOnePass(network, photo, []), /there is no painting/],
      [() => stylizeInOnePass(network, photo, [{ image: one, weight: -1 }]), /weight of painting 1 must be 0 or more/],
      [() => stylizeInOnePass(network, photo, [{ image: one, weight: 0 }]), /all weights of the paintings are 0/],
      [() => stylizeInOnePass(network, photo, [{ image: one, mask }]), /mask of painting 1 is 4×4 and the photograph 30×45/],
      [() => stylizeInOnePass(network, photo, one, { transform: "wtc" as "wct" }), /no transform wtc; did you mean wct/],
      [() => adainNetwork({ file: "nowhere.safetensors" }), /nowhere.safetensors is not here/],
    ];
    for (const [call, message] of cases) await assert.rejects(call, message);
    mask.dispose();
  });
});
