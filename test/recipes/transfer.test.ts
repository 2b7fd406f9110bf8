// A transfer is what its terms and its options say, by the default recipe and by the paper's.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { luminance, matchColor } from "../../src/color/matchColor";
import type { Image } from "../../src/image";
import { sample } from "../../src/platform/files/sample";
import { activations, contentAs } from "../../src/losses/activations";
import { gaussianWasserstein } from "../../src/losses/gaussianWasserstein";
import { gram, gramAs } from "../../src/losses/gram";
import { relative } from "../../src/losses/relative";
import { best, measureClipped } from "../../src/minimize/best";
import { minimize, type Step } from "../../src/minimize/minimize";
import { randomVgg, type Vgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { adam } from "../../src/optimizers/adam";
import { fourier } from "../../src/optimizers/fourier";
import { lbfgs } from "../../src/optimizers/lbfgs";
import type { Optimizer } from "../../src/optimizers/optimizer";
import { optimizers } from "../../src/optimizers/registry";
import { reparameterize } from "../../src/optimizers/reparameterize";
import { transfer, type TransferOptions } from "../../src/recipes/transfer";
import { transferTerms } from "../../src/recipes/transferTerms";
import { specOf } from "../../src/spec";
import { defaults } from "../../src/sweeps/settings";
import { content, smoothness, style, type Term } from "../../src/terms";
import { assertClose, leaksNothing, numbers } from "../compare";

let network: Vgg;
let photo: Image;
let painting: Image;
before(async () => {
  network = await randomVgg({ width: 1 / 16 });
  [photo, painting] = [await sample("valley", { cover: [32, 32] }), await sample("mosaic", { cover: [32, 32] })];
});
after(() => { network.dispose(); tf.dispose([photo, painting]); });

const waves = (): Optimizer => reparameterize(fourier(), lbfgs());

/** The result of these terms from this start with this optimizer, by hand. */
async function byHand(terms: readonly Term[], start: Image, optimizer: Optimizer, steps: number): Promise<{ image: number[]; loss: number }> {
  const goal = objective(network, terms);
  const { image, loss } = await measureClipped(goal, (await best(minimize(goal, { start, optimizer, steps }))).image);
  goal.dispose();
  const values = [...numbers(image)];
  image.dispose();
  return { image: values, loss };
}

async function transferred(options: TransferOptions): Promise<{ image: number[]; loss: number }> {
  const { image, loss } = await transfer(network, photo, painting, options);
  const values = [...numbers(image)];
  image.dispose();
  return { image: values, loss };
}

const defaultTerms = (): Term[] =>
  [content(photo, { loss: relative(activations()) }), style(painting, { loss: relative(gaussianWasserstein()), weight: 30 })];

describe("transfer", () => {
  it("is by default the Wasserstein distance of Gaussians 30 times, and L-BFGS on Fourier coefficients from the photograph", async () =>
    assert.deepEqual(await transferred({ steps: 3 }), await byHand(defaultTerms(), photo, waves(), 3)));

  it("by the paper has the weights of its authors' code, and L-BFGS on pixels", async () => {
    const terms = [
      content(photo, { loss: contentAs("gatysCodeNormalized"), weight: 1e6 }), style(painting, { loss: gramAs("gatysCodeNormalized"), weight: 1e9 }),
    ];
    assert.deepEqual(await transferred({ recipe: "paper", steps: 3 }), await byHand(terms, photo, lbfgs(), 3));
  });

  it("has other parts where they are given, and its own where they are undefined", async () => {
    const styleLayers = { relu1_1: 0.4, relu2_1: 0.6 };
    const terms = [
      content(photo, { layers: ["relu3_1"], loss: activations(), weight: 2 }),
      style(painting, { layers: styleLayers, loss: relative(gram()), weight: 5 }), smoothness({ weight: 3 }),
    ];
    const given = {
      contentLayers: ["relu3_1"], contentLoss: activations(), contentWeight: 2, styleLayers, styleLoss: relative(gram()), styleWeight: 5,
      smoothnessWeight: 3, optimizer: adam(), start: painting, steps: 2,
    };
    assert.deepEqual(await transferred(given), await byHand(terms, painting, adam(), 2));
    const none = Object.fromEntries(Object.keys(given).map((name) => [name, undefined]));
    assert.deepEqual(await transferred({ ...none, steps: 1 }), await transferred({ steps: 1 }));
  });

  it("takes as many steps as its recipe says", async () => {
    const stepsOf = async (options: TransferOptions): Promise<number> => {
      let steps = 0;
      const stop = new AbortController();
      tf.dispose((await transfer(network, photo, painting, {
        ...options, signal: stop.signal, each: (step) => { steps = step.steps; stop.abort(); },
      })).image);
      return steps;
    };
    assert.deepEqual([await stepsOf({}), await stepsOf({ recipe: "paper" })], [60, 500]);
  });

  it("with sizes goes from coarse to fine", async () => {
    const seen: string[] = [];
    const { image } = await transfer(network, photo, painting, {
      sizes: [20, 32], steps: 1, each: (step: Step) => { seen.push(`${step.image.shape[0]} ${step.index}`); },
    });
    image.dispose();
    assert.deepEqual(seen, ["20 0", "20 1", "32 0", "32 1"]);
  });

  it("in luminance keeps the photograph's chroma, and the loss is that of the luminance", async () => {
    const [gray, target] = [luminance(photo), luminance(painting, { like: photo })];
    const result = await transferred({ color: "luminance", steps: 2 });
    const { loss } = await byHand(transferTerms(gray, target), gray, waves(), 2);
    assert.equal(result.loss, loss);
    const chroma = (values: ArrayLike<number>): number[] => Array.from({ length: values.length / 3 }, (_, p) =>
      [-0.147, -0.288, 0.436].reduce((sum, factor, c) => sum + factor * values[3 * p + c], 0));
    // Where a channel is at 0 or 1, the color was clipped.
    const inside = (_: number, p: number): boolean => [0, 1, 2].every((c) => result.image[3 * p + c] > 0 && result.image[3 * p + c] < 1);
    const [found, own] = [chroma(result.image).filter(inside), chroma(numbers(photo)).filter(inside)];
    assert.ok(found.length > 500);
    assertClose(tf.tensor1d(found), tf.tensor1d(own), 1e-4, "U");
    tf.dispose([gray, target]);
  });

  it("in matched colors paints with the painting in the photograph's colors", async () => {
    const matched = await matchColor(painting, photo);
    const { loss } = await byHand(transferTerms(photo, matched), photo, waves(), 1);
    assert.equal((await transferred({ color: "matched", steps: 1 })).loss, loss);
    matched.dispose();
  });

  it("refuses an unknown recipe or color with the nearest, and leaks nothing, then or when it works", async () => {
    const once = async (options: object): Promise<void> => tf.dispose((await transfer(network, photo, painting, { steps: 1, ...options })).image);
    await once({});
    await leaksNothing(async () => {
      await assert.rejects(once({ recipe: "papers" }), /no recipe papers; did you mean paper\?/);
      await assert.rejects(once({ color: "luminence" }), /no color luminence; did you mean luminance\?/);
      await assert.rejects(once({ styleLayers: ["relu9_1"] }), /relu9_1/);
      await once({ color: "luminance" });
      await once({ color: "matched", recipe: "paper" });
    });
  });

  it("is what a sweep's cell does by default", () => {
    assert.deepEqual([defaults.styleLoss, defaults.styleWeight, defaults.contentLoss, defaults.contentWeight, defaults.smoothnessWeight],
      ["relative gaussianWasserstein", 30, "relative activations", 1, 0]);
    const optimizer = specOf(optimizers, "optimizer", defaults.optimizer as string).make({});
    assert.deepEqual([optimizer.name, optimizer.settings, defaults.steps], [waves().name, waves().settings, 60]);
  });
});

describe("optimizers on Fourier coefficients", () => {
  it("have the options of those on pixels but for clipping, which would clip coefficients", () => {
    assert.deepEqual(Object.keys(specOf(optimizers, "optimizer", "fourier adam").options), ["rate", "beta1", "beta2", "epsilon"]);
    const { settings } = specOf(optimizers, "optimizer", "fourier adam").make({ rate: 0.1 });
    assert.deepEqual(settings, reparameterize(fourier(), adam({ rate: 0.1, clip: false })).settings);
  });
});
