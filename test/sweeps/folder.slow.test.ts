// The folder of a sweep in other hands: damaged, hostile, or shared by several processes.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { differences, root, startSweep, waitFor } from "../../scripts/bench/sweepPlan";
import { withLock } from "../../src/platform/files/fileLock";
import { writerLives } from "../../src/platform/files/temporaryFile";
import { mergeSweeps } from "../../src/sweeps/mergeSweeps";
import type { PlanFile } from "../../src/sweeps/plan";
import { sweep } from "../../src/sweeps/sweep";
import { readSweep } from "../../src/sweeps/sweepFolder";
import { loadSweep } from "../../src/sweeps/sweepResult";
import { least } from "./tiny";

const place = fs.mkdtempSync(path.join(os.tmpdir(), "styloscope-folder-"));
const folder = (...names: string[]): string => path.join(place, ...names);
const copyOf = (name: string): string => {
  fs.cpSync(folder("whole"), folder(name), { recursive: true, preserveTimestamps: true });
  return folder(name);
};
before(() => sweep(least, { out: folder("whole") }));
after(() => fs.rmSync(place, { recursive: true, force: true }));

describe("a damaged cell is run again, and no other: it is there only when all of its files are, and whole", () => {
  const [numbers, picture, strip, time] = ["0000.json", "0000.png", "0000.steps.jpg", "0000.time.json"];
  const cut = (file: string): void => fs.writeFileSync(file, fs.readFileSync(file).subarray(0, 100));
  const change = (text: (json: string) => string) => (file: string): void => fs.writeFileSync(file, text(fs.readFileSync(file, "utf8")));
  const without = (key: string) => change((json) => JSON.stringify({ ...JSON.parse(json), [key]: undefined }, null, 1));
  const damages: readonly (readonly [string, string, (file: string) => void])[] = [
    ["empty picture", picture, (file) => fs.writeFileSync(file, "")],
    ["cut picture", picture, cut],
    ["picture with one byte changed", picture, (file) => {
      const bytes = fs.readFileSync(file);
      bytes[bytes.length - 20] ^= 1;
      fs.writeFileSync(file, bytes);
    }],
    ["missing picture", picture, (file) => fs.rmSync(file)],
    ["picture of another cell", picture, (file) => fs.copyFileSync(file.replace("0000", "0001"), file)],
    ["missing strip", strip, (file) => fs.rmSync(file)],
    ["cut strip", strip, cut],
    ["missing numbers", numbers, (file) => fs.rmSync(file)],
    ["cut numbers", numbers, cut],
    ["empty numbers", numbers, (file) => fs.writeFileSync(file, "")],
    ["numbers that are null", numbers, (file) => fs.writeFileSync(file, "null")],
    ["numbers of another cell", numbers, (file) => fs.copyFileSync(file.replace("0000", "0001"), file)],
    ["all files of another cell", numbers, (file) => {
      for (const end of [".json", ".png", ".steps.jpg"])
        fs.copyFileSync(file.replace("0000.json", `0001${end}`), file.replace(".json", end));
    }],
    ["numbers without history", numbers, without("history")],
    ["numbers with another loss", numbers, change((json) => json.replace(/"loss": [\d.e-]+/, '"loss": 0.5'))],
    ["missing time", time, (file) => fs.rmSync(file)],
    ["cut time", time, (file) => fs.writeFileSync(file, '{"seco')],
  ];
  for (const [what, name, damage] of damages)
    it(what, async () => {
      const out = copyOf(what);
      const other = fs.statSync(path.join(out, "cells", "0001.json")).mtimeMs;
      damage(path.join(out, "cells", name));
      assert.deepEqual(loadSweep(out).missing, [0]);
      assert.deepEqual((await sweep(least, { out })).missing, []);
      assert.deepEqual(differences(folder("whole"), out), []);
      assert.equal(fs.statSync(path.join(out, "cells", "0001.json")).mtimeMs, other);
    });

  it("and is taken from another folder when parts are joined", async () => {
    fs.writeFileSync(path.join(copyOf("joined"), "cells", "0000.png"), "");
    fs.rmSync(path.join(copyOf("other"), "cells", "0001.json"));
    await assert.rejects(mergeSweeps([folder("joined")], folder("no")), /1 of 2 cells are in none of these folders, or damaged there: 0\./);
    await mergeSweeps([folder("joined"), folder("other")], folder("both"));
    assert.deepEqual(differences(folder("whole"), folder("both")), []);
    await mergeSweeps([folder("joined"), folder("other")], folder("joined"));
    assert.deepEqual(differences(folder("whole"), folder("joined")), [], "also into one of them");
  });
});

describe("what a sweep.json says", () => {
  const changed = (name: string, change: (sweep: any) => unknown): string => {
    const file = path.join(copyOf(name), "sweep.json");
    const json = JSON.parse(fs.readFileSync(file, "utf8"));
    fs.writeFileSync(file, JSON.stringify(change(json) ?? json));
    return folder(name);
  };

  it("names no place to write: an index that leads out of the folder is refused, and a name is computed", async () => {
    const evil = changed("evil", ({ cells }) => void (cells[0].index = "../../../evil"));
    for (const end of [".json", ".png", ".steps.jpg", ".time.json"])
      fs.copyFileSync(path.join(evil, "cells", `0000${end}`), folder(`evil${end}`));
    fs.mkdirSync(folder("a", "b"), { recursive: true });
    await assert.rejects(mergeSweeps([evil], folder("a", "b", "out")), /sweep\.json is damaged \(the index of cell 0 is "\.\.\/\.\.\/\.\.\/evil"\)/);
    assert.deepEqual(fs.readdirSync(folder("a")), ["b"]);
    assert.deepEqual(fs.readdirSync(folder("a", "b")), []);
    const named = changed("named", ({ cells }) => void (cells[0].name = "../../../evil"));
    await mergeSweeps([named], folder("a", "b", "out"));
    assert.deepEqual(fs.readdirSync(folder("a")), ["b"]);
    assert.deepEqual(differences(folder("whole"), folder("a", "b", "out")), []);
  });

  const wrong: readonly (readonly [string, (sweep: any) => unknown, RegExp])[] = [
    ["a number", () => 3, /it is no object/],
    ["no cells", () => ({ base: {}, over: {}, inputs: {}, cells: [] }), /it has no cells/],
    ["no plan", ({ cells }) => ({ base: {}, inputs: {}, cells }), /a sweep needs `over`/],
    ["a cell twice", ({ cells }) => void (cells[1] = cells[0]), /the index of cell 1 is 0/],
    ["an index between two", ({ cells }) => void (cells[1].index = 0.5), /the index of cell 1 is 0\.5/],
    ["a cell that is null", ({ cells }) => void (cells[1] = null), /the index of cell 1 is undefined/],
    ["a cell without a setting", ({ cells }) => void delete cells[1].settings.seed, /cell 1 is not whole/],
    ["an image that is no name", ({ cells }) => void (cells[1].settings.photo = { "..": 1 }), /an image of cell 1 is no name/],
    ["too many cells", (file) => void (file.cells = Array(5_001).fill(file.cells[0])), /it has 5001 cells, and the most is 5000/],
  ];
  for (const [what, change, message] of wrong)
    it(`is checked: ${what}`, () => assert.throws(() => readSweep(changed(what, change)), message));

  it("is read only from a file of a sensible size", { skip: !fs.existsSync("/dev/zero") && "no /dev/zero here" }, () => {
    for (const [target, message] of [["/dev/zero", /a device, not a file/], [place, /a folder/]] as const) {
      fs.mkdirSync(folder("special"));
      fs.symlinkSync(target, folder("special", "sweep.json"));
      assert.throws(() => readSweep(folder("special")), message);
      fs.rmSync(folder("special"), { recursive: true });
    }
  });

  it("is not asked for where the folder is a file", () =>
    assert.rejects(sweep(least, { out: __filename }), /folder\.slow\.test\.ts is no folder: choose another name/));
});

describe("several processes in one folder", () => {
  /** A process that has begun to write `file`, and lives until it is killed. */
  async function writing(file: string): Promise<ChildProcess> {
    const writer = spawn(process.execPath, ["--require", "ts-node/register/transpile-only", "-e", `
      require("./src/platform/files/writeAtomically").writeAtomically(process.argv[1], async (temporary) => {
        require("node:fs").writeFileSync(temporary, "half");
        console.log("begun");
        await new Promise((resolve) => setTimeout(resolve, 1e6));
      })`, file], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    await once(writer.stdout!, "data");
    return writer;
  }
  const temporary = (out: string): string[] => fs.readdirSync(path.join(out, "cells")).filter((name) => name.endsWith(".tmp"));

  it("leave each other's temporary files alone; those of killed ones are removed by the next sweep, in the same process too", async () => {
    const out = copyOf("writing");
    const writer = await writing(path.join(out, "cells", "0000.json"));
    await sweep(least, { out });
    assert.equal(temporary(out).length, 1);
    writer.kill("SIGKILL");
    await once(writer, "exit");
    assert.deepEqual(temporary(out).map(writerLives), [false]);
    await sweep(least, { out });
    assert.deepEqual(differences(folder("whole"), out), []);
  });

  it("share the cells: one that another runs is left to it, and waited for", async () => {
    const out = copyOf("shared");
    fs.rmSync(path.join(out, "cells"), { recursive: true });
    fs.mkdirSync(path.join(out, "cells"));
    let release!: () => void;
    const other = withLock(path.join(out, "cells", "0000.lock"), () => new Promise<void>((resolve) => { release = resolve; }));
    let others = 0;
    let present: string[] = [];
    const result = await sweep(least, { out, each({ done }) {
      if (done !== 1 || others++ > 0) return;
      present = fs.readdirSync(path.join(out, "cells")).filter((name) => /^\d+\.json$/.test(name));
      fs.writeFileSync(path.join(out, "cells", "0000.time.json"), '{"seconds":12345}'); // as the other process would, but for its time
      for (const end of [".steps.jpg", ".png", ".json"])
        fs.copyFileSync(folder("whole", "cells", `0000${end}`), path.join(out, "cells", `0000${end}`));
      release();
    } });
    await other;
    assert.deepEqual(result.missing, []);
    assert.deepEqual(present, ["0001.json"], "the locked cell comes first in the plan, and was not run first");
    assert.match(fs.readFileSync(path.join(out, "times.csv"), "utf8"), /12345/, "it was not run twice");
    assert.deepEqual(differences(folder("whole"), out), []);
  });

  it("take over the cell of one that was killed", async () => {
    const out = copyOf("stale");
    fs.rmSync(path.join(out, "cells", "0000.json"));
    const holder = spawn(process.execPath, ["--require", "ts-node/register/transpile-only", "-e", `
      require("./src/platform/files/fileLock").withLock(process.argv[1], () => {
        console.log("locked");
        return new Promise((resolve) => setTimeout(resolve, 1e6));
      })`, path.join(out, "cells", "0000.lock")], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    await once(holder.stdout!, "data");
    assert.deepEqual((await sweep(least, { out, signal: AbortSignal.timeout(1000) })).missing, [0], "its holder lives");
    holder.kill("SIGKILL");
    await once(holder, "exit");
    await sweep(least, { out });
    assert.deepEqual(differences(folder("whole"), out), []);
  });

  it("that run the same sweep at once end with the files of one, and nothing else", async () => {
    const { styleLoss: _, ...base } = least.base!;
    const plan = { base, over: { styleWeight: [1, 10, 100, 1000] } } as PlanFile;
    await Promise.all([1, 2].map(() => waitFor(startSweep(plan, folder("together"), { workers: 1 }))));
    assert.deepEqual(loadSweep(folder("together")).missing, []);
    const names = ["0000", "0001", "0002", "0003"].flatMap((name) => [".json", ".png", ".steps.jpg", ".time.json"].map((end) => name + end));
    assert.deepEqual(fs.readdirSync(folder("together", "cells")).sort(), names, "no lock and no temporary file");
  });

  it("that begin two sweeps there at once: one is refused", async () => {
    const outcomes = await Promise.allSettled([sweep(least, { out: folder("race") }), sweep({ ...least, over: { seed: [1] } }, { out: folder("race") })]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    assert.match(String((outcomes.find(({ status }) => status === "rejected") as PromiseRejectedResult).reason), /the results of another sweep/);
  });
});
