import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../../src/image";
import { activations } from "../../src/losses/activations";
import { gram } from "../../src/losses/gram";
import type { Regularizer } from "../../src/losses/loss";
import { relative } from "../../src/losses/relative";
import { minimize, type Step } from "../../src/minimize/minimize";
import { NotFiniteError } from "../../src/minimize/notFiniteError";
import type { Network } from "../../src/networks/network";
import { randomVgg } from "../../src/networks/vgg";
import { objective, type Objective } from "../../src/objective";
import { adam } from "../../src/optimizers/adam";
import { gradientDescent } from "../../src/optimizers/gradientDescent";
import { lbfgs } from "../../src/optimizers/lbfgs";
import { reconstruct, texture } from "../../src/recipes/fromNoise";
import { transfer } from "../../src/recipes/transfer";
import { content, smoothness, style, type Term } from "../../src/terms";
import { assertClose, leaksNothing, numbers } from "../compare";

describe("minimize", () => {
  let network: Network;
  let photo: Image, painting: Image;
  let goal: Objective;
  const layers = ["relu1_1", "relu2_1"];
  before(async () => {
    network = await randomVgg({ width: 1 / 16 });
    photo = noise([16, 24], { seed: 1 });
    painting = noise([20, 20], { seed: 2 });
    goal = objective(network, [content(photo, { layers: ["relu2_2"] }), style(painting, { layers })]);
  });
  after(() => { goal.dispose(); network.dispose(); tf.dispose([photo, painting]); });

  for (const optimizer of [gradientDescent({ rate: 0.3 }), adam(), lbfgs()]) {
    it(`${optimizer.name}: yields the start and every step, and the loss falls`, async () => {
      const losses: number[] = [];
      for await (const step of minimize(goal, { start: photo, optimizer, steps: 12 })) {
        assert.equal(step.index, losses.length);
        assert.deepEqual(step.image.shape, photo.shape);
        losses.push(step.loss);
      }
      assert.equal(losses.length, 13);
      assert.ok(losses[12] < 0.9 * losses[0], `${losses[0]} → ${losses[12]}`);
    });

    it(`${optimizer.name}: gives the same bytes for the same start`, async () => {
      const last = async (): Promise<number[]> => {
        let bytes: number[] = [];
        for await (const { image } of minimize(goal, { start: photo, optimizer, steps: 5 })) bytes = numbers(image);
        return bytes;
      };
      assert.deepEqual(await last(), await last());
    });
  }

  it("says the loss of the very image that it yields", async () => {
    for await (const { image, loss, gradientNorm, index } of minimize(goal, { start: photo, optimizer: adam(), steps: 3 })) {
      const { value, gradient } = await goal.measure(image);
      assert.equal(loss, value, `step ${index}`);
      assertClose(gradientNorm, Math.hypot(...gradient), 1e-9);
    }
  });

  it("never rises under a line search that allows nothing for rounding, over corners either", async () => {
    // Absolute differences: steps that are taken as they come, or wherever it is flat, do rise here.
    const folded = objective(network, [content(photo, { layers: ["pixels"] }), smoothness({ variation: "absolute", weight: 1e-4 })]);
    const start = noise(photo, { seed: 3 });
    let before = Infinity;
    for await (const { loss } of minimize(folded, { start, optimizer: lbfgs({ rounding: 0 }), steps: 30 })) {
      assert.ok(loss <= before, `${before} → ${loss}`);
      before = loss;
    }
    start.dispose();
    folded.dispose();
  });

  it("takes one network pass a step with a first-order method: the start and 6 steps are 7", async () => {
    let passes = 0;
    const counting: Objective = { ...goal, measure: (...args) => (passes++, goal.measure(...args)) };
    for await (const _ of minimize(counting, { start: photo, optimizer: adam(), steps: 6 }));
    assert.equal(passes, 7);
  });

  it("leaves no tensor behind on completion, on break and on throw", async () => {
    await leaksNothing(async () => { for await (const _ of minimize(goal, { start: photo, steps: 3 })); });
    await leaksNothing(async () => { for await (const step of minimize(goal, { start: photo, steps: 9 })) if (step.index === 2) break; });
    await leaksNothing(() => assert.rejects(async () => {
      for await (const step of minimize(goal, { start: photo, steps: 9 })) if (step.index === 2) throw new Error("mine");
    }, /mine/));
  });

  it("ends when it is aborted, and yields its last image once more", async () => {
    const controller = new AbortController();
    const seen: Step[] = [];
    for await (const step of minimize(goal, { start: photo, steps: 1000, signal: controller.signal })) {
      seen.push(step);
      if (step.index === 4) controller.abort();
    }
    assert.deepEqual(seen.map(({ index, stopped }) => [index, stopped]), [[0, false], [1, false], [2, false], [3, false], [4, false], [4, "interrupted"]]);
  });

  it("leaves Ctrl-C alone", async () => {
    const listeners = process.listenerCount("SIGINT");
    for await (const _ of minimize(goal, { start: photo, steps: 2 })) assert.equal(process.listenerCount("SIGINT"), listeners);
  });

  it("yields nothing when it was aborted before it began", async () => {
    for await (const _ of minimize(goal, { start: photo, signal: AbortSignal.abort() })) assert.fail();
  });

  it("ends early where there is no way further down", async () => {
    const still = objective(network, [content(photo, { layers })]);
    const ends: unknown[] = [];
    for await (const { loss, stopped } of minimize(still, { start: photo, steps: 50 })) { assert.equal(loss, 0); ends.push(stopped); }
    assert.deepEqual(ends, [false, "converged"]);
    still.dispose();
  });

  /** A loss of 1 whose value or gradient turns to NaN once the image has moved. */
  const turning = (what: "value" | "gradient"): Regularizer => ({
    name: "turning",
    distance: (seen) => {
      const moved = tf.sum(tf.abs(tf.sub(seen, photo)));
      const bad = moved.dataSync()[0] > 0;
      if (!bad) return tf.sum(seen);
      return what === "value" ? tf.mul(tf.sum(seen), NaN) : tf.sum(tf.sqrt(tf.mul(tf.sub(seen, seen), seen)));
    },
  });

  for (const what of ["value", "gradient"] as const)
    for (const optimizer of [gradientDescent(), adam(), lbfgs()])
      it(`${optimizer.name} stops on a ${what} that is not finite: names the part and the step, keeps the last good image`, async () => {
        const bad = objective(network, [content(photo, { layers }), { ...smoothness(), name: "culprit", loss: turning(what) }]);
        let last: number[] = [];
        await leaksNothing(() => assert.rejects(async () => {
          for await (const { image } of minimize(bad, { start: photo, optimizer, steps: 9 })) last = numbers(image);
        }, (error: NotFiniteError) => {
          assert.ok(error instanceof NotFiniteError);
          assert.equal(error.part, "culprit");
          assert.equal(error.step, 1);
          assert.match(error.message, new RegExp(`the ${what} of "culprit" is not a finite number at step 1`));
          assert.deepEqual(numbers(error.image), last);
          error.image.dispose();
          return true;
        }));
        bad.dispose();
      });

  it("says what is wrong with a start that is no image, and with an optimizer that was not made", async () => {
    const refuses = (options: object, message: RegExp): Promise<void> =>
      assert.rejects(async () => { for await (const _ of minimize(goal, options as never)); }, message);
    await refuses({}, /start, where the loop begins, is not an image/);
    await refuses({ start: Promise.resolve(photo) }, /is a promise: write `await`/);
    await refuses({ start: tf.tidy(() => tf.zeros([3, 3, 1])) }, /must be \[height, width, 3\], got \[3, 3, 1\]/);
    await refuses({ start: photo, optimizer: lbfgs }, /write lbfgs\(\), not lbfgs/);
    const gone = photo.clone();
    gone.dispose();
    await refuses({ start: gone }, /was disposed; keep a clone\(\)/);
  });

  it("refuses steps that are no number of steps", () =>
    assert.rejects(async () => { for await (const _ of minimize(goal, { start: photo, steps: 1.5 })); }, /whole number/));
});

describe("recipes", () => {
  let network: Network;
  let photo: Image, painting: Image;
  before(async () => {
    network = await randomVgg({ width: 1 / 16 });
    photo = noise([16, 24], { seed: 1 });
    painting = noise([20, 20], { seed: 2 });
  });
  after(() => { network.dispose(); tf.dispose([photo, painting]); });

  it("transfer, reconstruct and texture return an image in 0…1 with a lower loss than their start, and leave nothing else behind", async () => {
    const first: number[] = [];
    const each = ({ index, loss }: Step): void => void (index === 0 && first.push(loss));
    const toContent = (layers?: string[]): Term => content(photo, { layers, loss: relative(activations()) });
    const toStyle = (layers?: string[]): Term => style(painting, { layers, loss: relative(gram()) });
    const wanted = [
      [toContent(), { ...toStyle(), weight: 30 }, smoothness({ weight: 0.1 })], [toContent(["relu2_1"])], [toStyle(["relu1_1"])],
    ];
    const lossOf = async (terms: Term[], image: Image): Promise<number> => {
      const goal = objective(network, terms);
      const { value } = await goal.measure(image);
      goal.dispose();
      return value;
    };
    await leaksNothing(async () => {
      const results = [
        await transfer(network, photo, painting, { steps: 8, each, smoothnessWeight: 0.1 }),
        await reconstruct(network, photo, { layer: "relu2_1", steps: 8, each }),
        await texture(network, painting, { layers: ["relu1_1"], size: [12, 30], steps: 8, each }),
      ];
      for (const [i, { image, loss }] of results.entries()) {
        assert.ok(loss < 0.9 * first[i], `${first[i]} → ${loss}`);
        assert.equal(await lossOf(wanted[i], image), loss);
        assert.ok(numbers(image).every((v) => v >= 0 && v <= 1));
      }
      assert.deepEqual(results.map(({ image }) => image.shape.slice(0, 2)), [[16, 24], [16, 24], [12, 30]]);
      tf.dispose(results.map(({ image }) => image));
    });
  });

  it("the same seed gives the same reconstruction, another seed another", async () => {
    const bytes = async (seed: number): Promise<number[]> => {
      const { image } = await reconstruct(network, photo, { layer: "relu1_1", seed, steps: 3 });
      return numbers(image);
    };
    assert.deepEqual(await bytes(1), await bytes(1));
    assert.notDeepEqual(await bytes(1), await bytes(2));
  });

  it("says that it was stopped, and keeps the best image", async () => {
    const controller = new AbortController();
    const { image, stopped } = await transfer(network, photo, painting, {
      steps: 500, signal: controller.signal, each: ({ index }) => void (index === 3 && controller.abort()),
    });
    assert.equal(stopped, "interrupted");
    image.dispose();
  });
});
