import assert from "node:assert/strict";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { noise, resize, type Image } from "../../src/image";
import { adainNetwork } from "../../src/onepass/adainNetwork";
import { exportOnnx } from "../../src/onepass/exportOnnx";
import { inTiles } from "../../src/onepass/inTiles";
import { styleNetwork, type StyleNetwork } from "../../src/onepass/styleNetwork";
import { stylizeInOnePass } from "../../src/onepass/stylizeInOnePass";
import { adainInTiles, stylizeInTiles } from "../../src/onepass/stylizeInTiles";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, relativeError } from "../compare";
import { folder, randomDecoder, randomStyles } from "./passes";

describe("a style network", () => {
  let network: StyleNetwork;
  let image: Image;
  before(async () => {
    await engine();
    image = noise([41, 50], { seed: 1 });
    network = await styleNetwork({ file: await randomStyles(["strokes", "mosaic", "woodcut"]) });
  });
  after(() => network.dispose());

  it("paints in 0…1 and in the image's size, each style another way, and leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const painted = network.styles.map((style) => network.stylize(image, { style }));
    assert.equal(tf.memory().numTensors, before + 3);
    for (const picture of painted) {
      assert.deepEqual(picture.shape, [41, 50, 3]);
      assert.ok((await picture.data()).every((value) => value >= 0 && value <= 1));
    }
    assert.ok(relativeError(painted[0], painted[1]) > 0.01);
    const first = network.stylize(image);
    assert.equal(relativeError(first, painted[0]), 0, "the default is the first style");
    tf.dispose([...painted, first]);
  });

  it("blends styles by their weights, and refuses names and weights that mean nothing", () => tf.tidy(() => {
    assertClose(network.stylize(image, { style: { mosaic: 7 } }), network.stylize(image, { style: "mosaic" }), 1e-6);
    assertClose(network.stylize(image, { style: { mosaic: 1, woodcut: 3 } }), network.stylize(image, { style: { mosaic: 0.1, woodcut: 0.3 } }), 1e-5);
    assert.throws(() => network.stylize(image, { style: "mosaics" }), /no style mosaics; did you mean mosaic/);
    assert.throws(() => network.stylize(image, { style: { mosaic: 0 } }), /not all 0/);
  }));

  it("gives the same picture as ONNX Runtime gives of its export, at two sizes and for a blend", async () => {
    const file = path.join(folder, "styles.onnx");
    await exportOnnx(network, file);
    const session = await InferenceSession.create(file, { executionProviders: ["cpu"] });
    for (const [size, weights] of [[[40, 52], [0, 1, 0]], [[24, 24], [0.25, 0, 0.75]]] as const) {
      const small = resize(image, { exactly: size });
      const nchw = tf.transpose(small, [2, 0, 1]);
      const { picture } = await session.run({
        image: new Tensor("float32", await nchw.data() as Float32Array, [1, 3, ...size]), style: new Tensor("float32", Float32Array.from(weights), [1, 3]),
      });
      const ours = network.stylize(small, { style: { strokes: weights[0], mosaic: weights[1], woodcut: weights[2] } });
      const theirs = tf.tidy(() => tf.transpose(tf.tensor3d(picture.data as Float32Array, [3, ...size]), [1, 2, 0]));
      assertClose(ours, theirs, 1e-5);
      tf.dispose([small, nchw, ours, theirs]);
    }
    await session.release();
  });

  it("paints a large picture in tiles without seams: with the same statistics it is the untiled picture", async () => {
    const large = noise([136, 168], { seed: 5 });
    const moments = network.momentsOf(large, { style: "mosaic" });
    const whole = network.stylize(large, { style: "mosaic" });
    const tiled = await inTiles(large, (part) => network.stylize(part, { style: "mosaic", moments }), { tile: 64, margin: 48 });
    assertClose(tiled, whole, 1e-4);
    const narrow = await inTiles(large, (part) => network.stylize(part, { style: "mosaic", moments }), { tile: 64, margin: 0 });
    assert.ok(relativeError(narrow, whole) > 0.01, "a margin of 0 must show");
    const same = await stylizeInTiles(network, large, { style: "mosaic", tile: 64, margin: 48 });
    assertClose(same, whole, 1e-4);
    await assert.rejects(inTiles(large, (part) => part, { tile: 50 }), /multiples of 8 pixels, got 50/);
    tf.dispose([large, whole, tiled, narrow, same, [...moments.values()].map(({ mean, variance }) => [mean, variance])]);
  });
});

it("AdaIN in tiles is the untiled picture where the statistics are the same, and leaves no tensor behind", async () => {
  const network = await adainNetwork({ file: await randomDecoder("relu3_1") });
  const [photo, painting] = [noise([104, 120], { seed: 6 }), noise([32, 40], { seed: 7, strength: 0.4 })];
  const whole = await stylizeInOnePass(network, photo, painting, { alpha: 0.7 });
  const before = tf.memory().numTensors;
  const tiled: Image = await adainInTiles(network, photo, painting, { alpha: 0.7, tile: 48, margin: 40 });
  assert.equal(tf.memory().numTensors, before + 1);
  assertClose(tiled, whole, 1e-4);
  tf.dispose([photo, painting, whole, tiled]);
  network.dispose();
});
