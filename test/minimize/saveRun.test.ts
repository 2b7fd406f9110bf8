import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../../src/image";
import { minimize, type MinimizeOptions } from "../../src/minimize/minimize";
import { savedRun, saveRun } from "../../src/minimize/saveRun";
import type { Snapshot } from "../../src/minimize/snapshot";
import { objective, type Objective } from "../../src/objective";
import { adam } from "../../src/optimizers/adam";
import { fourier } from "../../src/optimizers/fourier";
import { lbfgs } from "../../src/optimizers/lbfgs";
import type { Optimizer } from "../../src/optimizers/optimizer";
import { reparameterize } from "../../src/optimizers/reparameterize";
import { readSafetensors, writeSafetensors } from "../../src/platform/files/safetensors";
import { transfer } from "../../src/recipes/transfer";
import { content, smoothness, style } from "../../src/terms";
import { leaksNothing } from "../compare";
import { fileOf, optimizers, smallGoal, trace } from "./runs";

const folder = mkdtempSync(path.join(os.tmpdir(), "styloscope-run-"));
let goal: Objective;
let start: Image;
before(async () => {
  goal = await smallGoal();
  start = noise([40, 48], { seed: 3 });
});
after(() => rmSync(folder, { recursive: true }));

/** The snapshot of a run at a step, saved and read again. */
async function snapshotAt(index: number, options: Partial<MinimizeOptions> = {}): Promise<Snapshot> {
  const file = path.join(folder, "some.safetensors");
  for await (const step of minimize(goal, { start, steps: index, ...options })) if (step.index === index) await saveRun(step, file);
  return (await savedRun(file))!;
}

const drain = async (options: Partial<MinimizeOptions>, mine = goal): Promise<void> => {
  for await (const _ of minimize(mine, { start, steps: 9, ...options }));
};

describe("a saved run", () => {
  it("comes back as it was, to the last bit", async () => {
    for (const optimizer of optimizers) {
      let kept!: Snapshot;
      for await (const step of minimize(goal, { start, optimizer, steps: 5 })) kept = step.snapshot();
      const file = fileOf(folder, { ...optimizer, name: "again" });
      await saveRun({ snapshot: () => kept }, file);
      assert.deepEqual(await savedRun(file), JSON.parse(JSON.stringify(kept), (key, value) =>
        (key === "x" ? kept.x : key === "state" ? kept.state : value)));
    }
  });

  it("keeps its numbers when the loop goes on: a snapshot is not changed by later steps", async () => {
    for (const optimizer of optimizers) {
      let [early, copy]: Snapshot[] = [];
      for await (const step of minimize(goal, { start, optimizer, steps: 6 }))
        if (step.index === 2) { early = step.snapshot(); copy = structuredClone(early); }
      assert.deepEqual(early, copy);
    }
  });

  it("goes on with its time, and leaves no tensor behind", async () => {
    const resume = { ...await snapshotAt(3), seconds: 1000 };
    await leaksNothing(async () => {
      const seen: number[] = [];
      for await (const { index, seconds } of minimize(goal, { start, steps: 5, resume })) { seen.push(index); assert.ok(seconds >= 1000); }
      assert.deepEqual(seen, [3, 4, 5]);
    });
  });

  it("goes on with the same bytes where the parameters are no pixels", async () => {
    const optimizer = reparameterize(fourier(), lbfgs());
    const resume = await snapshotAt(4, { optimizer });
    const run = async (from?: Snapshot): Promise<object[]> => {
      const found: object[] = [];
      for await (const step of minimize(goal, { start, optimizer, steps: 8, resume: from })) found.push(await trace(step));
      return found;
    };
    assert.deepEqual(await run(resume), (await run()).slice(4));
    await assert.rejects(drain({ resume, optimizer: reparameterize(fourier(), lbfgs({ memory: 3 })) }), /another setting of lbfgs over/);
  });

  it("is resumed by a recipe, and where there is no file a run begins at its start", async () => {
    const file = path.join(folder, "recipe.safetensors");
    const [photo, painting] = [noise([24, 24], { seed: 1 }), noise([24, 24], { seed: 2 })];
    const indices: number[][] = [];
    for (const steps of [4, 7]) {
      const seen: number[] = [];
      const { image } = await transfer(goal.network, photo, painting, {
        steps, resume: await savedRun(file), each: async (step) => { seen.push(step.index); await saveRun(step, file); },
      });
      image.dispose();
      indices.push(seen);
    }
    assert.deepEqual(indices, [[0, 1, 2, 3, 4], [4, 5, 6, 7]]);
  });
});

describe("to resume is refused", () => {
  const refuses = (options: Partial<MinimizeOptions>, message: RegExp, mine = goal): Promise<void> =>
    assert.rejects(drain(options, mine), message);

  it("for a run of another size, optimizer or setting, or with fewer steps than it has", async () => {
    const resume = await snapshotAt(2, { optimizer: adam() });
    await refuses({ resume, optimizer: adam(), start: noise([48, 40]) }, /another size. Then: 40×48. Now: 48×40/);
    await refuses({ resume, optimizer: lbfgs() }, /another optimizer. Then: adam. Now: lbfgs/);
    await refuses({ resume, optimizer: adam({ rate: 0.05 }) }, /another setting of adam. Then: .*"rate":0.02.*Now: .*"rate":0.05/);
    await refuses({ resume, optimizer: adam(), steps: 1 }, /is at step 2, but only 1 steps are wanted/);
    await refuses({ resume: Promise.resolve(resume) as never, optimizer: adam() }, /write `await savedRun\(file\)`/);
  });

  it("for a run of another objective: other terms, weights, network or target", async () => {
    const resume = await snapshotAt(2);
    const [photo, painting] = goal.terms.map(({ target }) => target as Image);
    const layers = ["relu1_1", "relu2_1"];
    const other = async (message: RegExp, look: tf.Tensor3D, weight: number, network = goal.network): Promise<void> => {
      const mine = objective(network, [content(photo, { layers: ["relu2_2"] }), style(look, { layers, weight }), smoothness({ weight: 0.1 })]);
      await refuses({ resume }, message, mine);
      mine.dispose();
    };
    await other(/another objective. Then: .*style · relu1_1 · gram · 5, .*Now: .*style · relu1_1 · gram · 6, /, painting, 12);
    await other(/another network. Then: random vgg19 .*Now: mine/, painting, 10, { ...goal.network, name: "mine" });
    await other(/has another objective: at step 2 its "style relu1_1" was/, photo, 10);
  });

  it("for a weight that prints alike, and a target that measures almost alike", async () => {
    const resume = await snapshotAt(2);
    const [photo, painting] = goal.terms.map(({ target }) => target as Image);
    const with_ = (weights: number | Record<string, number>, look: tf.Tensor3D, from: Snapshot): Promise<void> => {
      const layers = typeof weights === "number" ? ["relu1_1", "relu2_1"] : weights;
      const mine = objective(goal.network, [
        content(photo, { layers: ["relu2_2"] }), style(look, { layers, weight: typeof weights === "number" ? weights : 1 }), smoothness({ weight: 0.1 }),
      ]);
      return drain({ resume: from }, mine).finally(() => mine.dispose());
    };
    await with_(10, painting, resume);
    await assert.rejects(with_(10.004, painting, resume), /another weight of "style relu1_1"\. Then: 5\. Now: 5\.002\. Give minimize/);
    await assert.rejects(with_({ relu1_1: 5, relu2_1: 5 + 2 ** -40 }, painting, resume), /another weight of "style relu2_1"/);
    const nudged = tf.tidy(() => tf.mul(painting, 1.00005) as tf.Tensor3D);
    await assert.rejects(with_(10, nudged, resume), /has another objective: at step 2 its "style relu/);
    const { engine: _engine, weights: _weights, ...old } = resume.of; // as earlier versions saved it
    await with_(10, painting, { ...resume, of: old });
    await assert.rejects(drain({ resume: { ...resume, of: { ...resume.of, engine: "another" } }, optimizer: adam() }), /another optimizer/);
    nudged.dispose();
  });

  it("from a file that was cut short, at whatever byte, or is no saved run", async () => {
    await snapshotAt(1);
    const [file, cut] = ["some", "cut"].map((name) => path.join(folder, `${name}.safetensors`));
    const bytes = readFileSync(file);
    for (const length of [0, 5, 60, bytes.length >> 1, bytes.length - 1]) {
      writeFileSync(cut, bytes);
      truncateSync(cut, length);
      await assert.rejects(savedRun(cut), /cut.safetensors is not a saved run, or it is truncated or damaged \(it.*\): delete it to start again/);
    }
    writeFileSync(cut, Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from("{}")]));
    await assert.rejects(savedRun(cut), /not written by saveRun/);
    // Whole as a file, and damaged inside.
    const { tensors, metadata } = await readSafetensors(file);
    const refuses = async (damage: Record<string, string>, without: string, message: RegExp): Promise<void> => {
      await writeSafetensors(cut, new Map([...tensors].filter(([name]) => !name.startsWith(without))), { metadata: { ...metadata, ...damage } });
      await assert.rejects(savedRun(cut), (error: Error) => error.message.startsWith(`${cut} is not a saved run, or it is truncated or damaged (`)
        && error.message.endsWith("): delete it to start again") && message.test(error.message));
    };
    await refuses({}, "x", /it has no tensor "x"/);
    await refuses({}, "state", /it has no tensor "state\//);
    await refuses({ run: metadata.run.slice(0, -9) }, "none", /JSON/);
    await refuses({ run: "null" }, "none", /./);
  });

  it("to save is refused for an optimizer whose memory is no plain data", async () => {
    const odd: Optimizer = { ...adam(), init: () => new Map() };
    for await (const step of minimize(goal, { start, optimizer: odd, steps: 0 }))
      await assert.rejects(saveRun(step, path.join(folder, "odd.safetensors")), /the optimizer's state cannot be saved: it is \[object Map\]/);
  });
});
