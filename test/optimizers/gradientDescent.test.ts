import assert from "node:assert/strict";
import { test } from "node:test";
import { gradientDescent } from "../../src/optimizers/gradientDescent";
import { bowl, descend, gap, rosenbrock } from "./functions";

const constant = (...gradient: number[]) => () => ({ value: 7, gradient: Float32Array.from(gradient) });
const at = Float32Array.of(0.5, 0.25);

test("a step is the rate times the gradient, downhill", async () => {
  const plain = gradientDescent({ rate: 0.5 });
  const { x, value } = await plain.step(constant(0.2, -0.4), at, plain.init(at));
  assert.ok(gap(x, [0.5 - 0.5 * 0.2, 0.25 + 0.5 * 0.4]) < 1e-7, String(x)); // 0.4 and 0.45
  assert.equal(value, 7);
});

test("momentum: v = 0.5 v + g, written out for three steps", async () => {
  const heavy = gradientDescent({ rate: 0.1, momentum: 0.5, clip: false });
  const x0 = Float32Array.of(1);
  const one = await heavy.step(constant(1), x0, heavy.init(x0)); //         v = 1                x = 1   − 0.1   = 0.9
  const two = await heavy.step(constant(2), one.x, one.state); //           v = 0.5 + 2 = 2.5    x = 0.9 − 0.25  = 0.65
  const three = await heavy.step(constant(-1), two.x, two.state); //        v = 1.25 − 1 = 0.25  x = 0.65 − 0.025 = 0.625
  assert.ok(gap([one.x[0], two.x[0], three.x[0]], [0.9, 0.65, 0.625]) < 1e-7);
  assert.equal(three.state.velocity[0], 0.25);
});

test("200 steps follow torch's SGD formula, computed beside it in float64", async () => {
  const { f } = rosenbrock(2);
  const rate = 5e-4;
  const momentum = 0.9;
  const x = [-0.5, 0.5];
  const buf = [0, 0];
  const start = Float32Array.from(x);
  for (let i = 0; i < 200; i++) {
    const a = x[1] - x[0] ** 2; // the gradient of Rosenbrock's function, by hand
    const gradient = [-400 * x[0] * a - 2 * (1 - x[0]), 200 * a];
    for (const j of [0, 1]) {
      buf[j] = momentum * buf[j] + gradient[j]; // torch.optim.SGD: buf.mul_(momentum).add_(grad); p.add_(buf, -lr)
      x[j] -= rate * buf[j];
    }
  }
  const result = (await descend(gradientDescent({ rate, momentum, clip: false }), f, start, { steps: 200 })).at(-1)!;
  assert.ok(gap(result.x, x) < 1e-5, `${result.x} is not ${x}`);
  assert.ok(gap(start, x) > 0.1); // it did move
});

test("the point stays in 0…1 unless `clip` says otherwise, and the velocity holds the gradient as it was", async () => {
  const f = constant(2, -2);
  for (const [clip, wanted] of [[undefined, [0, 1]], [[0.1, 0.9], [0.1, 0.9]], [false, [-1.5, 2.25]]] as const) {
    const walled = gradientDescent({ rate: 1, clip });
    const { x, state } = await walled.step(f, at, walled.init(at));
    assert.ok(gap(x, wanted) < 1e-7, `${clip}: ${x}`);
    assert.deepEqual([...state.velocity], [2, -2]);
  }
});

test("with no rate given, the first step moves the pixel with the largest derivative by 0.02, and the rate then stays", async () => {
  for (const unit of [1e-6, 1, 1e6]) {
    const free = gradientDescent();
    const one = await free.step(constant(4 * unit, -unit), at, free.init(at));
    assert.ok(gap(one.x, [0.5 - 0.02, 0.25 + 0.005]) < 1e-7, `${unit}: ${one.x}`);
    const two = await free.step(constant(2 * unit, 0), one.x, one.state);
    assert.ok(gap(two.x, [0.48 - 0.01, 0.255]) < 1e-7, `${unit}: ${two.x}`);
  }
});

test("with no rate given, a first gradient of 0 moves nothing and chooses nothing", async () => {
  const free = gradientDescent();
  const one = await free.step(constant(0, 0), at, free.init(at));
  assert.deepEqual(one.x, at);
  const two = await free.step(constant(0, 1), one.x, one.state);
  assert.ok(gap(two.x, [0.5, 0.23]) < 1e-7, String(two.x));
});

test("momentum crosses a long valley in a fifth of the steps", async () => {
  const { f, start } = bowl(10, 1000);
  const arrived = (x: Float32Array) => f(x).value < 1e-6;
  const plain = await descend(gradientDescent({ rate: 1 }), f, start, { steps: 5000, until: arrived });
  const heavy = await descend(gradientDescent({ rate: 1, momentum: 0.95 }), f, start, { steps: 5000, until: arrived });
  assert.ok(arrived(plain.at(-1)!.x) && arrived(heavy.at(-1)!.x));
  assert.ok(heavy.length * 5 < plain.length, `${heavy.length} and ${plain.length} steps`);
});

test("options outside their range are refused with the range", () => {
  const cases = [
    [{ rate: 0 }, /gradientDescent: expected `rate` to be a finite number above 0, got 0/],
    [{ rate: -1 }, /`rate`.*got -1/],
    [{ rate: NaN }, /`rate`.*got NaN/],
    [{ rate: Infinity }, /`rate`.*got Infinity/],
    [{ momentum: 1 }, /`momentum` to be a number from 0 up to, not including, 1, got 1/],
    [{ momentum: -0.1 }, /`momentum`.*got -0\.1/],
    [{ clip: [1, 0] }, /`clip` to be \[low, high\] with low below high, or false for no clipping, got \[1,0\]/],
    [{ clip: true as never }, /`clip`.*got true/],
  ] as const;
  for (const [options, message] of cases) {
    assert.throws(() => gradientDescent(options), { name: "RangeError", message });
  }
});
