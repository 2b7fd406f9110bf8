import assert from "node:assert/strict";
import { test } from "node:test";
import { adam } from "../../src/optimizers/adam";
import { bowl, descend, gap, multiplied, rosenbrock } from "./functions";

const constant = (...gradient: number[]) => () => ({ value: 7, gradient: Float32Array.from(gradient) });

test("the first step moves every pixel by the rate, however large its gradient", async () => {
  // m = 0.1 g, m̂ = g;  v = 0.001 g², v̂ = g²;  so the step is rate · g/|g|
  const fresh = adam({ rate: 0.02 });
  const x = Float32Array.of(0.5, 0.5, 0.5);
  const { x: next, value } = await fresh.step(constant(1000, -0.001, 0), x, fresh.init(x));
  assert.ok(gap(next, [0.48, 0.52, 0.5]) < 1e-6, String(next));
  assert.equal(value, 7);
});

test("two steps written out", async () => {
  const two = adam({ rate: 0.1, beta1: 0.5, beta2: 0.75, epsilon: 1e-8, clip: false });
  const x = Float32Array.of(1);
  // g = 2:   m = 1       v = 1         m̂ = 1/0.5 = 2           v̂ = 1/0.25 = 4            x = 1 − 0.1·2/2 = 0.9
  const a = await two.step(constant(2), x, two.init(x));
  assert.deepEqual([a.state.steps, a.state.firstMoment[0], a.state.secondMoment[0]], [1, 1, 1]);
  assert.ok(gap(a.x, [0.9]) < 1e-7);
  // g = −1:  m = 0.5 − 0.5 = 0  v = 0.75 + 0.25 = 1    m̂ = 0    so x stays
  const b = await two.step(constant(-1), a.x, a.state);
  assert.deepEqual([b.state.steps, b.state.firstMoment[0], b.state.secondMoment[0]], [2, 0, 1]);
  assert.deepEqual(b.x, a.x);
  // g = 3:   m = 1.5     v = 0.75 + 2.25 = 3   m̂ = 1.5/0.875 = 12/7   v̂ = 3/0.578125 = 192/37
  const c = await two.step(constant(3), b.x, b.state);
  assert.ok(gap(c.x, [0.9 - (0.1 * (12 / 7)) / Math.sqrt(192 / 37)]) < 1e-7, String(c.x));
});

test("300 steps follow torch's Adam formula, computed beside it in float64", async () => {
  const { f } = rosenbrock(2);
  const [rate, beta1, beta2, epsilon] = [0.01, 0.8, 0.99, 1e-8];
  const x = [-0.5, 0.5];
  const m = [0, 0];
  const v = [0, 0];
  const start = Float32Array.from(x);
  for (let t = 1; t <= 300; t++) {
    const a = x[1] - x[0] ** 2; // the gradient of Rosenbrock's function, by hand
    const gradient = [-400 * x[0] * a - 2 * (1 - x[0]), 200 * a];
    for (const j of [0, 1]) {
      // torch.optim.Adam: step_size = lr / (1 − β₁ᵗ), denom = √v / √(1 − β₂ᵗ) + eps
      m[j] += (1 - beta1) * (gradient[j] - m[j]);
      v[j] = beta2 * v[j] + (1 - beta2) * gradient[j] ** 2;
      x[j] -= ((rate / (1 - beta1 ** t)) * m[j]) / (Math.sqrt(v[j]) / Math.sqrt(1 - beta2 ** t) + epsilon);
    }
  }
  const result = (await descend(adam({ rate, beta1, beta2, epsilon, clip: false }), f, start, { steps: 300 })).at(-1)!;
  assert.ok(gap(result.x, x) < 1e-4, `${result.x} is not ${x}`);
  assert.ok(gap(start, x) > 0.2); // it did move
});

test("the defaults are the paper's, and a rate for pixels in 0…1", async () => {
  const written = { rate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clip: [0, 1] } as const;
  const { f, start } = bowl(5, 10);
  assert.deepEqual(await descend(adam(), f, start), await descend(adam(written), f, start));
});

test("the point stays in 0…1 unless `clip` says otherwise", async () => {
  const cases = [[undefined, [0, 1]], [[0.005, 0.995], [0.005, 0.995]], [false, [-0.01, 1.01]]] as const;
  for (const [clip, wanted] of cases) {
    const walled = adam({ rate: 0.02, clip });
    const x = Float32Array.of(0.01, 0.99);
    const next = (await walled.step(constant(1, -1), x, walled.init(x))).x;
    assert.ok(gap(next, wanted) < 1e-7, `${clip}: ${next}`);
  }
});

test("multiplying the loss by 10⁶ or 10⁻⁶ changes the path only by rounding, where ε is small", async () => {
  const land = bowl(20, 10);
  const small = adam({ epsilon: 1e-20 });
  const path = await descend(small, land.f, land.start, { steps: 60 });
  for (const by of [1e6, 1e-6]) {
    const other = await descend(small, multiplied(by, land).f, land.start, { steps: 60 });
    path.forEach(({ x }, i) => assert.ok(gap(other[i].x, x) < 2e-5, `× ${by}, step ${i}: ${gap(other[i].x, x)}`));
  }
});

test("a large ε, as in the TensorFlow tutorial, makes pixels with small gradients move less", async () => {
  const gentle = adam({ rate: 0.02, epsilon: 0.1 });
  const x = Float32Array.of(0.5);
  const next = (await gentle.step(constant(0.1), x, gentle.init(x))).x; // 0.02 · 0.1/(0.1 + 0.1) = 0.01
  assert.ok(gap(next, [0.49]) < 1e-6, String(next));
});

test("a state whose vectors were resized with the image continues from there", async () => {
  const optimizer = adam();
  const small = (await descend(optimizer, bowl(2, 10).f, Float32Array.of(0.1, 0.2), { steps: 3 })).at(-1)!;
  const twice = (v: Float32Array): Float32Array => Float32Array.of(v[0], v[0], v[1], v[1]);
  const { steps, firstMoment, secondMoment } = small.state;
  const state = { steps, firstMoment: twice(firstMoment), secondMoment: twice(secondMoment) };
  const large = await optimizer.step(constant(1, 1, 1, 1), twice(small.x), state);
  const same = await optimizer.step(constant(1, 1), small.x, small.state);
  assert.deepEqual(large.x, twice(same.x));
  assert.equal(large.state.steps, 4);
});

test("options outside their range are refused with the range", () => {
  const cases = [
    [{ rate: 0 }, /adam: expected `rate` to be a finite number above 0, got 0/],
    [{ rate: NaN }, /`rate`.*got NaN/],
    [{ beta1: 1 }, /`beta1` to be a number from 0 up to, not including, 1, got 1/],
    [{ beta1: -0.5 }, /`beta1`.*got -0\.5/],
    [{ beta2: 1.5 }, /`beta2`.*got 1\.5/],
    [{ epsilon: 0 }, /`epsilon`.*above 0, got 0/],
    [{ clip: [0, 0] }, /`clip`.*got \[0,0\]/],
  ] as const;
  for (const [options, message] of cases) {
    assert.throws(() => adam(options), { name: "RangeError", message });
  }
});
