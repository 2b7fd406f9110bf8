// Figures of Gatys et al. 2016: the claims on images whose answer is known, and shown to fail where they are not true.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { contentCorrelation } from "../../src/figures/contentCorrelation";
import { detailPsnr } from "../../src/figures/detailPsnr";
import { measureSets } from "../../src/figures/gatys2016Figure1Style";
import { measureTransfers } from "../../src/figures/gatys2016Figure3";
import { measureStarts } from "../../src/figures/gatys2016Figure6";
import { channelDifference, valuesOfTextures } from "../../src/figures/gatys2016Section2";
import { matchedScale, receptiveFields } from "../../src/figures/matchedScale";
import { noise, resize, type Image } from "../../src/image";
import { activations } from "../../src/losses/activations";
import { gram } from "../../src/losses/gram";
import { relative } from "../../src/losses/relative";
import { vgg } from "../../src/networks/architectures/vgg";
import type { Filter } from "../../src/networks/applyLayer";
import { normalized } from "../../src/networks/normalized";
import { randomVgg, vgg19Mini, vggFrom, type Vgg } from "../../src/networks/vgg";
import { engine } from "../../src/platform/engine/engine";
import { sample } from "../../src/platform/files/sample";
import { psnr } from "../../src/quality/psnr";
import { structureSize } from "../../src/quality/structureSize";
import { valueOf } from "../../src/quality/valueOf";
import { content, style } from "../../src/terms";
import { assertClose } from "../compare";

let mini: Vgg;
const images: Record<string, Image> = {};
before(async () => {
  await engine();
  mini = await vgg19Mini({ pooling: "average" });
  for (const name of ["strokes", "mosaic", "valley", "table"]) images[name] = await sample(name, { cover: [64, 64] });
});
after(() => {
  mini.dispose();
  tf.dispose(images);
});

/** `image` cut into squares of `side` pixels, in another order: what is larger than a square is lost, and nothing else. */
function inTiles(image: Image, side: number): Image {
  const across = 64 / side;
  return tf.tidy(() => {
    const tiles = tf.transpose(tf.reshape(image, [across, side, across, side, 3]), [0, 2, 1, 3, 4]);
    const count = across ** 2;
    const order = Int32Array.from({ length: count }, (_, i) => (i * (count / 2 + 1) + 3) % count); // odd, so every tile once
    const moved = tf.reshape(tf.gather(tf.reshape(tiles, [count, side, side, 3]), tf.tensor1d(order, "int32")), [across, across, side, side, 3]);
    return tf.reshape(tf.transpose(moved, [0, 2, 1, 3, 4]), [64, 64, 3]);
  }) as Image;
}

describe("the matched scale", () => {
  it("is a receptive field of a VGG, in pixels", () => {
    const fields = receptiveFields(vgg("vgg19").layers); // 3, 5, 6, 10, 14, 16, …: by hand, size − 1 times the stride so far
    assert.deepEqual(["relu1_1", "conv1_2", "pool1", "relu2_2", "relu3_4", "relu4_2", "relu5_1"].map((layer) => fields.get(layer)), [3, 5, 6, 14, 48, 84, 156]);
  });

  it("of a painting in shuffled tiles grows with the tiles, where the autocorrelation length is the strokes'", async () => {
    const { strokes } = images;
    const tiled = [4, 16, 32].map((side) => inTiles(strokes, side));
    const scales: number[] = [];
    for (const image of [...tiled, strokes]) scales.push(await matchedScale(mini, image, strokes));
    assert.ok(scales.every((scale, i) => i === 0 || scale > scales[i - 1]), String(scales));
    assert.equal(scales.at(-1), 116); // relu4_4's, the mini's deepest that no recipe fits
    assert.equal(await matchedScale(mini, noise([64, 64]), strokes), 0);
    const [whole, tiles] = [await structureSize(strokes), await structureSize(tiled[2])];
    assert.ok(Math.abs(tiles / whole - 1) < 0.15, `${tiles} and ${whole}`);
    tf.dispose(tiled);
  });
});

describe("Figure 1, style: the claims", () => {
  it("hold for larger and larger structures elsewhere, and fail in reverse order, for the painting itself, and for a large loss", async () => {
    const { strokes } = images;
    const textures = [4, 8, 16, 32].map((side) => ({ image: inTiles(strokes, side), loss: 0.01 }));
    const { values } = await measureSets(mini, strokes, textures);
    assert.ok(values.scale >= 1.25 && values.growth >= 1 && values.arrangement <= 3 && values.matched === 0.01, JSON.stringify(values));
    const wrong = (await measureSets(mini, strokes, [{ image: strokes, loss: 0.2 }, ...textures.reverse()])).values;
    assert.ok(wrong.scale < 1.25 && wrong.growth < 1 && wrong.arrangement > 3 && wrong.matched > 0.05, JSON.stringify(wrong));
    tf.dispose(textures.map(({ image }) => image));
  });
});

describe("Figure 3: the claims", () => {
  it("find a photograph in other colors and at another contrast, where the distance of activations finds another one", async () => {
    const judge = await randomVgg({ seed: 0 });
    for (const [name, other, color] of [["valley", "table", [0.7, 0.3, 0.2]], ["table", "valley", [0.2, 0.3, 0.5]]] as const) {
      const painted = tf.tidy(() => tf.add(tf.mul(tf.sub(images[name], 0.5), 0.2), [...color])) as Image;
      const correlations = [await contentCorrelation(judge, painted, images[name]), await contentCorrelation(judge, painted, images[other])];
      assert.ok(correlations[0] > correlations[1], String(correlations));
      const distance = (photo: Image) => valueOf(judge, [content(photo, { loss: relative(activations()) })], painted);
      assert.ok(await distance(images[name]) > await distance(images[other]));
      painted.dispose();
    }
    assertClose(await contentCorrelation(judge, images.table, images.table), 1, 1e-5);
    judge.dispose();
  });

  it("hold for images of their own, and fail where photographs or paintings are exchanged", async () => {
    const panels = (...names: string[]) => names.map((label) => ({ label, image: images[label] }));
    const [photos, paintings] = [panels("valley", "table"), panels("strokes", "mosaic")];
    const { valley, table, strokes, mosaic } = images;
    const content = [[valley, valley], [table, table]];
    const style = [[strokes, mosaic], [strokes, mosaic]];
    const values = async (which: "style" | "content", results: Image[][], settings: { photos: typeof photos; paintings: typeof photos }) =>
      (await measureTransfers(mini, { ...settings, results })).values[which];
    assert.equal(await values("content", content, { photos, paintings }), 1);
    assert.equal(await values("style", style, { photos, paintings }), 1);
    assert.equal(await values("content", content, { photos: [...photos].reverse(), paintings }), 0);
    assert.equal(await values("style", style, { photos, paintings: [...paintings].reverse() }), 0);
  });
});

describe("Figure 5: the detail of a photograph", () => {
  it("is in the photograph in other colors, and less in one out of focus, where the plain PSNR has it the other way round", async () => {
    const { valley } = images;
    const [recolored, blurred] = tf.tidy(() => [
      tf.reshape(tf.matMul(tf.reshape(valley, [-1, 3]), tf.tensor2d([[0.1, 0.3, 0.5], [0.2, 0.2, 0.2], [0.6, 0.2, 0]])), [64, 64, 3]),
      resize(resize(valley, { exactly: [12, 12] }), { exactly: [64, 64] }),
    ]) as Image[];
    assert.ok(await detailPsnr(recolored, valley) > 35 && await detailPsnr(blurred, valley) < 25);
    assert.ok(await psnr(recolored, valley) < await psnr(blurred, valley));
    const gray = tf.fill([64, 64, 3], 0.5) as Image; // of a flat image, the photograph's mean color is left: its variance
    const variance = tf.tidy(() => tf.mean(tf.moments(valley, [0, 1]).variance).dataSync()[0]);
    assertClose(await detailPsnr(gray, valley), -10 * Math.log10(variance), 1e-3);
    tf.dispose([recolored, blurred, gray]);
  });
});

describe("Figure 6: the claims", () => {
  it("hold where starts leave their trace, and fail for one noise, exchanged starts, and a loss that depends on the start", async () => {
    const { valley: photo, strokes: painting } = images;
    const noises = [1, 2, 3].map((seed) => noise([64, 64], { seed }));
    const results = (made: readonly Image[], last = 1) => made.map((image, i) => ({ image, loss: i === 0 ? last : 1 }));
    const { values } = await measureStarts({ photo, painting, results: results([photo, painting, ...noises], 1.2) });
    assert.ok(values.outcome <= 1.5 && values.variety <= 30 && values.bias >= 0 && values.styleBias >= 0, JSON.stringify(values));
    const wrong = (await measureStarts({ photo, painting, results: results([painting, photo, photo, photo, painting], 1.6) })).values;
    assert.ok(wrong.outcome > 1.5 && wrong.variety > 30 && wrong.bias < 0 && wrong.styleBias < 0, JSON.stringify(wrong));
    tf.dispose(noises);
  });
});

/** `network` with a higher bias in its first layer. */
function lifted(network: Vgg, lift: number): Vgg {
  const filters = [...network.filters].map(([name, { kernel, bias }], i): [string, Filter] =>
    [name, { kernel: kernel.clone(), bias: i === 0 ? tf.add<tf.Tensor1D>(bias, lift) : bias.clone() }]);
  return vggFrom(new Map(filters), network);
}

describe("Section 2: the claims", () => {
  it("hold where average pooling is nearer and taps differ, and fail the other way round", () => {
    const [near, far] = [{ distance: 0.1, loss: 0.01, rectified: 0.01 }, { distance: 0.2, loss: 0.01, rectified: 0.05 }];
    assert.deepEqual(valuesOfTextures({ average: near, maximum: far, linear: far }), { pooling: 0.5, taps: 5 });
    assert.deepEqual(valuesOfTextures({ average: far, maximum: near, linear: near }), { pooling: 2, taps: 1 });
  });

  it("another statistic is matched before the rectification than after it, unless every activation is above 0", async () => {
    const ratio = async (lift: number): Promise<number> => {
      const network = lifted(mini, lift);
      const lossAt = (layer: string) => valueOf(network, [style(images.strokes, { loss: relative(gram()), layers: [layer] })], images.mosaic);
      const linear = { distance: 1, loss: await lossAt("conv1_1"), rectified: await lossAt("relu1_1") };
      network.dispose();
      return valuesOfTextures({ average: linear, maximum: linear, linear }).taps;
    };
    assert.equal(await ratio(1000), 1);
    assert.ok(Math.abs(await ratio(0) - 1) > 0.05);
  });

  it("normalized weights give the same channels; other weights do not", async () => {
    const [scaled, other] = [normalized(mini, images.strokes), await randomVgg({ seed: 1 })];
    assert.ok(await channelDifference(mini, scaled, images.valley) <= 1e-4);
    assert.ok(await channelDifference(mini, other, images.valley) > 1e-4);
    scaled.dispose();
    other.dispose();
  });
});
