// Locks and temporary files of processes that live, and of those that were killed.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { saveRun } from "../../../src/minimize/saveRun";
import type { Snapshot } from "../../../src/minimize/snapshot";
import { withLock } from "../../../src/platform/files/fileLock";
import { temporaryName, thisHost, writerLives } from "../../../src/platform/files/temporaryFile";
import { writeAtomically } from "../../../src/platform/files/writeAtomically";
import { saveCheckpoint } from "../../../src/training/checkpoint";
import type { TrainingState } from "../../../src/training/trainingStep";
import { temporaryFolder } from "./fixtures";

/** The id of a process that has ended. */
const dead = spawnSync(process.execPath, ["-e", ""]).pid;

test("a lock is one call's at a time, is released when its action fails, and leaves no file", async (t) => {
  const folder = temporaryFolder(t);
  const lock = path.join(folder, "lock");
  let inside = 0;
  let most = 0;
  const results = await Promise.allSettled(Array.from({ length: 5 }, (_, i) => withLock(lock, async () => {
    most = Math.max(most, ++inside);
    await sleep(10);
    inside--;
    if (i === 2) throw new Error("failed");
    return i;
  })));
  assert.equal(most, 1);
  assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "fulfilled", "rejected", "fulfilled", "fulfilled"]);
  assert.deepEqual(fs.readdirSync(folder), []);
});

test("a lock is stale when its process has ended, or when it was not renewed; a living one's is waited for", async (t) => {
  const lock = path.join(temporaryFolder(t), "lock");
  const takes = async (holder: string, age: number): Promise<boolean> => {
    fs.writeFileSync(lock, holder);
    fs.utimesSync(lock, Date.now() / 1000 - age, Date.now() / 1000 - age);
    return withLock(lock, async () => true, { signal: AbortSignal.timeout(100) }).catch(() => false);
  };
  const holder = (host: string, pid: number): string => JSON.stringify({ host, pid, token: "t" });
  assert.equal(await takes(holder(thisHost, dead), 0), true, "killed");
  assert.equal(await takes(holder(thisHost, process.pid), 30), false, "alive");
  assert.equal(await takes(holder(thisHost, process.pid), 90), true, "its number is another process's by now");
  assert.equal(await takes(holder("00000000", dead), 30), false, "on another machine");
  assert.equal(await takes(holder("00000000", 1), 90), true, "on a machine that was switched off");
  assert.equal(await takes("", 1), false, "being written");
  assert.equal(await takes("", 10), true, "killed before it was written");
});

test("the next process that writes into a folder removes what killed ones left there, and nothing else", async (t) => {
  const folder = temporaryFolder(t);
  const script = `require("${path.resolve("src/platform/files/writeAtomically.ts")}").writeAtomically(process.argv[1], async (temporary) => {
    require("node:fs").writeFileSync(temporary, "half");
    process.kill(process.pid, "SIGKILL");
  })`;
  const { signal } = spawnSync(process.execPath, ["--require", "ts-node/register/transpile-only", "-e", script, path.join(folder, "run.safetensors")]);
  assert.equal(signal, "SIGKILL");
  const [left] = fs.readdirSync(folder);
  assert.match(left, /^\.run\.safetensors\..*\.tmp$/);
  assert.equal(writerLives(left), false);
  const living = temporaryName(path.join(folder, "other.png"));
  const elsewhere = path.join(folder, `.a.png.00000000-${dead}-0123456789ab.tmp`);
  const old = path.join(folder, `.b.png.00000000-${dead}-0123456789ab.tmp`);
  const foreign = path.join(folder, ".somebody.tmp");
  for (const file of [living, elsewhere, old, foreign]) fs.writeFileSync(file, "");
  fs.utimesSync(old, 1, 1);
  await writeAtomically(path.join(folder, "new.txt"), "text");
  assert.deepEqual(fs.readdirSync(folder).sort(), [living, elsewhere, foreign, "new.txt"].map((file) => path.basename(file)).sort());
});

test("a saved run and a checkpoint remove what a killed process left of theirs", async (t) => {
  const x = Float32Array.of(1, 2);
  const of = { size: [1, 1], network: "", objective: "", optimizer: "", settings: {} } as const;
  const snapshot = (): Snapshot => ({ index: 0, seconds: 0, parts: {}, of, x, state: {} });
  const state: TrainingState = { step: 0, parameters: x, optimizer: {} };
  for (const save of [
    (file: string) => saveRun({ snapshot }, file),
    (file: string) => saveCheckpoint({ state, seed: 0, seconds: 0, of: "", history: [], pending: [], constants: {} }, file),
  ]) {
    const file = path.join(temporaryFolder(t), "run.safetensors");
    fs.writeFileSync(path.join(path.dirname(file), `.run.safetensors.${thisHost}-${dead}-0123456789ab.tmp`), "half");
    await save(file);
    assert.deepEqual(fs.readdirSync(path.dirname(file)), ["run.safetensors"]);
  }
});
