import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../../src/image";
import { guidedGram } from "../../src/losses/guidedGram";
import { fullMask, propagate, propagations, type Propagation } from "../../src/masks/propagate";
import type { Network } from "../../src/networks/network";
import { randomVgg, vgg19Mini } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { style, type Term } from "../../src/terms";
import { perLayer } from "../../src/weighting/termWeights";
import { assertClose, assertPartsClose, leaksNothing, numbers } from "../compare";

const [height, width] = [22, 30];
const layers = ["relu1_1", "relu1_2", "relu2_1", "relu2_2", "relu3_1"] as const;
/** The receptive field of each of these layers: a 3×3 convolution (c) reads one line more on either side, a pooling (p) two for one. */
const operationsTo: Record<string, string> =
  { relu1_1: "c", relu1_2: "cc", relu2_1: "ccpc", relu2_2: "ccpcc", relu3_1: "ccpccpc", relu4_1: "ccpccpccccpc" };

/** The first and last line of the image that line `line` of a layer depends on, cut to the image. */
function field(operations: string, line: number, lines: number): [number, number] {
  let [first, last] = [line, line];
  for (const step of [...operations].reverse()) [first, last] = step === "c" ? [first - 1, last + 1] : [2 * first, 2 * last + 1];
  return [Math.max(0, first), Math.min(lines - 1, last)];
}

/** The rules in plain loops: `all` where any pixel of the field is in the region, `inside` where every pixel is. */
function byFields(region: tf.Tensor2D, layer: string, rule: "all" | "inside"): number[] {
  const [operations, mask, [height, width]] = [operationsTo[layer], numbers(region), region.shape];
  const shrink = 2 ** [...operations].filter((step) => step === "p").length;
  const [rows, columns] = [Math.floor(height / shrink), Math.floor(width / shrink)];
  return Array.from({ length: rows * columns }, (_, at) => {
    const [top, bottom] = field(operations, Math.floor(at / columns), height);
    const [left, right] = field(operations, at % columns, width);
    const inside: boolean[] = [];
    for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) inside.push(mask[y * width + x] >= 0.5);
    return Number(rule === "all" ? inside.some(Boolean) : inside.every(Boolean));
  });
}

/** An L from the upper left corner, so that rows and columns differ. */
function corner([height, width]: [number, number], [low, right]: [number, number], notch: [number, number]): tf.Tensor2D {
  return tf.tidy(() => tf.cast(tf.tensor2d(Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) =>
    (y < low && x < right && !(y > notch[0] && x > notch[1])) ? 1 : 0))), "float32"));
}

describe("a mask at the layers of a network", () => {
  let network: Network;
  let image: Image, region: tf.Tensor2D;
  before(async () => {
    network = await randomVgg({ width: 1 / 16 });
    image = noise([height, width], { seed: 1 });
    region = corner([height, width], [18, 24], [12, 15]);
  });
  after(() => { network.dispose(); tf.dispose([image, region]); });

  for (const rule of ["all", "inside"] as const)
    it(`${rule}: takes exactly the positions whose receptive field ${rule === "all" ? "touches" : "lies in"} the region`, async () => {
      const masks = await propagate(network, region, layers, { propagation: rule });
      for (const layer of layers) assert.deepEqual(numbers(masks[layer]), byFields(region, layer, rule), layer);
      tf.dispose(masks);
    });

  it("the same deep in a trained network, where the corners of a receptive field hardly matter", async () => {
    const mini = await vgg19Mini();
    const large = corner([96, 200], [60, 120], [40, 60]);
    for (const rule of ["all", "inside"] as const) {
      const { relu4_1 } = await propagate(mini, large, ["relu4_1"], { propagation: rule });
      assert.deepEqual(numbers(relu4_1), byFields(large, "relu4_1", rule), rule);
      relu4_1.dispose();
    }
    large.dispose();
    mini.dispose();
  });

  it("simple: each position has the mean of the mask over the area it covers; hard rounds that to 0 or 1", async () => {
    const [soft, hard] = await Promise.all((["soft", "hard"] as const).map(async (edge) =>
      (await propagate(network, region, ["relu2_1"], { edge })).relu2_1));
    const mask = numbers(region);
    const expected = Array.from({ length: 11 * 15 }, (_, at) => {
      const corner = 2 * Math.floor(at / 15) * width + 2 * (at % 15);
      return (mask[corner] + mask[corner + 1] + mask[corner + width] + mask[corner + width + 1]) / 4;
    });
    assertClose(soft, expected, 1e-6);
    assert.ok(expected.includes(0.5));
    assert.deepEqual(numbers(hard), expected.map((value) => (value >= 0.5 ? 1 : 0)));
    tf.dispose([soft, hard]);
  });

  it("inside ≤ simple ≤ all, and `all` of a region is the complement of `inside` of the rest", async () => {
    const at = async (propagation: Propagation, mask = region): Promise<number[]> => {
      const { relu2_2 } = await propagate(network, mask, ["relu2_2"], { propagation, edge: "hard" });
      const values = numbers(relu2_2);
      relu2_2.dispose();
      return values;
    };
    const [inside, simple, all] = [await at("inside"), await at("simple"), await at("all")];
    assert.ok(inside.every((value, i) => value <= simple[i] && simple[i] <= all[i]));
    const rest = tf.sub<tf.Tensor2D>(1, region);
    assert.deepEqual(await at("inside", rest), all.map((value) => 1 - value));
    rest.dispose();
  });

  for (const propagation of propagations)
    it(`${propagation}: a mask of ones is ones at every layer, and changes nothing in a guided style`, async () => {
      const ones = fullMask(image);
      const masks = await propagate(network, ones, layers, { propagation });
      for (const layer of layers) assertClose(masks[layer], Array(masks[layer].size).fill(1), 1e-6);
      const other = noise(image, { seed: 2 });
      const value = async (terms: Term[]): Promise<Record<string, number>> => {
        const goal = objective(network, terms);
        const { parts } = await goal.measure(other);
        goal.dispose();
        return { ...parts };
      };
      const term = style(image, { layers, weight: 3 });
      const guided = await value(perLayer(term, (layer) =>
        guidedGram({ image: masks[layer as typeof layers[number]], target: masks[layer as typeof layers[number]] })));
      const plain = await value([term]);
      assertPartsClose(guided, plain, 1e-5);
      tf.dispose([ones, other, masks]);
    });

  it("nothing outside the region leaks into `inside`: what lies outside the mask may change freely", async () => {
    const { relu3_1: inside } = await propagate(network, region, ["relu3_1"], { propagation: "inside" });
    const changed = tf.tidy(() => tf.where(tf.greater(tf.expandDims(region, 2), 0), image, noise(image, { seed: 5 })) as Image);
    const goal = objective(network, [style(image, { layers: ["relu3_1"], loss: guidedGram({ image: inside, target: inside }) })]);
    assert.ok((await goal.measure(changed)).value < 1e-9);
    const plain = objective(network, [style(image, { layers: ["relu3_1"] })]);
    assert.ok((await plain.measure(changed)).value > 1e-4);
    for (const each of [goal, plain]) each.dispose();
    tf.dispose([inside, changed]);
  });

  it("leaves nothing behind, and refuses bad masks, layers, names, and a region that has no inside", () => leaksNothing(async () => {
    for (const propagation of propagations) tf.dispose(await propagate(network, region, ["relu2_1"], { propagation }));
    const small = tf.tidy(() => tf.cast(tf.less(tf.reshape(tf.range(0, height * width), [height, width]), 3), "float32") as tf.Tensor2D);
    const [empty, doubled, two] = [tf.zeros<tf.Rank.R2>([height, width]), tf.mul<tf.Tensor2D>(region, 2), tf.stack([region, region], 2)];
    await assert.rejects(propagate(network, small, ["relu3_1"], { propagation: "inside" }), /the mask is empty at relu3_1 by "inside"/);
    await assert.rejects(propagate(network, empty, ["relu1_1"]), /region 0 of the mask is empty/);
    await assert.rejects(propagate(network, doubled, ["relu1_1"]), /the mask has a value of 2/);
    await assert.rejects(propagate(network, two as never, ["relu1_1"]), /one region at a time/);
    await assert.rejects(propagate(network, region, ["relu1_3"]), /no layer relu1_3/);
    await assert.rejects(propagate(network, region, ["relu1_1"], { propagation: "outside" as never }), /no propagation outside.*inside/);
    tf.dispose([small, empty, doubled, two]);
  }));
});
