// The other ways to end a command (see endedRuns.slow.test.ts), and JupyterLab.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { alive, assertEnds, assertNothingLeft, isKernel, notebook, skip, spins, start, waits } from "./ended";

const requests: readonly [string, string, (npm: number) => void, number][] = [
  ["SIGTERM to npm, in a cell that never yields", spins, (npm) => process.kill(npm, "SIGTERM"), 143],
  ["SIGTERM to everybody", waits, (npm) => process.kill(-npm, "SIGTERM"), 143],
  ["Ctrl-C in a terminal, which everybody gets and npm passes on", waits, (npm) => process.kill(-npm, "SIGINT"), 130],
  ["a closed terminal", waits, (npm) => process.kill(-npm, "SIGHUP"), 129],
  ["SIGKILL of npm", waits, (npm) => process.kill(npm, "SIGKILL"), 137],
];

describe("npm run notebook leaves nothing running and no temporary file, and writes what was done", { skip }, () => {
  for (const [what, cell, ask, code] of requests) it(`after ${what}`, () => assertEnds(what, cell, ask, code));
  // npm passes SIGINT on to its shell. bash has become the script by then; dash, Debian's sh, keeps the signal until the script has ended.
  it("after SIGINT to npm alone, with a shell that becomes its script",
    () => assertEnds("int", waits, (npm) => process.kill(npm, "SIGINT"), 130, { npm_config_script_shell: "bash" }));
  it("after SIGTERM while the kernel starts", async () => {
    const run = await start("early", ["notebook", "--", notebook("early", waits)], /starting/);
    run.child.kill("SIGTERM");
    await assertNothingLeft(run, 10);
  });
  it("after SIGKILL of everything but the kernel, in a cell that never yields", async () => {
    const run = await start("loop", ["notebook", "--", notebook("loop", spins)], /1\/2/);
    await wait(500);
    process.kill(-run.child.pid!, "SIGKILL");
    await assertNothingLeft(run, 10);
  });
});

const noLab = !existsSync(path.resolve(__dirname, "../../.venv/styloscope")) && "no .venv here; npm run lab makes it";
describe("npm run lab leaves neither JupyterLab nor a kernel", { skip: skip || noLab }, () => {
  const asked: [string, (npm: number) => void][] = [
    ["SIGTERM to npm", (npm) => process.kill(npm, "SIGTERM")],
    ["SIGINT without a terminal", (npm) => process.kill(-npm, "SIGINT")],
    ["a closed terminal", (npm) => process.kill(-npm, "SIGHUP")],
    ["SIGKILL of npm", (npm) => process.kill(npm, "SIGKILL")],
  ];
  for (const [what, ask] of asked)
    it(`after ${what}`, async () => {
      const port = 20_000 + Math.floor(20_000 * Math.random());
      const words = ["lab", "--", "--no-browser", "--allow-root", `--port=${port}`, "--IdentityProvider.token=t"];
      const run = await start(`lab-${what.replace(/\W+/g, "-")}`, words, /is running at/);
      assert.equal((await newKernel(port)).status, 201);
      assert.ok(alive(run.temporary).some(isKernel), "a kernel runs");
      ask(run.child.pid!);
      await assertNothingLeft(run, 20);
    });
});

async function newKernel(port: number): Promise<Response> {
  for (let attempt = 0; ; attempt++)
    try {
      return await fetch(`http://localhost:${port}/api/kernels?token=t`, { method: "POST", body: '{"name":"tslab"}' });
    } catch (error) {
      if (attempt === 20) throw error;
      await wait(250); // it says that it runs a moment before it listens
    }
}
