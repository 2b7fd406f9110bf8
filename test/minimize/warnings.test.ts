import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../../src/image";
import { fromStatistic } from "../../src/losses/fromStatistic";
import type { Regularizer } from "../../src/losses/loss";
import { minimize, type MinimizeOptions, type Step } from "../../src/minimize/minimize";
import { NotFiniteError } from "../../src/minimize/notFiniteError";
import type { Network } from "../../src/networks/network";
import { randomVgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { adam } from "../../src/optimizers/adam";
import { gradientDescent } from "../../src/optimizers/gradientDescent";
import { lbfgs } from "../../src/optimizers/lbfgs";
import type { Optimizer } from "../../src/optimizers/optimizer";
import { transfer } from "../../src/recipes/transfer";
import { content, style, type Term } from "../../src/terms";
import { leaksNothing, numbers } from "../compare";

const everyOptimizer: readonly Optimizer[] = [gradientDescent(), adam(), lbfgs()];
let network: Network;
let photo: Image, painting: Image, start: Image;
before(async () => {
  network = await randomVgg({ width: 1 / 16 });
  [photo, painting, start] = [noise([16, 24], { seed: 1 }), noise([20, 20], { seed: 2 }), noise([16, 24], { seed: 3 })];
});
after(() => { network.dispose(); tf.dispose([photo, painting, start]); });

async function run(terms: readonly Term[], options: Partial<MinimizeOptions> = {}, on = network): Promise<Step[]> {
  const goal = objective(on, terms);
  const steps: Step[] = [];
  try {
    for await (const step of minimize(goal, { start, steps: 6, ...options })) steps.push(step);
  } finally {
    goal.dispose();
  }
  return steps;
}

const toPhoto = (): Term => content(photo, { layers: ["relu2_1"] });
const custom = (loss: Term["loss"], layers: string[] = ["relu2_1"]): Term => ({ name: "mine", kind: "custom", layers, loss, weight: 1 });

describe("a loss that diverges", () => {
  const tooFast = gradientDescent({ rate: 1e3 });
  const bowl: Regularizer = { name: "bowl", distance: (x) => tf.mean(tf.square(tf.sub(x, 0.5))) };

  it("is told at every step past 10 times the best, with both losses and a remedy; the loop continues", async () => {
    const rate = 2.2 * start.size / 2; // |1 − 2 rate / n| = 1.2: the loss grows by 1.44 at every step
    const steps = await run([custom(bowl, ["pixels"])], { optimizer: gradientDescent({ rate, clip: false }), steps: 12 });
    assert.deepEqual(steps.map(({ warning }) => warning !== undefined), steps.map((_, index) => 1.44 ** index > 10));
    assert.match(steps[8].warning!, /^diverging: the loss is [\d.]+, 18\.5 times the best, [\d.]+ at step 0\. Take a smaller rate, or lbfgs\(\)/);
    assert.equal(steps.length, 13);
    assert.ok(steps.every(({ stopped }) => stopped === false));
  });

  it("is told of a resumed run as of one that was never interrupted", async () => {
    const rate = 2.2 * start.size / 2;
    const options = { optimizer: gradientDescent({ rate, clip: false }), steps: 10 };
    const whole = await run([custom(bowl, ["pixels"])], options);
    const resumed = await run([custom(bowl, ["pixels"])], { ...options, resume: whole[5].snapshot() });
    assert.deepEqual(resumed.map(({ warning }) => warning), whole.slice(5).map(({ warning }) => warning));
  });

  it("leaves the start as the result, and the result says so", async () => {
    const { image, index, warning } = await transfer(network, photo, painting, { optimizer: tooFast, steps: 4 });
    assert.equal(index, 0);
    assert.deepEqual(numbers(image), numbers(photo));
    assert.match(warning!, /^no step had a lower loss than the start: the image is the start\. diverging: the loss is/);
    image.dispose();
  });

  it("is not a loss that falls, nor one that rises near its minimum", async () => {
    for (const optimizer of everyOptimizer)
      for (const { warning } of await run([toPhoto(), style(painting, { layers: ["relu1_1"] })], { optimizer, steps: 20 })) assert.equal(warning, undefined);
    const jumpy = await run([custom(bowl, ["pixels"])], { optimizer: adam({ rate: 0.02 }), steps: 3, start: tf.tidy(() => tf.fill([16, 24, 3], 0.55) as Image) });
    assert.ok(jumpy.every(({ warning }) => warning === undefined));
    const result = await transfer(network, photo, painting, { steps: 5 });
    assert.equal(result.warning, undefined);
    assert.ok(result.index > 0);
  });
});

describe("a gradient of exactly zero", () => {
  const flat: Record<string, (x: tf.Tensor3D) => tf.Tensor> = {
    argMax: (x) => tf.mean(tf.cast(tf.argMax(x, 2), "float32")), round: (x) => tf.mean(tf.round(tf.mul(x, 10))), step: (x) => tf.mean(tf.step(x)),
  };
  for (const [name, distance] of Object.entries(flat))
    for (const optimizer of everyOptimizer)
      it(`${name}, ${optimizer.name}: ends the run at its start, which names the term, the loss and the layer`, async () => {
        const steps = await run([custom({ name, distance: distance as Regularizer["distance"] })], { optimizer });
        assert.deepEqual(steps.map(({ index, stopped }) => [index, stopped]), [[0, false], [0, "no gradient"]]);
        for (const { warning } of steps)
          assert.match(warning!, new RegExp(`^no gradient: that of "mine relu2_1" \\(${name}, at relu2_1\\) is exactly zero, so no step changes it`));
      });

  it("of one term beside others is told at the first step, and the others go on", async () => {
    for (const distance of [flat.round, () => tf.scalar(3)] as Regularizer["distance"][]) {
      const steps = await run([toPhoto(), custom({ name: "stairs", distance })], { optimizer: adam() });
      assert.equal(steps.length, 7);
      assert.match(steps[0].warning!, /^no gradient: that of "mine relu2_1" \(stairs, at relu2_1\)/);
      assert.ok(!steps[0].warning!.includes("content"));
    }
    const compared = fromStatistic((features) => tf.round(tf.mul(features, 10)), "rounded");
    const [{ warning }] = await run([toPhoto(), { ...style(painting, { layers: ["relu1_1"] }), target: start, loss: compared }], { start: photo, steps: 1 });
    assert.match(warning!, /"style relu1_1"/);
  });

  it("where the network passes nothing back says so", async () => {
    const dead = { ...network, features: (image: Image) => Object.assign(() => tf.add(tf.relu(tf.sub(image, 5)), 1) as tf.Tensor3D, { dispose: () => {} }) };
    const mean: Regularizer = { name: "mean", distance: (x) => tf.mean(x) };
    const steps = await run([custom(mean)], { optimizer: adam() }, dead as unknown as Network);
    assert.equal(steps.at(-1)!.stopped, "no gradient");
    assert.match(steps[0].warning!, /^no gradient: the loss is 1, and its gradient exactly zero\. Nothing that the loss reads is active/);
  });

  it("at a loss of 0 is the end of a run, and no fault", async () => {
    for (const optimizer of everyOptimizer) {
      const steps = await run([toPhoto()], { optimizer, start: photo });
      assert.deepEqual(steps.map(({ stopped, warning }) => [stopped, warning]), [[false, undefined], ["converged", undefined]]);
    }
  });

  it("of a term without weight is nobody's business", async () => {
    const [{ warning }] = await run([toPhoto(), { ...custom({ name: "stairs", distance: flat.round as never }), weight: 0 }], { steps: 1 });
    assert.equal(warning, undefined);
  });

  it("is looked for without leaving a tensor behind", () =>
    leaksNothing(async () => { await run([toPhoto(), custom({ name: "stairs", distance: flat.round as never })], { steps: 2 }); }));
});

describe("values that are not finite", () => {
  const spoilt = (value: number): Image => tf.tidy(() => {
    const values = Float32Array.from({ length: 16 * 24 * 3 }, () => 0.5);
    values.set([value, value], (2 * 24 + 7) * 3 + 1);
    return tf.tensor3d(values, [16, 24, 3]);
  });

  for (const value of [NaN, Infinity, -Infinity]) {
    it(`${value} in a start is named, with its place`, async () => {
      for (const optimizer of everyOptimizer)
        await assert.rejects(run([toPhoto()], { start: spoilt(value), optimizer }), {
          name: "RangeError", message: `start, where the loop begins, has 2 of 1152 values that are not finite numbers; the first is ${value}, at row 2, column 7, green`,
        });
    });

    it(`${value} in a target is named, with its term`, async () => {
      await assert.rejects(run([toPhoto(), style(spoilt(value), { layers: ["relu1_1"] })]), {
        name: "RangeError", message: /^the target of "style" has 2 of 1152 values that are not finite numbers; the first is -?(NaN|Infinity), at row 2, column 7, green$/,
      });
    });
  }

  it("a loss that is not finite at a good start is not put down to the rate", () =>
    assert.rejects(run([toPhoto(), custom({ name: "log", distance: (x: tf.Tensor3D) => tf.mean(tf.log(tf.mul(x, 0))) as tf.Scalar })]), (error: NotFiniteError) => {
      assert.match(error.message, /the value of "mine relu2_1" is not a finite number at step 0; no step was taken yet.*logarithm/);
      assert.ok(!error.message.includes("smaller rate"));
      error.image.dispose();
      return true;
    }));
});
