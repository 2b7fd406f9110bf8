// Whole sweeps, killed, sharded and joined, in worker processes of the built package: what npm test builds first.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { cellsIn, differences, killAt, program, startSweep, waitFor } from "../../scripts/bench/sweepPlan";
import { loadImage } from "../../src/platform/files/loadImage";
import { thisHost } from "../../src/platform/files/temporaryFile";
import { filesOf, writeResult } from "../../src/sweeps/cellResult";
import { mergeSweeps } from "../../src/sweeps/mergeSweeps";
import type { Plan, PlanFile } from "../../src/sweeps/plan";
import { sweep } from "../../src/sweeps/sweep";
import { loadSweep } from "../../src/sweeps/sweepResult";
import { tiny } from "./tiny";

// Files of the workers' engine; this process only joins and looks.
const place = fs.mkdtempSync(path.join(require("node:os").tmpdir(), "styloscope-sweep-"));
const folder = (name: string): string => path.join(place, name);
after(() => fs.rmSync(place, { recursive: true, force: true }));

describe("a sweep in worker processes", () => {
  before(() => waitFor(startSweep(tiny, folder("whole"))));

  it("leaves a picture and the numbers of every cell with its full settings, a sheet and a table", async () => {
    const result = loadSweep(folder("whole"));
    assert.equal(result.cells.length, 6);
    assert.deepEqual(result.missing, []);
    for (const { settings, history, loss, step, frames, ended: why } of result.cells) {
      assert.equal(settings.steps, 3);
      assert.equal(settings.optimizer, "fourier lbfgs");
      assert.deepEqual(history.index, [0, 1, 2, 3]);
      assert.equal(history.loss[step], Math.min(...history.loss));
      assert.ok(loss > 0);
      assert.deepEqual(frames, [0, 1, 2, 3]);
      assert.equal(why, null);
    }
    assert.equal(new Set(result.cells.map(({ loss }) => loss)).size, 6, "each cell has its own settings");
    const picture = await loadImage(path.join(folder("whole"), "cells", "0003.png"));
    assert.deepEqual(picture.shape, [32, 32, 3]);
    picture.dispose();
    assert.deepEqual(fs.readdirSync(folder("whole")).sort(), ["cells", "sheet.png", "sweep.json", "table.csv", "table.json", "times.csv"]);
    assert.equal(fs.readFileSync(path.join(folder("whole"), "table.csv"), "utf8").split("\r\n").length, 8);
  });

  it("killed twice without warning, goes on where it was and gives the same files", async () => {
    await killAt(startSweep(tiny, folder("killed"), { workers: 1 }), folder("killed"), 1);
    await killAt(startSweep(tiny, folder("killed"), { workers: 1 }), folder("killed"), 3);
    const done = cellsIn(folder("killed"));
    assert.ok(done >= 3 && done < 6, `killed with ${done} of 6 cells done`);
    const kept = fs.statSync(path.join(folder("killed"), "cells", "0000.json")).mtimeMs;
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    fs.writeFileSync(path.join(folder("killed"), "cells", `.0005.json.${thisHost}-${dead}-0123456789ab.tmp`), "{ \"half\":");
    fs.writeFileSync(path.join(folder("killed"), "cells", "0005.lock"), JSON.stringify({ host: thisHost, pid: dead, token: "t" }));
    await waitFor(startSweep(tiny, folder("killed"), { workers: 1 }));
    assert.deepEqual(differences(folder("whole"), folder("killed")), []);
    assert.equal(fs.statSync(path.join(folder("killed"), "cells", "0000.json")).mtimeMs, kept, "what was done is not done again");
  });

  it("in three shards, one of them killed and started again, gives the same files when they are joined", async () => {
    const parts = ["1/3", "2/3", "3/3"].map((shard) => ({ shard, at: folder(`part ${shard[0]}`) }));
    const [first, second, third] = parts.map(({ shard, at }) => startSweep(tiny, at, { shard, workers: 1 }));
    await Promise.all([waitFor(first), killAt(second, parts[1].at, 1), waitFor(third)]);
    assert.ok(!fs.existsSync(path.join(parts[0].at, "table.csv")), "a part makes no table");
    const folders = parts.map(({ at }) => at);
    if (cellsIn(parts[1].at) < 2) {
      await assert.rejects(mergeSweeps(folders, folder("merged")),
        /1 of 6 cells are in none of these folders, or damaged there: 4\. Run their shards again/);
      assert.ok(!fs.existsSync(folder("merged")), "nothing was written");
    }
    await waitFor(startSweep(tiny, parts[1].at, { shard: "2/3", workers: 1 }));
    await assert.rejects(mergeSweeps(folders.slice(1), folder("merged")),
      /2 of 6 cells are in none of these folders, or damaged there: 0, 3\./);
    const merged = await mergeSweeps(folders, folder("merged"));
    assert.equal(merged.cells.length, 6);
    assert.deepEqual(differences(folder("whole"), folder("merged")), []);
  });

  it("is not joined with parts of another sweep, nor with other results of the same cell", async () => {
    const other = { ...tiny, base: { ...tiny.base, steps: 4 } };
    await waitFor(startSweep(other, folder("other"), { shard: "1/6" }));
    await assert.rejects(mergeSweeps([folder("whole"), folder("other")], folder("no")),
      /different sweeps: steps of cell 0 is 3 in .*whole, 4 in .*other/);
    fs.cpSync(folder("whole"), folder("changed"), { recursive: true });
    const result = loadSweep(folder("whole")).cells[2];
    const { picture, strip } = filesOf(folder("whole"), result);
    await writeResult(folder("changed"), { ...result, loss: 0.5 }, { picture: fs.readFileSync(picture), strip: fs.readFileSync(strip) }, 1);
    await assert.rejects(mergeSweeps([folder("whole"), folder("changed")], folder("no")),
      /cell 2 \(relu1_1, styleWeight 100\) is in .*, with other results/);
    await assert.rejects(mergeSweeps([folder("nowhere")], folder("no")), /holds no sweep/);
    await assert.rejects(mergeSweeps([], folder("no")), /no folder to merge/);
    assert.ok(!fs.existsSync(folder("no")));
  });

  it("never writes into a folder of another sweep, or of something else", async () => {
    const before = fs.readFileSync(path.join(folder("whole"), "sweep.json"));
    const changed = (over: Partial<PlanFile>): Promise<unknown> => sweep({ ...tiny, ...over } as Plan, { out: folder("whole") });
    await assert.rejects(changed({ base: { ...tiny.base, seed: 1 } }),
      /another sweep \(seed of cell 0 is 0 there, 1 here\)\. Nothing was changed/);
    await assert.rejects(changed({ over: { seed: [0] } }), /6 cells there, 1 here/);
    fs.mkdirSync(folder("mine"));
    fs.writeFileSync(path.join(folder("mine"), "letter.txt"), "dear");
    await assert.rejects(sweep(tiny as Plan, { out: folder("mine") }), /holds other things \(letter\.txt\) and no sweep/);
    assert.deepEqual(fs.readdirSync(folder("mine")), ["letter.txt"]);
    assert.deepEqual(fs.readFileSync(path.join(folder("whole"), "sweep.json")), before);
    fs.mkdirSync(folder("broken"));
    fs.writeFileSync(path.join(folder("broken"), "sweep.json"), '{ "base":');
    await assert.rejects(sweep(tiny as Plan, { out: folder("broken") }), /sweep\.json .*is damaged/);
  });

  it("names the cells that failed, and runs the others", async () => {
    // The pixel loss wants the layer "pixels", which is seen only when it looks.
    const plan = { base: tiny.base, over: [{ styleLoss: "pixels", styleLayers: ["relu1_1"] }, { styleLayers: ["relu1_1"] }] };
    const run = program(`require("./dist/index").sweep(JSON.parse(process.argv[1]), { out: process.argv[2], workers: 1 })
      .then(() => process.exit(1), (error) => process.exit(/1 of 2 cells failed.*\\n.*cell 0 .*pixels/.test(error.message) ? 0 : 2))`,
      JSON.stringify(plan), folder("failing"));
    await waitFor(run);
    assert.deepEqual(loadSweep(folder("failing")).missing, [0]);
  });
});
