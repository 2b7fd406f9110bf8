// Runs side by side are the runs themselves.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { noise, type Image } from "../../src/image";
import { minimize, type MinimizeOptions, type Step } from "../../src/minimize/minimize";
import { sideBySide } from "../../src/minimize/sideBySide";
import { objective, type Objective } from "../../src/objective";
import { adam } from "../../src/optimizers/adam";
import { lbfgs } from "../../src/optimizers/lbfgs";
import { content } from "../../src/terms";
import { randomVgg, type Vgg } from "../../src/networks/vgg";
import { leaksNothing } from "../compare";

describe("sideBySide", () => {
  let [network, goal, start]: [Vgg?, Objective?, Image?] = [];
  const run = (options: Partial<MinimizeOptions> = {}) => minimize(goal!, { start: start!, optimizer: adam(), steps: 3, ...options });

  before(async () => {
    network = await randomVgg({ width: 1 / 16 });
    start = noise([12, 16], { seed: 2 });
    goal = objective(network, [content(noise([12, 16], { seed: 1 }), { layers: ["relu1_1"] })]);
  });
  after(() => {
    goal!.dispose();
    network!.dispose();
    start!.dispose();
  });

  const allOf = async (steps: AsyncIterable<Pick<Step, "image" | "loss">>): Promise<{ image: number[][][]; loss: number }[]> => {
    const found: { image: number[][][]; loss: number }[] = [];
    for await (const { image, loss } of steps) found.push({ image: await image.array(), loss });
    return found;
  };

  it("has the bytes of each run by itself, from left to right, and the sum of their losses", () => leaksNothing(async () => {
    const [first, second] = [await allOf(run()), await allOf(run({ optimizer: lbfgs() }))];
    let index = 0;
    for await (const step of sideBySide({ first: run(), second: run({ optimizer: lbfgs() }) })) {
      const rows = await step.image.array();
      assert.deepEqual(rows.map((row) => row.slice(0, 16)), first[index].image);
      assert.deepEqual(rows.map((row) => row.slice(16)), second[index].image);
      assert.deepEqual(step.parts, { first: first[index].loss, second: second[index].loss });
      assert.equal(step.loss, first[index].loss + second[index].loss);
      assert.deepEqual([step.index, step.steps, step.stopped], [index++, 3, false]);
    }
    assert.equal(index, 4);
  }));

  it("keeps the last image of a run that ends before the others", () => leaksNothing(async () => {
    const short = await allOf(run({ steps: 1 }));
    const lefts: number[][][][] = [];
    for await (const { image } of sideBySide({ short: run({ steps: 1 }), long: run() })) lefts.push((await image.array()).map((row) => row.slice(0, 16)));
    assert.deepEqual(lefts, [short[0], short[1], short[1], short[1]].map(({ image }) => image));
  }));

  it("is stopped when all its runs are, and passes on what is wrong with one", async () => {
    const stop = new AbortController();
    const stopped: unknown[] = [];
    for await (const step of sideBySide({ one: run({ signal: stop.signal }), other: run({ signal: stop.signal }) })) {
      stopped.push(step.stopped);
      if (step.index === 1) stop.abort();
    }
    assert.deepEqual(stopped, [false, false, "interrupted"]);
    const warnings: unknown[] = [];
    const wild = async function* (): ReturnType<typeof run> {
      for await (const step of run()) yield { ...step, warning: step.index === 1 ? "diverging" : undefined };
    };
    for await (const { warning } of sideBySide({ fine: run(), wild: wild() })) warnings.push(warning);
    assert.deepEqual(warnings, [undefined, "wild: diverging", undefined, undefined]);
  });

  it("closes its runs when it is left, and keeps no tensor", () => leaksNothing(async () => {
    const runs = { one: run(), other: run() };
    for await (const { index } of sideBySide(runs)) if (index === 1) break;
    for (const one of Object.values(runs)) assert.equal((await one.next()).done, true);
  }));

  it("refuses no run, and images of two heights", async () => {
    await assert.rejects(sideBySide({}).next(), /at least one/);
    await leaksNothing(async () => {
      const low = noise([10, 16]);
      const other = objective(network!, [content(low, { layers: ["relu1_1"] })]);
      await assert.rejects(sideBySide({ high: run(), low: minimize(other, { start: low, steps: 1 }) }).next(), /"high" has 12 pixels, "low" 10/);
      other.dispose();
      low.dispose();
    });
  });
});
