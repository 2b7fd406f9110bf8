// The figure of speed: what counts as an evaluation, as a second, and as having arrived.
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs";
import { contentAndStyle } from "../../src/figures/contentAndStyle";
import type { Descent } from "../../src/figures/descents";
import { descend, timesOf } from "../../src/figures/gatys2016Speed";
import type { Image } from "../../src/image";
import { minimize, type Step } from "../../src/minimize/minimize";
import { randomVgg, type Vgg } from "../../src/networks/vgg";
import { objective, type Objective } from "../../src/objective";
import { lbfgs } from "../../src/optimizers/lbfgs";
import { engine } from "../../src/platform/engine/engine";
import { sample } from "../../src/platform/files/sample";
import type { Term } from "../../src/terms";
import { leaksNothing } from "../compare";

let [network, goal]: [Vgg?, Objective?] = [];
let [photo, painting]: Image[] = [];
let terms: Term[];
before(async () => {
  await engine();
  network = await randomVgg({ width: 1 / 16, pooling: "average" });
  [photo, painting] = [await sample("valley", { cover: [32, 32] }), await sample("strokes", { cover: [32, 32] })];
  terms = contentAndStyle(photo, painting, 1 / 10);
  goal = objective(network, terms);
});
after(() => {
  goal!.dispose();
  network!.dispose();
  tf.dispose([photo, painting]);
});

const quiet = { steps: 0, each: (_: Step): void => undefined };

it("the plain way is L-BFGS by minimize: as many evaluations as passes, and the same losses", () => leaksNothing(async () => {
  let passes = 0;
  const reference: { evaluations: number; loss: number }[] = [];
  for await (const { loss } of minimize({ ...goal!, measure: (...all) => (passes++, goal!.measure(...all)) }, { start: photo, optimizer: lbfgs(), steps: 8 }))
    reference.push({ evaluations: passes, loss });
  const { descent } = await descend(network!, terms, goal!, photo, { optimizer: lbfgs }, { budget: passes }, quiet);
  assert.deepEqual(descent.evaluations, reference.map(({ evaluations }) => evaluations));
  descent.loss.forEach((loss, i) => assert.ok(Math.abs(loss / reference[i].loss - 1) < 1e-4, `${i}: ${loss}, ${reference[i].loss}`));
}));

it("from coarse to fine, every loss is that of the image at full size, a small image counts as a quarter, and measuring the curve takes no time", () => leaksNothing(async () => {
  const slow: Objective = { ...goal!, measure: async (...all) => (await setTimeout(200), goal!.measure(...all)) };
  const told: number[] = [];
  const { descent: { evaluations, loss, seconds }, best } = await descend(
    network!, terms, slow, photo, { optimizer: lbfgs, coarse: true }, { budget: 3 }, { ...quiet, each: (step) => told.push(step.loss) });
  assert.equal(evaluations[0], 1 / 4);
  assert.ok(evaluations.at(-1)! <= 3 && evaluations.every((value) => Number.isInteger(4 * value)), String(evaluations));
  assert.ok(loss.length >= 5 && seconds.at(-1)! < 0.2 * loss.length, `${seconds.at(-1)} s, ${loss.length} steps`);
  assert.ok(loss.every((value, i) => i === 0 || value <= loss[i - 1]) && told.length === loss.length);
  const image = best.image();
  assert.deepEqual(image.shape, [32, 32, 3]);
  assert.ok(Math.abs((await goal!.measure(image)).value / loss.at(-1)! - 1) < 1e-4);
  image.dispose();
}));

it("a way ends where it has arrived", () => leaksNothing(async () => {
  const { descent: { loss } } = await descend(network!, terms, goal!, photo, { optimizer: lbfgs }, { budget: 12 }, quiet);
  const until = loss[3];
  const { descent } = await descend(network!, terms, goal!, photo, { optimizer: lbfgs }, { budget: 12, until }, quiet);
  assert.ok(descent.loss.at(-1)! <= until && descent.loss.at(-2)! > until && descent.loss.length < loss.length);
}));

it("the share of the time is where a curve passes the plain one's last loss; of none that does not, or where nothing was descended", () => {
  const descent = (seconds: number[], loss: number[]): Descent => ({ evaluations: seconds, seconds, loss });
  const plain = descent([1, 5, 10, 12], [9, 3, 2, 2]);
  const descents = { "L-BFGS on pixels": plain, fast: descent([1, 4, 5], [9, 2, 1]), slow: descent([1, 15], [9, 2]), never: descent([1, 2], [9, 2.1]) };
  assert.deepEqual(timesOf(descents), { fast: 4 / 10, slow: 15 / 10 });
  assert.deepEqual(timesOf(descents, 1.5), { fast: 4 / 5, slow: 15 / 5, never: 2 / 5 }, "to a loss of 3");
  assert.deepEqual(timesOf({ "L-BFGS on pixels": descent([1], [9]), other: descent([1], [9]) }), {});
});
