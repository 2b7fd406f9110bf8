// Ctrl-C belongs to the script, the stop button to the host.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { hostSignal, setHostSignal } from "../src/hostSignal";
import { noise, type Image } from "../src/image";
import { best } from "../src/minimize/best";
import { coarseToFine, type ScaledStep } from "../src/minimize/coarseToFine";
import { minimize } from "../src/minimize/minimize";
import type { Network } from "../src/networks/network";
import { randomVgg } from "../src/networks/vgg";
import { objective, type Objective } from "../src/objective";
import { transfer } from "../src/recipes/transfer";
import { sweep } from "../src/sweeps/sweep";
import { content } from "../src/terms";

const root = path.resolve(__dirname, "..");

describe("a script that gives no signal", () => {
  const loops = {
    "minimize()": `for await (const { index } of s.minimize(goal, { start: s.noise([32, 32]), steps: 1e6 }))
      if (index === 1) console.log("on");`,
    "sweep()": `await s.sweep({
      base: { network: { random: { width: 1 / 16 } }, contentLayers: ["relu1_1"], styleLayers: ["relu1_1"], steps: 1e6, size: 32 },
      over: { styleWeight: [1, 2] },
    }, { out: require("node:fs").mkdtempSync(require("node:path").join(require("node:os").tmpdir(), "sweep-")), workers: 1,
      each: ({ secondsLeft }) => { if (secondsLeft !== undefined) console.log("on"); } });`,
  };
  for (const [name, loop] of Object.entries(loops))
    it(`is ended by Ctrl-C in the middle of ${name}, as any other`, async () => {
      const script = spawn(process.execPath, ["--require", "ts-node/register", "-e", `(async () => {
        const s = require("./src/index");
        const network = await s.randomVgg({ width: 1 / 16 });
        const goal = s.objective(network, [s.content(s.noise([32, 32], { seed: 1 }), { layers: ["relu2_1"] })]);
        ${loop}
      })();`], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
      const end = once(script, "exit");
      await Promise.race([once(script.stdout, "data"), end]);
      script.kill("SIGINT");
      const late = setTimeout(() => script.kill("SIGKILL"), 10_000);
      assert.deepEqual(await end, [null, "SIGINT"]);
      clearTimeout(late);
    });
});

describe("under a host with a stop button", () => {
  let stop = new AbortController();
  let network: Network;
  let goal: Objective;
  let start: Image;
  before(async () => {
    setHostSignal(() => stop.signal);
    network = await randomVgg({ width: 1 / 16 });
    goal = objective(network, [content(noise([16, 16], { seed: 1 }), { layers: ["relu1_1"] })]);
    start = noise([16, 16], { seed: 2 });
  });
  after(() => { goal.dispose(); network.dispose(); start.dispose(); });

  it("a loop ends when it is pressed; one that begins afterwards does not: its start is no result", async () => {
    stop = new AbortController();
    const press = ({ index }: { index: number }): void => { if (index === 2) stop.abort(); };
    const first = await best(minimize(goal, { start, steps: 1000 }), press);
    assert.equal(first.stopped, "interrupted");
    first.image.dispose();
    const calls: (() => Promise<unknown>)[] = [
      () => best(minimize(goal, { start, steps: 1000 })),
      () => transfer(network, start, start, { steps: 1000 }),
      () => best(coarseToFine(network, goal.terms, { start, sizes: [8, 16], steps: 1000 })),
      () => sweep({ base: { steps: 1 }, over: {} } as never, { out: mkdtempSync(path.join(tmpdir(), "stopped-sweep-")) }),
    ];
    for (const call of calls) await assert.rejects(call, { name: "Interrupted", message: /stop was pressed before this (search|sweep) began/ });
  });

  it("a search that has only its start is no result either, and gives back its tensors", async () => {
    stop = new AbortController();
    const before = tf.memory().numTensors;
    await assert.rejects(best(minimize(goal, { start, steps: 1000 }), () => stop.abort()),
      { name: "Interrupted", message: /before this search had taken a step/ });
    assert.equal(tf.memory().numTensors, before);
  });

  it("from coarse to fine, the image of the sizes that were done is the result, wherever it was pressed", async () => {
    for (const [scale, at] of [[0, 2], [0, 3], [1, 0], [1, 1]]) {
      stop = new AbortController();
      const steps = coarseToFine(network, goal.terms, { start, sizes: [8, 16], steps: 3 });
      const { image, stopped } = await best(steps, (step) => {
        if ((step as ScaledStep).scale === scale && step.index === at) stop.abort();
      });
      assert.deepEqual([stopped, image.shape[0]], ["interrupted", scale === 0 ? 8 : 16], `${scale} ${at}`);
      image.dispose();
    }
  });

  it("a loop with a signal of its own is ended by either", async () => {
    for (const own of [true, false]) {
      stop = new AbortController();
      const controller = new AbortController();
      const press = ({ index }: { index: number }): void => { if (index === 1) (own ? controller : stop).abort(); };
      const { stopped, image } = await best(minimize(goal, { start, steps: 1000, signal: controller.signal }), press);
      assert.equal(stopped, "interrupted");
      image.dispose();
    }
  });

  it("the first provider stays, so that a library loaded later does not replace the kernel's", () => {
    setHostSignal(() => undefined);
    assert.equal(hostSignal(), stop.signal);
  });
});
