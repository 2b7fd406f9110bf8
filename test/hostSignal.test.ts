// Ctrl-C belongs to the script, the stop button to the host.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { hostSignal, setHostSignal } from "../src/hostSignal";
import { noise, type Image } from "../src/image";
import { minimize } from "../src/minimize/minimize";
import type { Network } from "../src/networks/network";
import { randomVgg } from "../src/networks/vgg";
import { objective, type Objective } from "../src/objective";
import { best } from "../src/minimize/best";
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

  it("a loop ends when it is pressed; one that begins afterwards measures its start and ends", async () => {
    stop = new AbortController();
    const press = ({ index }: { index: number }): void => { if (index === 2) stop.abort(); };
    const first = await best(minimize(goal, { start, steps: 1000 }), press);
    const steps: unknown[] = [];
    for await (const { index, stopped } of minimize(goal, { start, steps: 1000 })) steps.push([index, stopped]);
    assert.equal(first.stopped, "interrupted");
    assert.deepEqual(steps, [[0, false], [0, "interrupted"]]);
    first.image.dispose();
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
