import assert from "node:assert/strict";
import { test } from "node:test";
import { multiply, transpose, type Matrix } from "../../src/math/smallMatrices";
import { addScaled, dot, maxAbs, scale } from "../../src/math/vectors";
import { inverseHessianTimes, type Pair } from "../../src/optimizers/inverseHessian";
import { lbfgs, type LbfgsState } from "../../src/optimizers/lbfgs";
import type { Evaluation } from "../../src/optimizers/optimizer";
import { bowl, cliff, descend, gap, gutter, type Landscape, multiplied, caching, rosenbrock, scattered,
} from "./functions";

// ---- the inverse Hessian

const apply = (a: Matrix, v: Float32Array): number[] => a.map((row) => row.reduce((sum, x, k) => sum + x * v[k], 0));

/** The BFGS inverse Hessian as a matrix: γI, then H ← (I − ρsyᵀ) H (I − ρysᵀ) + ρssᵀ for each pair (N&W eq. 7.16). */
function denseInverse(pairs: readonly Pair[], size: number): Matrix {
  const matrix = (entry: (i: number, j: number) => number): Matrix =>
    Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => entry(i, j)));
  const last = pairs[pairs.length - 1];
  const gamma = dot(last.s, last.y) / dot(last.y, last.y);
  let h = matrix((i, j) => (i === j ? gamma : 0));
  for (const { s, y } of pairs) {
    const rho = 1 / dot(s, y);
    const v = matrix((i, j) => (i === j ? 1 : 0) - rho * y[i] * s[j]);
    h = multiply(multiply(transpose(v), h), v).map((row, i) => row.map((x, j) => x + rho * s[i] * s[j]));
  }
  return h;
}

/** Pairs with positive curvature: y = B s with a B that differs a little from pair to pair. */
function somePairs(count: number, size: number): Pair[] {
  return Array.from({ length: count }, (_, k) => {
    const s = scattered(size, 11 + k);
    const y = s.map((si, i) => (1 + i) * si + 0.1 * scattered(size, 97 + k)[i] * si);
    return { s, y, rho: 1 / dot(s, y) };
  });
}

test("the two-loop recursion is the dense BFGS inverse Hessian times the vector", () => {
  for (const count of [1, 2, 5, 12]) {
    const pairs = somePairs(count, 8);
    for (const seed of [1, 2, 3]) {
      const v = scattered(8, seed);
      const wanted = apply(denseInverse(pairs, 8), v);
      const got = inverseHessianTimes(pairs, v);
      assert.ok(gap(got, wanted) < 2e-6, `${count} pairs: ${gap(got, wanted)}`);
    }
  }
});

test("the same on the pairs of a real run, after the oldest were dropped", async () => {
  const { f, start } = rosenbrock(6);
  const visits = await descend(lbfgs({ memory: 4 }), f, start, { steps: 12 });
  const { x, state } = visits[12];
  const g = f(x).gradient;
  const wanted = apply(denseInverse(state.pairs, 6), g);
  const error = gap(inverseHessianTimes(state.pairs, g), wanted) / maxAbs(Float32Array.from(wanted));
  assert.ok(error < 1e-5, String(error));
});

test("the inverse Hessian maps the newest change of gradient to the newest step (the secant equation)", () => {
  const pairs = somePairs(5, 8);
  const { s, y } = pairs[4];
  assert.ok(gap(inverseHessianTimes(pairs, y), s) < 1e-6);
  assert.ok(gap(inverseHessianTimes(pairs, pairs[0].y), pairs[0].s) > 1e-3); // of the newest only
});

test("with no pairs it is the identity, and it never changes its argument", () => {
  const v = scattered(8, 5);
  const before = v.slice();
  assert.deepEqual(inverseHessianTimes([], v), v);
  inverseHessianTimes(somePairs(3, 8), v);
  assert.deepEqual(v, before);
});

// ---- where it converges

// Evaluations until the value is below 10⁻⁶. For the record, scipy 1.17.1's L-BFGS-B (maxcor = 10, ftol = 0; float64),
// counted in its callback, needs 42, 83, 599 from −1.2, 1, −1.2, 1 … and 23, 73, 588 from 0;
// this one needs                 42, 83, 598                         and 23, 64, 576.
for (const [size, classic, zero] of [[2, 50, 30], [10, 100, 80], [100, 650, 650]] as const) {
  test(`Rosenbrock's valley in ${size} dimensions: 10⁻⁶ within ${classic} evaluations, or ${zero} from 0`, async () => {
    const land = rosenbrock(size);
    for (const [start, most] of [[land.start, classic], [new Float32Array(size), zero]] as const) {
      const { f, asked } = caching(land.f);
      const visits = await descend(lbfgs(), f, start, { steps: 1000, until: (x) => f(x).value < 1e-6 });
      assert.ok(f(visits.at(-1)!.x).value < 1e-6);
      assert.ok(asked.length <= most, `${asked.length} evaluations`);
    }
  });
}

test("a bowl of condition 100 is at its minimum, to float32, within 70 evaluations", async () => {
  const land = bowl(50, 100);
  const { f, asked } = caching(land.f);
  const visits = await descend(lbfgs(), f, land.start, { steps: 100, until: () => asked.length >= 70 });
  const error = gap(visits.at(-1)!.x, new Float32Array(50).fill(0.5));
  assert.ok(error < 1e-5, String(error));
});

// ---- the path

const lands: { land: Landscape; steps: number }[] = [
  { land: bowl(20, 1e4), steps: 40 },
  { land: rosenbrock(2), steps: 30 },
  { land: rosenbrock(10), steps: 60 },
  { land: rosenbrock(100), steps: 200 },
  { land: gutter(30), steps: 8 },
  { land: cliff(8), steps: 12 },
];

for (const { land, steps } of lands) {
  test(`every step on ${land.name} satisfies both strong Wolfe conditions, and goes down`, async () => {
    const { c1, c2 } = { c1: 1e-4, c2: 0.9 };
    const visits = await descend(lbfgs({ c1, c2 }), land.f, land.start, { steps });
    assert.ok(visits.length > steps / 2, `only ${visits.length} steps`);
    for (let i = 1; i < visits.length; i++) {
      const [from, to] = [land.f(visits[i - 1].x), land.f(visits[i].x)];
      const step = addScaled(visits[i].x, -1, visits[i - 1].x); // t × direction, so these are t × φ′
      const [before, after] = [dot(from.gradient, step), dot(to.gradient, step)];
      assert.ok(before < 0, `step ${i} starts uphill`);
      // Within the rounding of x, 10⁻⁶ relative; the search itself measured φ′ along the unrounded direction.
      assert.ok(to.value <= from.value + c1 * before * (1 - 1e-6), `step ${i}: ${from.value} → ${to.value}`);
      assert.ok(Math.abs(after) <= c2 * Math.abs(before) * (1 + 1e-6), `step ${i}: derivative ${before} → ${after}`);
    }
  });
}

test("a smaller c2 searches more exactly", async () => {
  const { f, start } = rosenbrock(10);
  const visits = await descend(lbfgs({ c2: 0.05 }), f, start, { steps: 20 });
  for (let i = 1; i < visits.length; i++) {
    const step = addScaled(visits[i].x, -1, visits[i - 1].x);
    const [before, after] = [i - 1, i].map((k) => Math.abs(dot(f(visits[k].x).gradient, step)));
    assert.ok(after <= 0.0501 * before);
  }
});

/** The landscape, `offset` higher, as a bad float32: a value is off by up to `noise` of itself, always the same at one x. */
function rough({ f }: Landscape, noise: number, offset: number): (x: Float32Array) => Evaluation {
  return (x) => {
    const { value, gradient } = f(x);
    let hash = 7;
    for (const bits of new Int32Array(x.buffer)) hash = Math.imul(hash ^ bits, 16777619) ^ (hash >>> 13);
    return { value: Math.fround((value + offset) * (1 + (noise * hash) / 2 ** 31)), gradient };
  };
}

test("with values that are noisy by 10⁻⁶ it continues as if they were exact; they rise by no more than `rounding`", async () => {
  const land = bowl(200, 1e4);
  const { f, asked } = caching(rough(land, 1e-6, 1000));
  const visits = await descend(lbfgs(), f, land.start, { steps: 150 });
  const smooth = await descend(lbfgs(), land.f, land.start, { steps: 150 });
  assert.ok(land.f(visits[150].x).value < 10 * land.f(smooth[150].x).value + 1e-9, String(land.f(visits[150].x).value));
  assert.ok(asked.length < 200, `${asked.length} evaluations`);
  for (let i = 1; i < visits.length; i++) assert.ok(f(visits[i].x).value <= f(visits[i - 1].x).value * (1 + 1e-5));
});

test("with `rounding` 0 the value never rises, however noisy, at the price of an early end", async () => {
  const land = bowl(200, 1e4);
  const f = rough(land, 1e-6, 1000);
  const visits = await descend(lbfgs({ rounding: 0 }), f, land.start, { steps: 150 });
  for (let i = 1; i < visits.length; i++) assert.ok(f(visits[i].x).value <= f(visits[i - 1].x).value);
  assert.ok(visits.length < 100, `${visits.length} steps`);
});

test("the first trial moves the pixel with the largest derivative by 0.02, along the negative gradient, whatever the unit of the loss", async () => {
  for (const unit of [1e-6, 1, 1e6]) {
    const { f, start } = multiplied(unit, bowl(20, 10));
    for (const [options, wanted] of [[{}, 0.02], [{ firstStep: 0.005 }, 0.005]] as const) {
      const { f: ask, asked } = caching(f);
      await lbfgs(options).step(ask, start, { pairs: [] });
      const moved = addScaled(asked[1], -1, start);
      assert.ok(Math.abs(maxAbs(moved) / wanted - 1) < 1e-5, `${unit}: ${maxAbs(moved)}`);
      const { gradient } = f(start);
      assert.ok(gap(moved, scale(-wanted / maxAbs(gradient), gradient)) < 1e-7);
    }
  }
});

test("with a history, the first trial is the full quasi-Newton step", async () => {
  const { f, start } = rosenbrock(10);
  const { x, state } = (await descend(lbfgs(), f, start, { steps: 5 })).at(-1)!;
  const { f: ask, asked } = caching(f);
  await lbfgs().step(ask, x, state);
  const wanted = scale(-1, inverseHessianTimes(state.pairs, f(x).gradient));
  assert.ok(gap(addScaled(asked[1], -1, x), wanted) < 1e-6);
});

for (const power of [20, -20]) {
  test(`multiplying the loss by 2^${power}, which rounds nothing, changes no byte of the path`, async () => {
    for (const land of [bowl(20, 100), rosenbrock(10)]) {
      const here = await descend(lbfgs(), land.f, land.start, { steps: 60 });
      const there = await descend(lbfgs(), multiplied(2 ** power, land).f, land.start, { steps: 60 });
      assert.deepEqual(there.map(({ x }) => x), here.map(({ x }) => x));
    }
  });
}

test("multiplying the loss by 10⁶ or 10⁻⁶ changes the path only by rounding", async () => {
  const land = bowl(20, 10);
  const here = await descend(lbfgs(), land.f, land.start, { steps: 12 });
  for (const by of [1e6, 1e-6]) {
    const there = await descend(lbfgs(), multiplied(by, land).f, land.start, { steps: 12 });
    here.forEach(({ x }, i) => assert.ok(gap(there[i].x, x) < 1e-5, `× ${by}, step ${i}: ${gap(there[i].x, x)}`));
  }
});

test("no point is evaluated twice where results are cached by array: the new x is one that was evaluated", async () => {
  const land = rosenbrock(10);
  const { f, asked } = caching(land.f);
  const visits = await descend(lbfgs(), f, land.start, { steps: 40 });
  assert.equal(visits.length, 41);
  assert.equal(new Set(asked.map(String)).size, asked.length);
  assert.ok(visits.every(({ x }) => asked.includes(x)));
});

// ---- the history

test("the history holds the last `memory` steps, oldest first, as they were taken", async () => {
  const { f, start } = rosenbrock(10);
  const visits = await descend(lbfgs({ memory: 3 }), f, start, { steps: 20 });
  assert.deepEqual(visits.map(({ state }) => state.pairs.length).slice(0, 6), [0, 1, 2, 3, 3, 3]);
  const { pairs } = visits[20].state;
  pairs.forEach(({ s, y, rho }, k) => {
    const [from, to] = [visits[17 + k].x, visits[18 + k].x];
    assert.deepEqual(s, addScaled(to, -1, from));
    assert.deepEqual(y, addScaled(f(to).gradient, -1, f(from).gradient));
    assert.equal(rho, 1 / dot(s, y));
  });
});

test("a history of 1 works, and a longer one needs fewer steps on a narrow bowl", async () => {
  const land = bowl(100, 1e3);
  const arrived = (x: Float32Array): boolean => land.f(x).value < 1e-8;
  const counts = [];
  for (const memory of [1, 30]) {
    const visits = await descend(lbfgs({ memory }), land.f, land.start, { steps: 1000, until: arrived });
    assert.ok(arrived(visits.at(-1)!.x));
    counts.push(visits.length);
  }
  assert.ok(counts[1] < counts[0], String(counts));
});

test("a step with negative curvature is not stored: a pair with sᵀy ≤ 0 is dropped, the others stay", async () => {
  const hill = (x: Float32Array): Evaluation => ({ value: -(x[0] ** 2) / 2, gradient: Float32Array.of(-x[0], 0) });
  const x = Float32Array.of(0.5, 0);
  const one = await lbfgs({ evaluations: 1 }).step(hill, x, { pairs: [] });
  assert.ok(one.x[0] > 0.5); // downhill, so away from 0
  assert.deepEqual(one.state.pairs, []);
  const old = { s: Float32Array.of(1, 0), y: Float32Array.of(2, 0), rho: 0.5 };
  const two = await lbfgs({ evaluations: 1 }).step(hill, x, { pairs: [old] });
  assert.deepEqual(two.state.pairs, [old]);
});

test("a curvature below the rounding of the gradients is not stored either, whatever the unit", async () => {
  // A plane, whose gradient of 1 differs by half a unit in the last place when it is computed a second time.
  for (const unit of [1e-6, 1e6]) {
    const plane = (x: Float32Array): Evaluation => ({
      value: unit * x[0],
      gradient: Float32Array.of(unit * (x[0] === 0.5 ? 1 : 1 - 2 ** -24)), // the float32 below 1
    });
    const { x, state } = await lbfgs({ evaluations: 1 }).step(plane, Float32Array.of(0.5), { pairs: [] });
    assert.ok(x[0] < 0.5);
    assert.deepEqual(state.pairs, []);
  }
});

// ---- when something goes wrong

test("a history that points uphill is dropped: the step is the first step again", async () => {
  const { f, start } = bowl(4, 10);
  const s = scattered(4, 3);
  const lie: LbfgsState = { pairs: [{ s, y: scale(-1, s), rho: 1 / dot(s, scale(-1, s)) }] }; // negative curvature
  const fresh = await lbfgs().step(f, start, { pairs: [] });
  assert.deepEqual(await lbfgs().step(f, start, lie), fresh);
  assert.equal(fresh.state.pairs.length, 1);
});

test("where the search along the quasi-Newton direction fails, steepest descent is tried once", async () => {
  const start = Float32Array.of(0.9, 0.9);
  // A ridge walk: only where both coordinates are equal is there a value.
  const ridge = (x: Float32Array): Evaluation => {
    const value = x[0] === x[1] ? (x[0] - 0.5) ** 2 : NaN;
    return { value, gradient: Float32Array.of(x[0] - 0.5, x[0] - 0.5) };
  };
  const lie: LbfgsState = { pairs: [{ s: Float32Array.of(0.2, 0.1), y: Float32Array.of(0.1, 0.1), rho: 1 / 0.03 }] };
  const { f, asked } = caching(ridge);
  const step = await lbfgs().step(f, start, lie);
  assert.ok(step.x[0] < 0.9);
  assert.deepEqual(step, await lbfgs().step(ridge, start, { pairs: [] }));
  assert.ok(asked.length > 20, `${asked.length} evaluations`); // it did try the other first
});

test("no progress: the very array x is returned, with its value, after no more than two searches", async () => {
  const liar = (x: Float32Array): Evaluation => ({ value: x[0] + x[1], gradient: Float32Array.of(-1, -1) }); // it is +1
  const x = Float32Array.of(0.5, 0.25);
  for (const [state, searches] of [[{ pairs: [] }, 1], [{ pairs: somePairs(2, 2) }, 2]] as const) {
    const { f, asked } = caching(liar);
    const step = await lbfgs({ rounding: 0, evaluations: 5 }).step(f, x, state);
    assert.equal(step.x, x);
    assert.equal(step.value, 0.75);
    assert.deepEqual(step.state, { pairs: [] });
    assert.equal(asked.length, 1 + 5 * searches);
  }
});

test("a zero gradient, or a start that is not finite, means no progress after one evaluation", async () => {
  const x = Float32Array.of(0.5, 0.25);
  for (const answer of [
    { value: 1, gradient: Float32Array.of(0, 0) },
    { value: NaN, gradient: Float32Array.of(1, 1) },
    { value: Infinity, gradient: Float32Array.of(1, 1) },
    { value: 1, gradient: Float32Array.of(1, NaN) },
  ]) {
    for (const pairs of [[], somePairs(2, 2)]) {
      const { f, asked } = caching(() => answer);
      const step = await lbfgs().step(f, x, { pairs });
      assert.equal(step.x, x);
      assert.equal(step.value, answer.value);
      assert.equal(asked.length, 1);
    }
  }
});

test("steps too small for float32 to show end the search at once", async () => {
  const x = Float32Array.of(1000);
  const { f, asked } = caching(() => ({ value: 1, gradient: Float32Array.of(1) }));
  const step = await lbfgs({ firstStep: 1e-5 }).step(f, x, { pairs: [] }); // 1000 − 10⁻⁵ is 1000
  assert.equal(step.x, x);
  assert.equal(asked.length, 1);
});

test("NaN beyond a cliff makes the step shorter, and the minimum before it is found", async () => {
  const land = cliff(3);
  const start = Float32Array.of(0.02, 0.05, 4);
  const { f, asked } = caching(land.f);
  const visits = await descend(lbfgs({ firstStep: 5 }), f, start, { steps: 60 });
  assert.ok(asked.some((x) => Number.isNaN(land.f(x).value)), "no trial fell off the cliff");
  assert.ok(visits.every(({ x }) => Number.isFinite(land.f(x).value)));
  assert.ok(gap(visits.at(-1)!.x, [1, 1, 1]) < 1e-3, String(visits.at(-1)!.x));
});

test("what f throws during the search is thrown on", async () => {
  let calls = 0;
  const f = async (): Promise<Evaluation> => {
    if (calls++ === 1) throw new Error("the stop button");
    return { value: 1, gradient: Float32Array.of(1) };
  };
  await assert.rejects(() => lbfgs().step(f, Float32Array.of(0.5), { pairs: [] }), /the stop button/);
});

test("the defaults are Nocedal & Wright's c1 and c2, twenty pairs, 25 evaluations, and a rounding of 10⁻⁵", async () => {
  const written = { memory: 20, firstStep: 0.02, c1: 1e-4, c2: 0.9, evaluations: 25, rounding: 1e-5 };
  const land = bowl(50, 1e3);
  const f = rough(land, 5e-5, 10); // rough enough for the rounding to matter
  assert.deepEqual(await descend(lbfgs(), f, land.start), await descend(lbfgs(written), f, land.start));
});

test("options outside their range are refused with the range", () => {
  const cases = [
    [{ memory: 0 }, /lbfgs: expected `memory` to be a whole number, 1 or more, got 0/],
    [{ memory: 2.5 }, /`memory`.*got 2\.5/],
    [{ firstStep: 0 }, /`firstStep` to be a finite number above 0, got 0/],
    [{ c1: 0.9, c2: 0.5 }, /`c1` to be above 0 and below c2 \(0\.5\), got 0\.9/],
    [{ c1: 0.9 }, /`c1`.*below c2 \(0\.9\), got 0\.9/],
    [{ c1: 0 }, /`c1`.*got 0/],
    [{ c1: NaN }, /`c1`.*got NaN/],
    [{ c2: 1 }, /`c2` to be below 1, got 1/],
    [{ evaluations: 0 }, /`evaluations` to be a whole number, 1 or more, got 0/],
    [{ rounding: -1 }, /`rounding` to be a number from 0 up to, not including, 1, got -1/],
  ] as const;
  for (const [options, message] of cases) {
    assert.throws(() => lbfgs(options), { name: "RangeError", message });
  }
});
