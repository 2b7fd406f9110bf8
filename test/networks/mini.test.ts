// vgg19-mini and vgg19-half as they are shipped: VGG-19 in small, which tell pictures apart as the real one does.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../../src/image";
import { gramMatrix } from "../../src/losses/gram";
import { loadNetwork, networkNames } from "../../src/networks/loadNetwork";
import type { Network } from "../../src/networks/network";
import { randomVgg } from "../../src/networks/vgg";
import { engine } from "../../src/platform/engine/engine";
import { checksumOf } from "../../src/platform/files/checksumOf";
import { findWeights } from "../../src/platform/files/findWeights";
import { shipped } from "../../src/platform/files/manifest";
import { sample } from "../../src/platform/files/sample";
import { styleLayers } from "../../src/terms";
import { leaksNothing } from "../compare";

/** What the real VGG-19 sees in the project's pictures: `[a, b]` → mean over the style layers of ‖A − B‖²/‖B‖². */
import judged from "./mini-distances.json";

const names = ["strokes", "mosaic", "woodcut", "watercolor", "valley", "table"];

/** The relative distances of all ordered pairs of pictures, as a network sees them. */
function distances(network: Network, pictures: readonly Image[]): number[] {
  return tf.tidy(() => {
    const grams = pictures.map((picture) => {
      const seen = network.features(picture, styleLayers);
      return styleLayers.map((layer) => gramMatrix(seen(layer)));
    });
    return grams.flatMap((own, a) => grams.filter((_, b) => b !== a).map((other) => own.reduce((sum, G, at) =>
      sum + tf.div(tf.sum(tf.square(tf.sub(G, other[at]))), tf.sum(tf.square(other[at]))).dataSync()[0] / own.length, 0)));
  });
}

/** Spearman's rank correlation. */
function agreement(x: readonly number[], y: readonly number[]): number {
  const ranks = (values: readonly number[]): number[] => values.map((value) => values.filter((other) => other < value).length);
  const [a, b] = [ranks(x), ranks(y)];
  const mean = (x.length - 1) / 2;
  const product = (p: number[], q: number[]): number => p.reduce((sum, _, i) => sum + (p[i] - mean) * (q[i] - mean), 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

for (const [name, part, bytes] of [["vgg19-mini", 4, 2e6], ["vgg19-half", 2, 7e6]] as const) describe(name, () => {
  let small: Awaited<ReturnType<typeof loadNetwork>>;
  let pictures: Image[];
  before(async () => {
    await engine();
    small = await loadNetwork(name, { pooling: "average" });
    pictures = await Promise.all(names.map((name) => sample(name, { shorter: 128 })));
  });
  after(() => { small.dispose(); tf.dispose(pictures); });

  it("comes with the project, whole, and is small", async () => {
    const { checksum } = shipped.find((entry) => entry.name === name)!;
    const file = findWeights(name)!;
    assert.equal(await checksumOf(file, "sha256"), checksum.value);
    assert.ok(statSync(file).size <= bytes, `${statSync(file).size} bytes`);
  });

  it("has VGG-19's layers to relu5_1, by the same names, with a part of the channels", async () => {
    const large = await randomVgg({ width: 1 });
    const count = large.layers.indexOf("relu5_1") + 1;
    assert.deepEqual(small.layers, large.layers.slice(0, count));
    for (const [layer, { kernel, bias }] of small.filters) {
      assert.equal(kernel.shape[3], large.filters.get(layer)!.kernel.shape[3] / part, layer);
      assert.ok(bias.dataSync().every(Number.isFinite), layer);
    }
    large.dispose();
  });

  it("orders the distances of the project's pictures as VGG-19 does, better than chance filters do", async () => {
    const random = await randomVgg();
    const [trained, untrained] = [small, random].map((network) => agreement(distances(network, pictures), judged));
    assert.ok(trained > 0.98, `rank correlation ${trained}`);
    assert.ok(trained > untrained, `${trained}; random filters ${untrained}`);
    random.dispose();
  });
});

describe("loadNetwork", () => {
  it("takes vgg19-mini where VGG-19 is not; a wrong name is answered with the nearest", async () => {
    const had = process.env.STYLOSCOPE_WEIGHTS;
    delete process.env.STYLOSCOPE_WEIGHTS;
    try {
      await leaksNothing(async () => {
        const network = await loadNetwork();
        assert.equal(network.name, findWeights("vgg19") ? "vgg19" : "vgg19-mini");
        network.dispose();
      });
      await assert.rejects(loadNetwork("vgg-19mini"), /did you mean "?vgg19-mini/);
      await assert.rejects(loadNetwork("squeezenet", { pooling: "average" }), /no option pooling in the network squeezenet/);
      assert.equal(networkNames[0], "best");
    } finally {
      if (had !== undefined) process.env.STYLOSCOPE_WEIGHTS = had;
    }
  });
});
