// An objective that changes while it is minimized: new weights, new targets.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../../src/image";
import { keepBest, type BestStep } from "../../src/minimize/best";
import { minimize, type Step } from "../../src/minimize/minimize";
import type { Network } from "../../src/networks/network";
import { randomVgg } from "../../src/networks/vgg";
import { objective, type Objective } from "../../src/objective";
import { adam } from "../../src/optimizers/adam";
import { fourier } from "../../src/optimizers/fourier";
import { lbfgs } from "../../src/optimizers/lbfgs";
import { reparameterize } from "../../src/optimizers/reparameterize";
import { content, style, type Term } from "../../src/terms";
import { leaksNothing } from "../compare";

describe("an objective that changes", () => {
  let network: Network;
  let photo: Image, painting: Image, other: Image, image: Image;
  let passes = 0;
  const layers = ["relu1_1", "relu2_1"];
  const terms = (weight: number, target: Image, share: Term["layers"] = layers): Term[] =>
    [content(photo, { layers: ["relu2_2"] }), style(target, { layers: share, weight })];
  before(async () => {
    const random = await randomVgg({ width: 1 / 16 });
    network = { ...random, features: (...args) => (passes++, random.features(...args)) };
    [photo, painting, other, image] = [noise([16, 24], { seed: 1 }), noise([20, 20], { seed: 2 }), noise([18, 30], { seed: 4 }), noise([16, 24], { seed: 3 })];
  });
  after(() => { network.dispose(); tf.dispose([photo, painting, other, image]); });

  const sameAs = async (goal: Objective, fresh: Term[]): Promise<void> => {
    const expected = objective(network, fresh);
    assert.deepEqual(await goal.measure(image), await expected.measure(image));
    const plain = (some: readonly Term[]): object[] => some.map(({ name, weight, layers: at, target }) => ({ name, weight, at, target }));
    assert.deepEqual(plain(goal.terms), plain(fresh));
    assert.equal(goal.toString(), expected.toString());
    expected.dispose();
  };

  it("measures what an objective of the new terms does, to the bit, with no pass over the targets for new weights", () => leaksNothing(async () => {
    const goal = objective(network, terms(3, painting));
    await goal.measure(image);
    passes = 0;
    goal.change("style", { weight: 50 });
    goal.change("style", { layers: { relu1_1: 0, relu2_1: 0.25 } });
    assert.equal(passes, 0);
    await sameAs(goal, terms(50, painting, { relu1_1: 0, relu2_1: 0.25 }));
    passes = 0;
    goal.change("style", { target: other, layers });
    assert.equal(passes, 1);
    await sameAs(goal, terms(50, other));
    goal.change("style", { target: [{ image: other, weight: 1 }, { image: painting, weight: 2 }] });
    await sameAs(goal, [terms(50, painting)[0], style([{ image: other, weight: 1 }, { image: painting, weight: 2 }], { layers, weight: 50 })]);
    goal.dispose();
  }));

  it("refuses what an objective of the new terms would, other layers, and a term that it lacks; then it is as it was", async () => {
    const goal = objective(network, terms(3, painting));
    assert.throws(() => goal.change("styel", { weight: 1 }), /no term styel in this objective; did you mean style\?/);
    assert.throws(() => goal.change("style", { weight: -1 }), /the weight of "style" must be 0 or more, got -1/);
    assert.throws(() => goal.change("style", { layers: { relu1_1: NaN, relu2_1: 1 } }), /the weight of relu1_1 in "style" must be 0 or more/);
    assert.throws(() => goal.change("style", { layers: ["relu1_1"] }), /a change keeps the layers of "style": relu1_1, relu2_1; a weight of 0/);
    assert.throws(() => goal.change("style", { target: undefined }), /the target of "style"/);
    await sameAs(goal, terms(3, painting));
    goal.dispose();
    assert.throws(() => goal.change("style", { weight: 1 }), /disposed/);
  });

  /** Steps of a run whose style weight becomes 100 when it is at step 2. */
  async function played(optimizer: Parameters<typeof minimize>[1]["optimizer"], weight = 100): Promise<{ x: Float32Array; loss: number; steps: Step[] }[]> {
    const goal = objective(network, terms(1, painting));
    const seen = [];
    for await (const step of minimize(goal, { start: photo, optimizer, steps: 5 })) {
      seen.push({ x: (await step.image.data<"float32">()).slice(), loss: step.loss, steps: [step] });
      if (step.index === 2) goal.change("style", { weight });
    }
    goal.dispose();
    return seen;
  }

  const optimizers = { adam: () => adam(), lbfgs: () => lbfgs(), fourier: () => reparameterize(fourier(), lbfgs()) };
  for (const [name, optimizer] of Object.entries(optimizers))
    it(`${name}: from the change on, the steps are those of a run with the new weight that starts there`, async () => {
      const seen = await played(optimizer());
      const goal = objective(network, terms(100, painting));
      const start = tf.tensor3d(seen[2].x, photo.shape);
      const rest = [];
      for await (const { image: now, loss } of minimize(goal, { start, optimizer: optimizer(), steps: 3 })) rest.push({ x: (await now.data<"float32">()).slice(), loss });
      assert.deepEqual(seen.slice(3).map(({ x, loss }) => ({ x, loss })), rest.slice(1));
      assert.notEqual(seen[2].loss, rest[0].loss, "the step before the change was measured with the old weight");
      start.dispose();
      goal.dispose();
    });

  it("a step says with which terms it was measured", async () => {
    const weights = (await played(adam())).map(({ steps: [step] }) => step.terms[1].weight);
    assert.deepEqual(weights, [1, 1, 1, 100, 100, 100]);
  });

  it("a snapshot belongs to the terms that it was measured with: it resumes with those, and names the weight that differs", async () => {
    const snapshot = (await played(adam())).at(-2)!.steps[0].snapshot();
    const [same, old] = [objective(network, terms(100, painting)), objective(network, terms(1, painting))];
    const resumed = minimize(same, { start: photo, optimizer: adam(), steps: 5, resume: snapshot });
    assert.equal((await resumed.next()).value!.index, 4);
    await resumed.return();
    await assert.rejects(minimize(old, { start: photo, optimizer: adam(), steps: 5, resume: snapshot }).next(), /another objective/);
    same.dispose();
    old.dispose();
  });

  it("a loss that is higher because a weight was raised is no divergence, and the best step is one with the new terms", async () => {
    const goal = objective(network, terms(1, painting));
    let best: BestStep<Step> | undefined;
    const warnings: (string | undefined)[] = [];
    for await (const step of minimize(goal, { start: photo, optimizer: adam({ rate: 0.001 }), steps: 4 })) {
      best = await keepBest(best, step);
      warnings.push(step.warning);
      if (step.index === 2) goal.change("style", { weight: 1e6 });
    }
    assert.deepEqual(warnings, Array(5).fill(undefined));
    assert.ok(best!.index > 2 && best!.terms[1].weight === 1e6, `step ${best!.index}`);
    goal.dispose();
  });
});
