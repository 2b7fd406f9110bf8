import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { inspect } from "node:util";
import { noise, type Image } from "../../src/image";
import { gram } from "../../src/losses/gram";
import type { Network } from "../../src/networks/network";
import { randomVgg } from "../../src/networks/vgg";
import { objective, type Measurement } from "../../src/objective";
import { content, smoothness, style, type Term } from "../../src/terms";
import { balance } from "../../src/weighting/balance";
import { perLayer, withRatio } from "../../src/weighting/termWeights";
import { assertAllClose, assertClose, assertGradientClose, assertPartsClose, leaksNothing } from "../compare";

let network: Network;
let photo: Image, painting: Image, start: Image;
const layers = ["relu1_1", "relu2_1"];
before(async () => {
  network = await randomVgg({ width: 1 / 16 });
  [photo, painting, start] = [noise([16, 24], { seed: 1 }), noise([20, 20], { seed: 2, strength: 0.3 }), noise([16, 24], { seed: 3 })];
});
after(() => { network.dispose(); tf.dispose([photo, painting, start]); });

const terms = (): Term[] => [
  content(photo, { layers: ["relu2_2"], weight: 0.5 }), style(painting, { layers, weight: 3 }),
  style(photo, { layers: ["relu3_1"], weight: 1, name: "second" }), smoothness({ weight: 0.1 }),
];
async function measured(some: readonly Term[]): Promise<Measurement> {
  const goal = objective(network, some);
  try {
    return await goal.measure(start);
  } finally {
    goal.dispose();
  }
}
const norm = ({ gradient }: Measurement): number => Math.hypot(...gradient);

describe("weights as a ratio", () => {
  it("α/β is the content's weights over the styles', which keep their proportions; nothing else changes", () => {
    const before = terms();
    const [photoTerm, first, second, smooth] = withRatio(before, 1e-3);
    assert.equal(photoTerm.weight, 0.5);
    assertClose(0.5 / (first.weight + second.weight), 1e-3, 1e-12);
    assertClose(first.weight / second.weight, 3, 1e-12);
    assert.deepEqual(smooth, before[3]);
    assert.deepEqual({ ...first, weight: 3 }, before[1]);
  });

  it("the ratio that the terms already have changes nothing", () => {
    assert.deepEqual(withRatio(terms(), 0.5 / 4).map(({ weight }) => weight), terms().map(({ weight }) => weight));
  });

  it("refuses an invalid ratio, and terms without content or style", () => {
    for (const wrong of [0, -1, NaN, Infinity]) assert.throws(() => withRatio(terms(), wrong), /the ratio α\/β is a number above 0/);
    assert.throws(() => withRatio([style(painting)], 1), /needs content and style with weights above 0; here α is 0 and β is 1/);
  });
});

describe("a term for each layer", () => {
  it("equals the term: the same names, values and gradient", async () => {
    const [whole, split] = [await measured([style(painting, { layers: { relu1_1: 2, relu2_1: 0.5 }, weight: 3 })]),
      await measured(perLayer(style(painting, { layers: { relu1_1: 2, relu2_1: 0.5 }, weight: 3 }), () => gram()))];
    assertPartsClose(split.parts, whole.parts, 1e-6);
    assertGradientClose(split.gradient, whole.gradient, 1e-5);
  });

  it("still refuses two terms with one name", () => {
    const twice = [...perLayer(style(painting, { layers }), () => gram()), ...perLayer(style(photo, { layers }), () => gram())];
    assert.throws(() => objective(network, twice), /two terms are called "style relu1_1"/);
  });
});

describe("balanced weights", () => {
  it("by value: every term has the same loss at the start, and the sum does not change", async () => {
    const { terms: balanced } = await balance(network, terms(), start);
    const before = await measured(terms());
    const each = await Promise.all(balanced.map(async (term) => (await measured([term])).value));
    assertClose(each, each.map(() => before.value / 4), 1e-5);
    assertClose((await measured(balanced)).value, before.value, 1e-5);
  });

  it("by gradient: every term has a gradient of the same norm at the start, and the sum of the norms does not change", async () => {
    const { terms: balanced } = await balance(network, terms(), start, { by: "gradient" });
    const norms = async (some: readonly Term[]): Promise<number[]> =>
      Promise.all(some.map(async (term) => norm(await measured([term]))));
    const [before, each] = [await norms(terms()), await norms(balanced)];
    assertClose(each, each.map(() => before.reduce((a, b) => a + b) / 4), 1e-5);
  });

  it("changes weights only, and balanced weights are balanced already", async () => {
    const once = await balance(network, terms(), start);
    const twice = await balance(network, once.terms, start);
    const before = terms();
    const { terms: balanced } = await balance(network, before, start);
    balanced.forEach((term, i) => assert.deepEqual({ ...term, weight: before[i].weight }, before[i]));
    assertAllClose(twice.terms.map(({ weight }) => weight), once.terms.map(({ weight }) => weight), 1e-5);
  });

  it("shows its numbers, before and after: they are what an objective measures", async () => {
    const balanced = await balance(network, terms(), start, { by: "gradient" });
    for (const [i, { name, before, after }] of balanced.rows.entries()) {
      const [was, is] = [await measured([terms()[i]]), await measured([balanced.terms[i]])];
      assert.equal(name, terms()[i].name);
      assertAllClose([before.value, before.gradient, after.value, after.gradient], [was.value, norm(was), is.value, norm(is)], 1e-5);
      assert.deepEqual([before.weight, after.weight], [terms()[i].weight, balanced.terms[i].weight]);
    }
    const lines = String(balanced).split("\n");
    assert.equal(lines.length, 5);
    assert.match(lines[0], /^term +weight +→ +loss +→ +gradient +→$/);
    assert.match(lines[1], new RegExp(`^content +${balanced.rows[0].before.weight.toPrecision(3)} +${balanced.rows[0].after.weight.toPrecision(3)} `));
    assert.equal(inspect(balanced), String(balanced));
  });

  it("leaves nothing behind, and refuses a start where a term is 0, and names that do not exist", () => leaksNothing(async () => {
    await balance(network, terms(), start);
    await assert.rejects(balance(network, terms(), photo), /"content" cannot be balanced: its value is 0 at this image; take another, such as noise/);
    await assert.rejects(balance(network, terms(), start, { by: "valu" as never }), /no measure of balance valu.*did you mean value\?/);
    await assert.rejects(balance(network, terms().map((term) => ({ ...term, weight: 0 })), start), /all terms have weight 0/);
    await assert.rejects(balance(network, [{ ...terms()[0], weight: -1 }, terms()[1]], start), /weight of "content" must be 0 or more/);
    await assert.rejects(balance(network, [terms()[1], terms()[1]], start), /two terms are called "style"/);
  }));
});
