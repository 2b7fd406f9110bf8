import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, resize, type Image } from "../../src/image";
import { guidedGram } from "../../src/losses/guidedGram";
import { maskedActivations } from "../../src/losses/maskedActivations";
import { resample } from "../../src/math/resample";
import { best } from "../../src/minimize/best";
import { coarseToFine, scales, type CoarseToFineOptions, type ScaledStep } from "../../src/minimize/coarseToFine";
import { minimize } from "../../src/minimize/minimize";
import { movingAverage } from "../../src/minimize/movingAverage";
import { savedRun, saveRun } from "../../src/minimize/saveRun";
import type { Snapshot } from "../../src/minimize/snapshot";
import type { Network } from "../../src/networks/network";
import { randomVgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { adam, type AdamState } from "../../src/optimizers/adam";
import { gradientDescent } from "../../src/optimizers/gradientDescent";
import { lbfgs, type LbfgsState } from "../../src/optimizers/lbfgs";
import type { Optimizer, Resizing } from "../../src/optimizers/optimizer";
import { content, smoothness, style, type Term } from "../../src/terms";
import { assertClose, leaksNothing, numbers } from "../compare";

let network: Network;
let photo: Image, painting: Image, start: Image;
const layers = ["relu1_1", "relu2_1"];
const terms = (): Term[] =>
  [content(photo, { layers: ["relu2_2"] }), style(painting, { layers, weight: 3 }), smoothness({ weight: 0.1 })];
before(async () => {
  network = await randomVgg({ width: 1 / 16 });
  [photo, painting, start] = [noise([24, 32], { seed: 1 }), noise([27, 20], { seed: 2 }), noise([24, 32], { seed: 3 })];
});
after(() => { network.dispose(); tf.dispose([photo, painting, start]); });

interface Seen extends Pick<ScaledStep, "index" | "scale" | "loss" | "stopped"> { bytes: number[]; shape: number[]; mean?: number[] }
async function run(options: Partial<CoarseToFineOptions>, runTerms = terms()): Promise<Seen[]> {
  const seen: Seen[] = [];
  for await (const { index, scale, loss, stopped, image, average } of coarseToFine(network, runTerms, { start, ...options }))
    seen.push({ index, scale, loss, stopped, bytes: numbers(image), shape: image.shape, mean: average && numbers(average) });
  return seen;
}

describe("coarseToFine", () => {
  it("sizes grow by √2 from the smallest allowed, or half of the largest, to the largest", () => {
    assert.deepEqual(scales(512), [256, 362, 512]);
    assert.deepEqual(scales(512, { smallest: 128 }), [128, 181, 256, 362, 512]);
    assert.deepEqual(scales(160), [160]);
    assert.deepEqual(scales(192, { smallest: 64 }), [68, 96, 136, 192]);
    assert.deepEqual(scales(100), [100]);
    assert.deepEqual(scales(3, { smallest: 1 }), [2, 3]);
    for (const wrong of [0, 1.5, NaN]) assert.throws(() => scales(wrong), /whole number of at least 1 pixel/);
  });

  for (const optimizer of [lbfgs(), adam(), gradientDescent({ momentum: 0.9 })])
    it(`${optimizer.name}: a run of one size is the plain run, byte for byte`, async () => {
      const goal = objective(network, terms());
      const plain: { bytes: number[]; loss: number }[] = [];
      for await (const { image, loss } of minimize(goal, { start, optimizer, steps: 6 })) plain.push({ bytes: numbers(image), loss });
      goal.dispose();
      const one = await run({ optimizer, steps: 6, sizes: [24] });
      assert.deepEqual(one.map(({ bytes, loss }) => ({ bytes, loss })), plain);
    });

  it("starts small, and each size starts from the last image, enlarged; the last has the size of `start`", async () => {
    const seen = await run({ sizes: [12, 17, 24], steps: [2, 3, 4] });
    assert.deepEqual(seen.map(({ index, scale }) => [scale, index]),
      [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2], [1, 3], [2, 0], [2, 1], [2, 2], [2, 3], [2, 4]]);
    assert.deepEqual([0, 3, 7].map((i) => seen[i].shape), [[12, 16, 3], [17, 23, 3], [24, 32, 3]]);
    tf.tidy(() => {
      assertClose(seen[0].bytes, resize(start, { shorter: 12 }), 1e-6);
      for (const [from, to] of [[2, 3], [6, 7]]) {
        const small = tf.tensor3d(seen[from].bytes, seen[from].shape as [number, number, number]);
        const [height, width] = seen[to].shape;
        assertClose(seen[to].bytes, resize(small, { exactly: [height, width] }), 1e-6);
      }
    });
  });

  it("takes 200 steps at the last size and 50 at those before, unless told", async () => {
    const stepsOf = async (options: Partial<CoarseToFineOptions>): Promise<number[]> => {
      const found: number[] = [];
      for await (const { scale, steps } of coarseToFine(network, terms(), { start, sizes: [8, 12], optimizer: still, ...options })) found[scale] = steps;
      return found;
    };
    const still: Optimizer = { name: "still", init: () => ({}), step: async (f, x, state) => ({ x, value: (await f(x)).value, state }) };
    assert.deepEqual([await stepsOf({}), await stepsOf({ steps: 7 }), await stepsOf({ steps: [3, 2] })], [[50, 200], [7, 7], [3, 2]]);
  });

  it("reduces targets by the same factor: its losses are those of a plain run on small images", async () => {
    const seen = await run({ sizes: [12, 24], steps: 1 });
    const [p, s, x] = [resize(photo, { exactly: [12, 16] }), resize(painting, { exactly: [14, 10] }), resize(start, { exactly: [12, 16] })];
    const goal = objective(network, [content(p, { layers: ["relu2_2"] }), style(s, { layers, weight: 3 }), smoothness({ weight: 0.1 })]);
    assertClose(seen[0].loss, (await goal.measure(x)).value, 1e-6);
    goal.dispose();
    tf.dispose([p, s, x]);
  });

  it("resizes Adam's state for the next size: its step count stays, the moments are spread over the new pixels, the second never negative", async () => {
    const states: AdamState[] = [];
    const spying: Optimizer<AdamState> = { ...adam(), step: (f, x, state) => (states.push(state), adam().step(f, x, state)) };
    const ends: AdamState[] = [];
    const resizing: Optimizer<AdamState> = { ...spying, resizeState: (state, resizing) => (ends.push(state), adam().resizeState!(state, resizing)) };
    await run({ optimizer: resizing, sizes: [12, 24], steps: 3 });
    const [end, begin] = [ends[0], states[3]];
    assert.deepEqual([end.steps, begin.steps], [3, 3]);
    tf.tidy(() => {
      const at = (vector: Float32Array): tf.Tensor3D => tf.tensor3d(vector, [12, 16, 3]);
      // A derivative is divided among four times the pixels, and a squared one by the square of that.
      assertClose(begin.firstMoment, tf.div(resample(at(end.firstMoment), [24, 32], "bicubic"), 4), 1e-6);
      assertClose(begin.secondMoment, tf.div(resample(at(end.secondMoment), [24, 32], "bilinear"), 16), 1e-6);
      assert.ok(begin.secondMoment.every((value) => value >= 0) && begin.firstMoment.some((value) => value !== 0));
    });
  });

  it("L-BFGS continues with its pairs at the next size: they keep sᵀy, nearly, and are checked for curvature", async () => {
    const pairs: LbfgsState["pairs"][] = [];
    const spying: Optimizer<LbfgsState> = { ...lbfgs(), step: (f, x, state) => (pairs.push(state.pairs), lbfgs().step(f, x, state)) };
    await run({ optimizer: spying, sizes: [12, 24], steps: 3 });
    assert.deepEqual(pairs.map(({ length }) => length), [0, 1, 2, 3, 4, 5]);
    const [before, after] = [pairs[2][1], pairs[3][1]];
    assert.ok(after.s.length === 4 * before.s.length);
    assert.ok(Math.abs(before.rho / after.rho - 1) < 0.35, `${1 / before.rho} and ${1 / after.rho}`);
  });

  it("L-BFGS drops a pair that shows no curvature at the new size", () => {
    const [s, y] = [Float32Array.of(1, 0), Float32Array.of(1, 0)];
    const flip: Resizing = { from: [1, 2, 1], to: [1, 2, 1], x: s, vector: (v, kind) => (kind === "gradient" ? v.map((value) => -value) : v) };
    assert.deepEqual(lbfgs().resizeState!({ pairs: [{ s, y, rho: 1 }] }, flip), { pairs: [] });
  });

  it("with a decay, steps have the moving average of the images, by plain loops, and the next size starts from it", async () => {
    const seen = await run({ optimizer: adam(), sizes: [12, 24], steps: 3, decay: 0.8 });
    for (const scale of [0, 1]) {
      const steps = seen.filter((step) => step.scale === scale);
      const sum = steps[0].bytes.map(() => 0);
      steps.forEach(({ bytes, mean }, t) => {
        bytes.forEach((value, i) => (sum[i] = 0.8 * sum[i] + 0.2 * value));
        assertClose(mean!, sum.map((value) => value / (1 - 0.8 ** (t + 1))), 1e-5);
      });
    }
    tf.tidy(() => assertClose(seen[4].bytes, resize(tf.tensor3d(seen[3].mean!, [12, 16, 3]), { exactly: [24, 32] }), 1e-5));
  });

  for (const optimizer of [lbfgs(), adam(), gradientDescent({ momentum: 0.9 })])
    it(`${optimizer.name}: resumes from a file, saved within a size or at its end, with the bytes of a run that never stopped`, async () => {
      const folder = mkdtempSync(path.join(os.tmpdir(), "coarse-"));
      const options = { optimizer, sizes: [12, 17, 24], steps: 4 };
      const whole = await run(options);
      try {
        for (const [scale, index] of [[0, 0], [1, 2], [1, 4], [2, 3]]) {
          const file = path.join(folder, `${scale}-${index}`);
          for await (const step of coarseToFine(network, terms(), { start, ...options }))
            if (step.scale === scale && step.index === index) { await saveRun(step, file); break; }
          const before = whole.findIndex((step) => step.scale === scale && step.index === index);
          assert.deepEqual(await run({ ...options, resume: await savedRun(file) }), whole.slice(before));
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

  it("refuses to resume with a decay, at sizes that the saved run never had, and another objective", async () => {
    let resume: Snapshot | undefined;
    for await (const step of coarseToFine(network, terms(), { start, sizes: [12, 24], steps: 2 }))
      if (step.index === 1) { resume = step.snapshot(); break; }
    await assert.rejects(run({ sizes: [12, 24], resume, decay: 0.9 }), /with a decay cannot be resumed/);
    await assert.rejects(run({ sizes: [14, 24], resume }), /is at 12×16, none of the sizes 14×19, 24×32/);
    await assert.rejects(run({ sizes: [12, 24], resume, optimizer: adam() }), /another optimizer/);
  });

  it("takes masks of the whole size at every size, odd ones too", async () => {
    const mask = tf.tidy(() => tf.concat([tf.ones([24, 13]), tf.zeros([24, 19])], 1) as tf.Tensor2D);
    const paintingMask = tf.ones<tf.Rank.R2>([27, 20]);
    const masked = [content(photo, { layers: ["relu2_2", "relu3_1"], loss: maskedActivations(mask) }),
      style(painting, { layers: [...layers, "relu3_1"], loss: guidedGram({ image: mask, target: paintingMask }) })];
    const sizes = [8, 9, 11, 13, 14, 15, 17, 19, 21, 22, 23, 24];
    assert.equal((await run({ sizes, steps: 0 }, masked)).length, sizes.length);
    tf.dispose([mask, paintingMask]);
  });

  it("best returns the best image of the last size", async () => {
    const { image, loss } = await best(coarseToFine(network, terms(), { start, sizes: [8, 24], steps: [20, 2] }));
    const seen = await run({ sizes: [8, 24], steps: [20, 2] });
    assert.deepEqual(image.shape, [24, 32, 3]);
    assert.equal(loss, Math.min(...seen.filter(({ scale }) => scale === 1).map((step) => step.loss)));
    image.dispose();
  });

  it("leaves no tensor behind on completion, break, throw and abort, which ends the run at all sizes", async () => {
    for (const decay of [undefined, 0.9]) {
      await leaksNothing(async () => void await run({ sizes: [12, 24], steps: 2, decay }));
      const loop = (): AsyncGenerator<ScaledStep> => coarseToFine(network, terms(), { start, sizes: [12, 24], steps: 2, decay });
      await leaksNothing(async () => { for await (const { scale, index } of loop()) if (scale === 1 && index === 1) break; });
      await leaksNothing(() => assert.rejects(async () => { for await (const { scale } of loop()) if (scale === 1) throw new Error("mine"); }, /mine/));
      await leaksNothing(async () => {
        const controller = new AbortController();
        const ends: unknown[] = [];
        for await (const { scale, index, stopped } of coarseToFine(network, terms(), { start, sizes: [12, 24], signal: controller.signal, decay })) {
          ends.push([scale, index, stopped]);
          if (index === 1) controller.abort();
        }
        assert.deepEqual(ends, [[0, 0, false], [0, 1, false], [0, 1, "interrupted"]]);
      });
      await leaksNothing(() => assert.rejects(run({ sizes: [12, 24], decay }, [...terms(), terms()[0]]), /two terms are called "content"/));
    }
  });

  it("refuses sizes that do not ascend or are too large, another number of steps, and an invalid decay", async () => {
    await assert.rejects(run({ sizes: [] }), /sizes are whole numbers of pixels, each larger than the one before; got none/);
    await assert.rejects(run({ sizes: [12, 12] }), /got 12, 12/);
    await assert.rejects(run({ sizes: [12.5] }), /got 12.5/);
    await assert.rejects(run({ sizes: [12, 48] }), /the last size is 48, but the start's shorter side is 24: load images as large/);
    await assert.rejects(run({ sizes: [12, 24], steps: [1, 2, 3] }), /there are 2 sizes \(12, 24\), but steps for 3/);
    await assert.rejects(run({ sizes: [12], decay: 1 }), /the decay of an average is a number from 0 up to, not including, 1; got 1/);
  });
});

describe("movingAverage", () => {
  it("a decay of 0 gives the image itself; the steps are otherwise unchanged", async () => {
    const goal = objective(network, terms());
    for await (const { image, average, loss } of movingAverage(minimize(goal, { start, optimizer: adam(), steps: 3 }), { decay: 0 })) {
      assertClose(average, image, 1e-7);
      assertClose(loss, (await goal.measure(image)).value, 1e-7);
    }
    goal.dispose();
  });
});

describe("resampling", () => {
  it("bilinear stays within the range of the values, bicubic may overshoot; both keep a constant, and an image at its own size", () => tf.tidy(() => {
    const spike = tf.oneHot(tf.tensor1d([17], "int32"), 35).reshape([5, 7, 1]).toFloat() as tf.Tensor3D;
    const [linear, cubic] = (["bilinear", "bicubic"] as const).map((kernel) => numbers(resample(spike, [11, 9], kernel)));
    assert.ok(linear.every((value) => value >= 0 && value <= 1));
    assert.ok(cubic.some((value) => value < 0));
    for (const kernel of ["bilinear", "bicubic"] as const)
      for (const to of [[3, 4], [5, 7], [12, 30]] as const) {
        assertClose(resample(tf.fill([5, 7, 2], 0.3), to, kernel), Array(to[0] * to[1] * 2).fill(0.3), 1e-6);
        if (to[0] === 5) assertClose(resample(spike, to, kernel), spike, 1e-6);
      }
  }));
});
