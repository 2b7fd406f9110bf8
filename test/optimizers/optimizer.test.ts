// What holds for every optimizer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { adam } from "../../src/optimizers/adam";
import { gradientDescent } from "../../src/optimizers/gradientDescent";
import { lbfgs } from "../../src/optimizers/lbfgs";
import type { Evaluation, Optimizer } from "../../src/optimizers/optimizer";
import { bowl, descend, gutter, caching, rosenbrock, type Visit } from "./functions";

const unbounded = { clip: false } as const;
const optimizers: { optimizer: Optimizer; searches: boolean }[] = [
  { optimizer: gradientDescent({ rate: 1e-3, momentum: 0.9, ...unbounded }), searches: false },
  { optimizer: gradientDescent(unbounded), searches: false },
  { optimizer: adam(unbounded), searches: false },
  { optimizer: lbfgs({ memory: 3 }), searches: true },
];

/** A copy that shares nothing, to compare with later. */
const copy = <T>(value: T): T => structuredClone(value);
const paths = (visits: readonly Visit[]): Float32Array[] => visits.map(({ x }) => x);

for (const [i, { optimizer, searches }] of optimizers.entries()) {
  const name = `${optimizer.name} (${i + 1})`;

  test(`${name} goes downhill in three steps, on every landscape`, async () => {
    for (const { f, start } of [bowl(10, 10), gutter(10), rosenbrock(10)]) {
      const visits = await descend(optimizer, f, start, { steps: 3 });
      assert.ok(f(visits[3].x).value < f(start).value);
    }
  });

  test(`${name} returns the value at the point it started from, and first evaluates f at that very array`, async () => {
    const { f, start } = rosenbrock(4);
    const visits = await descend(optimizer, f, start, { steps: 5 });
    for (let i = 0; i < 5; i++) {
      const asked: Float32Array[] = [];
      const spy = (x: Float32Array): Evaluation => (asked.push(x), f(x));
      const { value } = await optimizer.step(spy, visits[i].x, visits[i].state);
      assert.equal(value, f(visits[i].x).value);
      assert.equal(asked[0], visits[i].x);
      if (!searches) assert.equal(asked.length, 1);
    }
  });

  test(`${name} changes neither the point, nor the state, nor the gradient`, async () => {
    const land = rosenbrock(6);
    const { f, asked } = caching(land.f);
    const visits = await descend(optimizer, f, land.start, { steps: 6 });
    const { x, state } = visits[6];
    f(x);
    const before = copy({ x, state, asked, gradients: asked.map((a) => f(a).gradient) });
    await optimizer.step(f, x, state);
    const known = asked.slice(0, before.asked.length);
    assert.deepEqual({ x, state, asked: known, gradients: known.map((a) => f(a).gradient) }, before);
    optimizer.init(x);
    assert.deepEqual(x, before.x);
  });

  test(`${name} can be forked, stored and replayed: the same bytes from the same point and state`, async () => {
    const { f, start } = rosenbrock(6);
    const whole = await descend(optimizer, f, start, { steps: 20 });
    assert.deepEqual(paths(await descend(optimizer, f, start, { steps: 20 })), paths(whole));
    for (const fork of [1, 8]) {
      let { x, state } = copy(whole[fork]);
      for (let k = fork; k < 20; k++) ({ x, state } = await optimizer.step(f, x, state));
      assert.deepEqual({ x, state }, { x: whole[20].x, state: whole[20].state });
    }
  });

  test(`${name} gives the same whether f is synchronous or asynchronous`, async () => {
    const { f, start } = rosenbrock(6);
    const later = (x: Float32Array): Promise<Evaluation> => new Promise((done) => setImmediate(() => done(f(x))));
    const [atOnce, delayed] = [await descend(optimizer, f, start), await descend(optimizer, later, start)];
    assert.deepEqual(paths(delayed), paths(atOnce));
  });

  test(`${name} throws on what f throws`, async () => {
    const { f, start } = bowl(3, 1);
    let calls = 0;
    const broken = (x: Float32Array): Evaluation => {
      if (calls++ === 0) throw new Error("no network");
      return f(x);
    };
    await assert.rejects(() => optimizer.step(broken, start, optimizer.init(start)), /no network/);
  });

  test(`${name} refuses a gradient or a state of another length, and says what to do`, async () => {
    const { f, start } = bowl(3, 1);
    const wrong = (): Evaluation => ({ value: 1, gradient: Float32Array.of(1, 1) });
    await assert.rejects(
      () => optimizer.step(wrong, start, optimizer.init(start)),
      { name: "RangeError", message: /has 3 coordinates, but f returned a gradient of 2\. Return one/ },
    );
    const { state } = await optimizer.step(f, start, optimizer.init(start));
    await assert.rejects(
      () => optimizer.step(f, Float32Array.of(1, 2), state),
      { name: "RangeError", message: /for points of 3 coordinates, but this one has 2\. .*init\(x\)/ },
    );
  });
}
