import assert from "node:assert/strict";
import { test } from "node:test";
import { type LinePoint, lineSearch, type LineSearchOptions } from "../../src/optimizers/lineSearch";

type Curve = (t: number) => { value: number; derivative: number };

/** Searches along a curve; the points evaluated, in order, and the one found. */
async function search(
  curve: Curve,
  options: Partial<LineSearchOptions> = {},
): Promise<{ asked: LinePoint[]; found?: LinePoint }> {
  const asked: LinePoint[] = [];
  const at = async (t: number): Promise<LinePoint> => {
    const point = { t, ...curve(t) };
    asked.push(point);
    return point;
  };
  const found = await lineSearch(at, curve(0), { c1: 1e-4, c2: 0.9, evaluations: 25, rounding: 0, ...options });
  return { asked, found };
}

/** Both strong Wolfe conditions, written out again. */
function wolfe(curve: Curve, { t, value, derivative }: LinePoint, c1: number, c2: number): boolean {
  const start = curve(0);
  return value <= start.value + c1 * t * start.derivative && Math.abs(derivative) <= c2 * Math.abs(start.derivative);
}

const parabola: Curve = (t) => ({ value: (t - 1) ** 2, derivative: 2 * (t - 1) });

// The six test functions of Moré & Thuente, "Line search algorithms with guaranteed sufficient decrease" (ACM TOMS
// 1994), section 5, with the c1 and c2 of their tables; each is tried from t = 10⁻³, 10⁻¹, 10 and 10³, as there.
function moreThuente(): { name: string; curve: Curve; c1: number; c2: number }[] {
  const third: Curve = (t) => {
    const beta = 0.01;
    const l = 39;
    const kink =
      t <= 1 - beta ? { value: 1 - t, derivative: -1 }
      : t >= 1 + beta ? { value: t - 1, derivative: 1 }
      : { value: (t - 1) ** 2 / (2 * beta) + beta / 2, derivative: (t - 1) / beta };
    const wave = (2 * (1 - beta)) / (l * Math.PI);
    return {
      value: kink.value + wave * Math.sin((l * Math.PI * t) / 2),
      derivative: kink.derivative + (1 - beta) * Math.cos((l * Math.PI * t) / 2),
    };
  };
  const yanai = (b1: number, b2: number): Curve => (t) => {
    const gamma = (b: number): number => Math.sqrt(1 + b * b) - b;
    const [left, right] = [Math.hypot(1 - t, b2), Math.hypot(t, b1)];
    return {
      value: gamma(b1) * left + gamma(b2) * right,
      derivative: (-gamma(b1) * (1 - t)) / left + (gamma(b2) * t) / right,
    };
  };
  return [
    {
      name: "1", c1: 1e-3, c2: 0.1,
      curve: (t) => ({ value: -t / (t * t + 2), derivative: (t * t - 2) / (t * t + 2) ** 2 }),
    },
    {
      name: "2", c1: 0.1, c2: 0.1,
      curve: (t) => {
        const u = t + 0.004;
        return { value: u ** 5 - 2 * u ** 4, derivative: 5 * u ** 4 - 8 * u ** 3 };
      },
    },
    { name: "3", c1: 0.1, c2: 0.1001, curve: third }, // the paper has c1 = c2 = 0.1
    { name: "4", c1: 1e-3, c2: 1.001e-3, curve: yanai(0.001, 0.001) }, // c1 = c2 = 0.001
    { name: "5", c1: 1e-3, c2: 1.001e-3, curve: yanai(0.01, 0.001) },
    { name: "6", c1: 1e-3, c2: 1.001e-3, curve: yanai(0.001, 0.01) },
  ];
}

for (const { name, curve, c1, c2 } of moreThuente()) {
  test(`strong Wolfe holds on Moré & Thuente's function ${name}, from too short to too long`, async () => {
    for (const unit of [1e-3, 1e-1, 1e1, 1e3]) {
      const line: Curve = (t) => ({ value: curve(unit * t).value, derivative: unit * curve(unit * t).derivative });
      const { found, asked } = await search(line, { c1, c2 });
      assert.ok(found && wolfe(line, found, c1, c2), `from ${unit}: ${JSON.stringify(found)}`);
      assert.equal(found, asked.at(-1)); // it stops as soon as they hold
      assert.ok(asked.length <= 20, `from ${unit}: ${asked.length} evaluations`);
    }
  });
}

test("the first point is t = 1, and a good one costs one evaluation", async () => {
  const { asked, found } = await search(parabola);
  assert.deepEqual(asked.map(({ t }) => t), [1]);
  assert.equal(found?.t, 1);
});

test("one step too far, the cubic through both ends finds a cubic's minimum at once", async () => {
  // φ = t³ − t² / 20 − t / 10 has its minimum where 3t² − t/10 − 1/10 = 0: t = (0.1 + √1.21)/6 = 0.2
  const cubic: Curve = (t) => ({ value: t ** 3 - t ** 2 / 20 - t / 10, derivative: 3 * t ** 2 - t / 10 - 0.1 });
  const { asked } = await search(cubic, { c2: 1e-3 });
  assert.equal(asked.length, 2);
  assert.ok(Math.abs(asked[1].t - 0.2) < 1e-12, String(asked[1].t));
});

test("a first point far too short is extended by up to ten times a try", async () => {
  const far: Curve = (t) => ({ value: (t - 5000) ** 2, derivative: 2 * (t - 5000) });
  const { asked, found } = await search(far);
  assert.deepEqual(asked.map(({ t }) => t), [1, 10, 100, 1000]); // at 1000 the derivative is 0.8 of that at 0
  assert.equal(found?.t, 1000);
});

test("a point that satisfies the first condition on the far side of the minimum turns the search around", async () => {
  // At t = 1 lower than the start, but steeply uphill: the minimum, 0.6, lies between.
  const valley: Curve = (t) => ({ value: (t - 0.6) ** 2, derivative: 2 * (t - 0.6) });
  const { asked, found } = await search(valley, { c2: 0.1 });
  assert.deepEqual(asked.map(({ t }) => t).map((t) => Math.round(t * 1e9) / 1e9), [1, 0.6]);
  assert.ok(found && Math.abs(found.derivative) < 1e-9);
});

for (const [what, beyond] of [
  ["NaN", { value: NaN, derivative: NaN }],
  ["infinite", { value: Infinity, derivative: Infinity }],
  ["minus infinity", { value: -Infinity, derivative: -1 }],
  ["of a derivative that is NaN", { value: -100, derivative: NaN }],
] as const) {
  test(`a value that is ${what} is too far: the search comes back from it`, async () => {
    const curve: Curve = (t) => (t > 0.03 ? beyond : { value: (t - 0.025) ** 2, derivative: 2 * (t - 0.025) });
    const { asked, found } = await search(curve);
    assert.ok(asked.length > 1 && asked.length < 10, String(asked.length));
    assert.ok(found && found.t <= 0.03 && wolfe(curve, found, 1e-4, 0.9), JSON.stringify(found));
  });
}

test("it comes back from a cliff met while extending as well", async () => {
  const inside: Curve = (t) => ({ value: (t - 28) ** 4, derivative: 4 * (t - 28) ** 3 });
  const curve: Curve = (t) => (t > 30 ? { value: NaN, derivative: NaN } : inside(t));
  const { asked, found } = await search(curve, { c2: 0.1 });
  assert.ok(asked.some(({ t }) => t > 30));
  assert.ok(found && wolfe(curve, found, 1e-4, 0.1));
});

test("for a function without a minimum, it returns the lowest of all evaluations", async () => {
  const { asked, found } = await search((t) => ({ value: -t, derivative: -1 }), { evaluations: 6 });
  assert.deepEqual(asked.map(({ t }) => t), [1, 10, 100, 1e3, 1e4, 1e5]);
  assert.equal(found?.t, 1e5);
});

test("where every point is higher, although the derivative is negative, it returns none, after all `evaluations`", async () => {
  for (const evaluations of [1, 7, 25]) {
    const { asked, found } = await search((t) => ({ value: t, derivative: -1 }), { evaluations });
    assert.equal(found, undefined);
    assert.equal(asked.length, evaluations);
  }
});

test("a wall near either end of the bracket, which misleads the cubic, is found within 20 evaluations", async () => {
  for (const wall of [1e-4, 0.9]) {
    const curve: Curve = (t) => (t < wall ? { value: -t, derivative: -1 } : { value: 1e6, derivative: 1e12 });
    const { found } = await search(curve, { evaluations: 20 });
    assert.ok(found && found.t < wall && found.t > 0.8 * wall, `${found?.t} before ${wall}`);
  }
});

test("a point higher than one before it is too far, even if it meets the first condition itself", async () => {
  const curve: Curve = (t) => (t === 1 ? { value: -10, derivative: -1 } : { value: -t / 2, derivative: -1 });
  const { asked, found } = await search(curve, { evaluations: 4 });
  assert.deepEqual(asked.slice(0, 2).map(({ t }) => t), [1, 2]);
  assert.ok(asked.slice(2).every(({ t }) => t > 1 && t < 2));
  assert.equal(found?.t, 1);
});

test("c2 is the fraction of the derivative that may remain, of either sign", async () => {
  for (const derivative of [0.3, -0.3]) {
    const curve: Curve = (t) => (t === 0 ? { value: 0, derivative: -1 } : { value: -1, derivative });
    assert.equal((await search(curve, { c2: 0.31 })).asked.length, 1);
    assert.ok((await search(curve, { c2: 0.29 })).asked.length > 1);
  }
});

test("c1 is the fraction of the predicted decrease that must be reached", async () => {
  const curve: Curve = (t) => (t === 1 ? { value: -0.2, derivative: 0 } : { value: -t, derivative: -1 }); // predicted: −1
  assert.equal((await search(curve, { c1: 0.19 })).asked.length, 1);
  assert.ok((await search(curve, { c1: 0.21 })).asked.length > 1);
});

test("the search ends where the point at t equals the start", async () => {
  let asked = 0;
  const found = await lineSearch(
    async (t) => (asked++ < 3 ? { t, value: 1, derivative: 1 } : undefined),
    { value: 0, derivative: -1 },
    { c1: 1e-4, c2: 0.9, evaluations: 25, rounding: 0 },
  );
  assert.deepEqual([found, asked], [undefined, 4]);
});

test("changes of value below the rounding are computed from the derivatives, so noise does not stop the search", async () => {
  // A minimum at t = 0.9 under values that are all 1 + 10⁻⁶, higher than the start: only the derivatives show it.
  const noisy: Curve = (t) => ({ value: t === 0 ? 1 : 1 + 1e-6, derivative: 1e-9 * (t - 0.9) });
  const strict = await search(noisy, { rounding: 0, c2: 0.05 });
  assert.deepEqual([strict.found, strict.asked.length], [undefined, 25]);
  const tolerant = await search(noisy, { rounding: 1e-5, c2: 0.05 });
  assert.ok(tolerant.found && Math.abs(tolerant.found.derivative) <= 0.05 * 0.9e-9);
  assert.ok(tolerant.asked.length <= 3);
});

test("a rise above the rounding is a rise", async () => {
  const { found } = await search((t) => ({ value: t === 0 ? 1 : 1 + 2e-5, derivative: t - 1 }), { rounding: 1e-5 });
  assert.equal(found, undefined);
});
