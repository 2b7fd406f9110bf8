// A run in a process that is killed goes on in another, with the bytes of one that never stopped.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import type { Objective } from "../../src/objective";
import { half, optimizers, smallGoal, traces, whole } from "./runs";

const script = ["--require", "ts-node/register/transpile-only", path.join(__dirname, "runs.ts")];
const folder = mkdtempSync(path.join(os.tmpdir(), "styloscope-killed-"));
let goal: Objective;
before(async () => { goal = await smallGoal(); });
after(() => rmSync(folder, { recursive: true }));

describe(`a run saved at step ${half}, killed with SIGKILL, and resumed in another process`, () => {
  const resumed: object[][] = [];
  before(async () => {
    const killed = spawn(process.execPath, [...script, "begin", folder]);
    await once(killed.stdout, "data"); // "saved": it goes on while it is killed
    killed.kill("SIGKILL");
    assert.deepEqual(await once(killed, "exit"), [null, "SIGKILL"]);
    const lines = execFileSync(process.execPath, [...script, "resume", folder], { encoding: "utf8" }).split("\n").filter((line) => line.startsWith("["));
    resumed.push(...lines.map((line) => JSON.parse(line) as object[]));
  });

  optimizers.forEach((optimizer, at) =>
    it(`${optimizer.name}: every number and the image's bytes, to step ${whole}, are those of a run that never stopped`, async () => {
      const undisturbed = await traces(goal, optimizer);
      assert.equal(undisturbed.length, whole + 1);
      assert.deepEqual(resumed[at], undisturbed.slice(half));
    }));
});
