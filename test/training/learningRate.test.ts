import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { constantRate, stepDecay, warmupCosine } from "../../src/training/learningRate";
import { assertClose } from "../compare";

describe("a learning rate", () => {
  it("that is constant is the same at every step", () => assert.deepEqual([0, 7, 1e6].map(constantRate(0.3)), [0.3, 0.3, 0.3]));

  it("with step decay is rate · factorᵏ after k times so many steps", () => {
    const rate = stepDecay({ rate: 2, every: 10, factor: 0.5 });
    assert.deepEqual([0, 9, 10, 19, 20, 35].map(rate), [2, 2, 1, 1, 0.5, 0.25]);
    assertClose(stepDecay({ rate: 1, every: 5 })(11), 0.01, 1e-12);
  });

  it("with warmup and cosine rises linearly, is half way down in the middle, and stays at its floor", () => {
    const rate = warmupCosine({ peak: 4, steps: 100, warmup: 10, start: 0.2, floor: 0.1 });
    const cosine = (t: number): number => 4 * (0.1 + 0.9 * (1 + Math.cos(Math.PI * t / 100)) / 2);
    assertClose([0, 5, 10, 50, 100, 250].map(rate), [0.2 * 4, 0.6 * cosine(5), cosine(10), 4 * 0.55, 0.4, 0.4], 1e-12);
    assert.equal(warmupCosine({ peak: 1, steps: 10 })(0), 1);
    assertClose(warmupCosine({ peak: 1, steps: 10 })(10) + 1, 1, 1e-12);
  });

  it("of vgg19-mini is what it was trained with, over the fraction of the time", () => {
    const rate = warmupCosine({ peak: 2e-3, steps: 1, warmup: 0.0285, start: 0.05, floor: 0.01 });
    const before = (done: number): number =>
      2e-3 * Math.min(1, 0.05 + done / 0.03) * (0.01 + 0.99 * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done))));
    const times = [0, 0.001, 0.01, 0.028, 0.03, 0.4, 0.99, 1, 1.1];
    assertClose(times.map(rate), times.map(before), 1e-12);
  });
});
