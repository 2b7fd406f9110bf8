// Losses of hypercolumns, and Gram matrices across layers, by plain loops.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { crossLayerGram } from "../../src/losses/crossLayerGram";
import { channelMeans } from "../../src/losses/channelMeans";
import { fromStatistic } from "../../src/losses/fromStatistic";
import { hypercolumns } from "../../src/losses/hypercolumns";
import type { FeaturesByLayer, Loss } from "../../src/losses/loss";
import { moments } from "../../src/losses/moments";
import { relative } from "../../src/losses/relative";
import { relaxedEmd } from "../../src/losses/relaxedEmd";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, distanceOf, drawn, leaksNothing, numbers, slopes } from "../compare";
import { covarianceOf, meansOf } from "./plainStatistics";

const layers = ["fine", "coarse"];
const shapes: Record<string, [number, number, number]> = { fine: [6, 8, 2], coarse: [3, 4, 3] };
const featuresOf = (seed: number): FeaturesByLayer => (layer) => drawn(shapes[layer], seed + (layer === "fine" ? 0 : 50));
const between = (loss: Loss, seen: FeaturesByLayer, target: FeaturesByLayer): number =>
  numbers(loss.distance(seen, loss.prepare(target)))[0];

/** The activations of a layer of `shape` at a place of a finer one, between the centers of its four nearest positions. */
function bilinear(values: number[], [height, width, channels]: readonly number[], row: number, column: number, fine: readonly number[]): number[] {
  const place = (line: number, count: number, of: number): number => Math.min(count - 1, Math.max(0, (line + 0.5) * count / of - 0.5));
  const [y, x] = [place(row, height, fine[0]), place(column, width, fine[1])];
  return Array.from({ length: channels }, (_, c) => {
    let sum = 0;
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++)
        sum += Math.max(0, 1 - Math.abs(i - y)) * Math.max(0, 1 - Math.abs(j - x)) * values[(i * width + j) * channels + c];
    return sum;
  });
}

/** Hypercolumns at all positions of the fine layer, as an image of one row. */
function byLoops(features: FeaturesByLayer): tf.Tensor3D {
  const [fine, coarse] = layers.map((layer) => numbers(features(layer)));
  const [height, width, channels] = shapes.fine;
  const columns = Array.from({ length: height * width }, (_, p) => [
    ...fine.slice(p * channels, (p + 1) * channels),
    ...bilinear(coarse, shapes.coarse, Math.floor(p / width), p % width, shapes.fine),
  ]);
  return tf.tensor3d(columns.flat(), [1, height * width, channels + shapes.coarse[2]]);
}

describe("hypercolumns", () => {
  before(() => engine());

  it("join all layers at every position of the finest, the coarser ones interpolated: what loops find", () => tf.tidy(() => {
    const [seen, target] = [featuresOf(1), featuresOf(2)];
    const second = fromStatistic((x) => tf.mean(tf.square(x), [0, 1]), "squares");
    for (const loss of [channelMeans(), second])
      assertClose(between(hypercolumns(loss, { layers }), seen, target), distanceOf(loss, byLoops(seen), byLoops(target)), 1e-5);
    assertClose(between(relaxedEmd({ layers }), seen, target), distanceOf(relaxedEmd(), byLoops(seen), byLoops(target)), 1e-4);
    assertClose(between(moments({ layers }), seen, target), distanceOf(moments(), byLoops(seen), byLoops(target)), 1e-4);
    assertClose(between(hypercolumns(second, { layers: ["coarse", "fine"] }), seen, target), distanceOf(second, byLoops(seen), byLoops(target)), 1e-5);
  }));

  it("see some positions of a larger image: each once, the same for the same seed and for both images", () => tf.tidy(() => {
    const [seen, target] = [featuresOf(1), featuresOf(2)];
    const at = (seed: number): Loss => relaxedEmd({ layers, samples: 12, seed });
    assert.equal(between(at(1), seen, target), between(at(1), seen, target));
    assert.notEqual(between(at(1), seen, target), between(at(2), seen, target));
    assert.ok(between(at(1), seen, seen) < 1e-12);
    let columns!: tf.Tensor3D;
    const spy = fromStatistic((x) => { columns = tf.keep(x.clone()); return tf.mean(x); }, "spy");
    hypercolumns(spy, { layers, samples: 12 }).prepare(seen);
    assert.deepEqual(columns.shape, [1, 12, 5]);
    const rows = (x: tf.Tensor3D): string[] => (x.arraySync()[0]).map((row) => row.map((v) => v.toFixed(4)).join());
    assert.equal(new Set(rows(columns)).size, 12);
    const all = new Set(rows(byLoops(seen)));
    assert.ok(rows(columns).every((row) => all.has(row)));
    columns.dispose();
  }));

  it("have a slope at every layer that small differences show, also of a relative loss; nothing is left behind", async () => {
    const other = featuresOf(2);
    const both: Loss[] = [relaxedEmd({ layers, samples: 20 }), moments({ layers, samples: 20 })];
    for (const each of both)
      for (const loss of [each, relative(each)])
        for (const layer of layers) tf.tidy(() => {
          const memory = loss.prepare(other);
          const others = featuresOf(1);
          const { difference, gradient } = slopes((x) => loss.distance((name) => (name === layer ? x : others(name)), memory), drawn(shapes[layer], 7), 1e-3);
          assert.ok(Math.abs(difference - gradient) <= 2e-3 * Math.abs(gradient), `${loss.name} at ${layer}: ${difference} against ${gradient}`);
        });
    const loss = relative(moments({ layers }));
    const features = Object.fromEntries(layers.map((layer) => [layer, drawn(shapes[layer])]));
    await leaksNothing(() => {
      const memory = loss.prepare((layer) => features[layer]);
      tf.dispose([loss.distance((layer) => features[layer], memory), memory]);
    });
    tf.dispose(features);
  });

  it("refuse no layer, a layer twice, and samples without layers", () => {
    assert.throws(() => hypercolumns(channelMeans(), { layers: [] }), /layers of hypercolumns are a list of layers/);
    assert.throws(() => relaxedEmd({ layers: ["fine", "fine"] }), /each by its name and once/);
    assert.throws(() => moments({ layers, samples: 0 }), /whole number of at least 1; got 0/);
    assert.throws(() => moments({ samples: 20 } as never), /samples and seed are of hypercolumns: name their layers/);
  });
});

describe("the moments of STROTSS", () => {
  before(() => engine());

  it("are mean |μ − μ′| + mean |C − C′|, by plain loops", () => tf.tidy(() => {
    const [x, s] = [drawn([5, 7, 3], 1), tf.add<tf.Tensor3D>(drawn([6, 4, 3], 2), [1, -2, 0])];
    const mean = (a: number[], b: number[]): number => a.reduce((sum, v, i) => sum + Math.abs(v - b[i]), 0) / a.length;
    assertClose(distanceOf(moments(), x, s), mean(meansOf(x), meansOf(s)) + mean(covarianceOf(x).flat(), covarianceOf(s).flat()), 1e-5);
  }));
});

describe("Gram matrices across layers", () => {
  before(() => engine());

  /** Σₚ F[p,i] F′[p,j] / M with F′ enlarged. */
  const plain = (features: FeaturesByLayer, names: readonly [string, string]): number[] => {
    const [fine, coarse] = names.map((layer) => numbers(features(layer)));
    const [[height, width, channels], other] = names.map((layer) => features(layer).shape);
    const sums = Array<number>(channels * other[2]).fill(0);
    for (let p = 0; p < height * width; p++) {
      const next = bilinear(coarse, other, Math.floor(p / width), p % width, [height, width]);
      for (let i = 0; i < channels; i++)
        for (let j = 0; j < other[2]; j++) sums[i * other[2] + j] += fine[p * channels + i] * next[j] / (height * width);
    }
    return sums;
  };

  it("are what plain loops compute, each pair of neighbors counting the same", () => tf.tidy(() => {
    const three: Record<string, [number, number, number]> = { ...shapes, third: [2, 2, 4] };
    const features = (seed: number): FeaturesByLayer => (layer) => drawn(three[layer], seed + Object.keys(three).indexOf(layer));
    const [seen, target] = [features(1), features(11)];
    const expected = ([["fine", "coarse"], ["coarse", "third"]] as const).map((pair) => {
      const [a, b] = [plain(seen, pair), plain(target, pair)];
      return a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / a.length;
    });
    assertClose(between(crossLayerGram({ layers: Object.keys(three) }), seen, target), (expected[0] + expected[1]) / 2, 1e-5);
  }));

  it("are blind to a layer by itself, and see which fine pattern goes with which coarse one", () => tf.tidy(() => {
    const { fine, coarse } = Object.fromEntries(layers.map((layer) => [layer, drawn(shapes[layer])]));
    const seen: FeaturesByLayer = (layer) => (layer === "fine" ? fine : coarse);
    const turned: FeaturesByLayer = (layer) => (layer === "fine" ? tf.reverse(fine, [0, 1]) as tf.Tensor3D : coarse);
    assert.ok(between(crossLayerGram({ layers }), turned, seen) > 1e-3); // each layer's own Gram matrix is the same
    assert.equal(between(crossLayerGram({ layers }), seen, seen), 0);
  }));

  it("refuse a single layer", () => {
    assert.throws(() => crossLayerGram({ layers: ["relu1_1"] }), /needs two or more layers/);
  });
});
