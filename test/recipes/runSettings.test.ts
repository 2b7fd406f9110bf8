// What a recipe says of its result is enough to make it again, and is kept in the picture's file.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, resize, type Image } from "../../src/image";
import { gram, gramAs } from "../../src/losses/gram";
import { relative } from "../../src/losses/relative";
import { normalized } from "../../src/networks/normalized";
import { randomVgg, vgg19Mini, type Vgg } from "../../src/networks/vgg";
import { adam } from "../../src/optimizers/adam";
import { sample, samples } from "../../src/platform/files/sample";
import { findWeights } from "../../src/platform/files/findWeights";
import { loadImage } from "../../src/platform/files/loadImage";
import { saveImage } from "../../src/platform/files/saveImage";
import { settingsOf } from "../../src/platform/files/settingsOf";
import { reconstruct, texture } from "../../src/recipes/fromNoise";
import { transfer } from "../../src/recipes/transfer";
import type { ImageSettings, RunSettings } from "../../src/recipes/runSettings";
import { leaksNothing } from "../compare";
import { temporaryFolder } from "../platform/files/fixtures";

const sha256 = (file: string): string => createHash("sha256").update(fs.readFileSync(file)).digest("hex");
const root = path.resolve(__dirname, "../..");

describe("the settings of a result", () => {
  let network: Vgg;
  let photo: Image, painting: Image;
  before(async () => {
    network = await randomVgg({ width: 1 / 16, seed: 3 });
    [photo, painting] = [await sample("valley", { cover: [16, 24] }), await sample("mosaic", { cover: [16, 16] })];
  });
  after(() => { network.dispose(); tf.dispose([photo, painting]); });
  const valley = (): ImageSettings => ({ size: [16, 24], file: "valley.jpg", sha256: sha256(samples().get("valley")!) });

  it("has every default of transfer, the files with their checksums, and what came out", async () => {
    const { image, settings, loss, index } = await transfer(network, photo, painting, { steps: 2 });
    image.dispose();
    const { dependencies, version } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")) as { dependencies: Record<string, string>; version: string };
    const layers = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"];
    assert.deepEqual(settings, {
      by: "transfer", options: { recipe: "default", color: "painting" },
      images: { photo: valley(), painting: { size: [16, 16], file: "mosaic.jpg", sha256: sha256(samples().get("mosaic")!) }, start: valley() },
      network: { name: "random vgg19 (seed 3, width 0.0625)", pooling: "average", padding: "zero" },
      terms: [
        { name: "content", loss: "relative activations", layers: { relu4_2: 1 }, weight: 1 },
        { name: "style", loss: "relative Gaussian Wasserstein", layers: Object.fromEntries(layers.map((layer) => [layer, 0.2])), weight: 30 },
      ],
      optimizer: { name: "lbfgs over waves", settings: settings.optimizer.settings },
      steps: 2, engine: settings.engine,
      versions: { styloscope: version, node: process.versions.node, "@tensorflow/tfjs": dependencies["@tensorflow/tfjs"], "onnxruntime-node": dependencies["onnxruntime-node"] },
      result: { step: index, loss, stopped: false },
    } satisfies RunSettings);
    assert.equal((settings.optimizer.settings as { memory?: number }).memory, 20, "the optimizer's defaults");
  });

  it("has what was chosen", async () => {
    const start = noise(photo, { seed: 7, strength: 0.1 });
    const { image, settings } = await transfer(network, photo, painting, {
      recipe: "paper", color: "luminance", styleLoss: gramAs("johnson"), styleLayers: { relu1_1: 2 }, styleWeight: 5, smoothnessWeight: 0.5, contentWeight: 3,
      optimizer: adam({ rate: 0.05 }), steps: 1, start, sizes: [16],
    });
    tf.dispose([image, start]);
    assert.deepEqual(settings.options, { recipe: "paper", color: "luminance", sizes: [16] });
    assert.deepEqual(settings.images.start, { size: [16, 24], noise: { seed: 7, strength: 0.1 } });
    assert.deepEqual(settings.terms.map(({ name, loss, layers, weight }) => [name, loss, layers, weight]), [
      ["content", "activations (gatysCodeNormalized)", { relu4_2: 1 }, 3], ["style", "gram (johnson)", { relu1_1: 2 }, 5],
      ["smoothness", "total variation (meanSquares)", { pixels: 1 }, 0.5],
    ]);
    assert.deepEqual(settings.optimizer, { name: "adam", settings: { rate: 0.05, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clip: [0, 1] } });
  });

  it("says of texture and reconstruct in which noise they began", async () => {
    for (const result of [await texture(network, painting, { steps: 1, seed: 4, size: [16, 18] }), await reconstruct(network, photo, { steps: 1, seed: 4, layer: "relu1_1" })]) {
      result.image.dispose();
      const { by, images, steps } = result.settings;
      assert.deepEqual([steps, images.start], [1, { size: [16, by === "texture" ? 18 : 24], noise: { seed: 4, strength: 0.03 } }]);
    }
  });

  it("names no file of an image that was computed, or came from a buffer", async () => {
    const half = resize(photo, { exactly: [16, 16] });
    const buffer = await loadImage(fs.readFileSync(samples().get("valley")!), { cover: [16, 16] });
    const { image, settings } = await transfer(network, half, buffer, { steps: 0 });
    tf.dispose([image, half, buffer]);
    assert.deepEqual(settings.images.photo, { size: [16, 16] });
    assert.deepEqual(settings.images.painting, { size: [16, 16], sha256: sha256(samples().get("valley")!) });
  });

  it("says that a run was stopped", async () => {
    const stop = new AbortController();
    const { image, settings } = await transfer(network, photo, painting, { steps: 50, signal: stop.signal, each: ({ index }) => { if (index === 2) stop.abort(); } });
    image.dispose();
    assert.equal(settings.result.stopped, "interrupted");
    assert.equal(settings.steps, 50);
  });

  it("has the checksum of trained weights, also where they are shared or normalized", async () => {
    const mini = await vgg19Mini({ pooling: "average" });
    const again = await vgg19Mini();
    const scaled = normalized(mini, photo);
    const file = findWeights("vgg19-mini")!;
    for (const one of [mini, again, scaled]) {
      const { image, settings } = await transfer(one, photo, painting, { steps: 0 });
      image.dispose();
      assert.deepEqual(settings.network, { name: one.name, pooling: one.pooling, padding: "zero", weights: { file: "vgg19-mini.safetensors", sha256: sha256(file) } });
    }
    [mini, again, scaled].forEach((one) => one.dispose());
  });

  it("is kept in the picture's file, and holds no tensor", async (t) => {
    const file = path.join(temporaryFolder(t), "mine.png");
    let settings: RunSettings | undefined;
    await leaksNothing(async () => {
      const { image, ...result } = await transfer(network, photo, painting, { styleLoss: relative(gram()), steps: 1 });
      ({ settings } = result);
      await saveImage(image, file, { settings });
      image.dispose();
    });
    assert.deepEqual(await settingsOf(file), settings);
  });
});
