// Whole sweeps, in this process and in worker processes of the built package: what npm test builds first.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { differences, program, waitFor } from "../../scripts/bench/sweepPlan";
import { acrossLayers, fromStatistic } from "../../src/losses/fromStatistic";
import { relative } from "../../src/losses/relative";
import { slicedWasserstein } from "../../src/losses/slicedWasserstein";
import type { Plan } from "../../src/sweeps/plan";
import { sweep, type SweepProgress } from "../../src/sweeps/sweep";
import { loadSweep } from "../../src/sweeps/sweepResult";
import { noteOf } from "../../src/sweeps/noteOf";
import { sweepSheet } from "../../src/sweeps/sweepSheet";
import { tableOf } from "../../src/sweeps/sweepTable";
import { least, tiny, tinyCustom } from "./tiny";

// Files of the workers' engine; this process only joins and looks.
const place = fs.mkdtempSync(path.join(require("node:os").tmpdir(), "styloscope-sweep-"));
const folder = (name: string): string => path.join(place, name);
after(() => fs.rmSync(place, { recursive: true, force: true }));

describe("a callback that fails", () => {
  // In another process, where nothing else catches what escapes the sweep: it would end with another code than 0.
  const inAProcess = (each: string, out: string): Promise<void> => waitFor(program(`
    const each = ${each};
    require("./dist/index").sweep(JSON.parse(process.argv[1]), { out: process.argv[2], workers: 2, each })
      .then(() => process.exit(3), (error) => setTimeout(() => process.exit(error.message === "the view is gone" ? 0 : 4), 100))`,
  JSON.stringify(tiny), folder(out)));

  it("by throwing, while worker processes run, rejects the sweep's promise and nothing else; what is done is kept", async () => {
    await inAProcess('({ done }) => { if (done === 2) throw new Error("the view is gone"); }', "throwing");
    assert.ok(loadSweep(folder("throwing")).cells.length >= 2);
  });

  it("by rejecting, at every call, does the same", () =>
    inAProcess('async () => { await null; throw new Error("the view is gone"); }', "rejecting"));

  it("in a sweep of this process does the same, and the same sweep goes on later", async () => {
    const escaped: unknown[] = [];
    const onEscape = (error: unknown): void => void escaped.push(error);
    process.on("unhandledRejection", onEscape);
    try {
      const out = folder("callback");
      const failing = ({ done }: SweepProgress): Promise<void> | undefined =>
        (done === 1 ? Promise.reject(new Error("the view is gone")) : undefined);
      await assert.rejects(sweep(tinyCustom, { out, each: failing as () => Promise<void> }), /the view is gone/);
      await assert.rejects(sweep(tinyCustom, { out, each: () => { throw new Error("gone again"); } }), /gone again/);
      assert.deepEqual((await sweep(tinyCustom, { out })).missing, []);
      assert.deepEqual(escaped, []);
    } finally {
      process.off("unhandledRejection", onEscape);
    }
  });
});

describe("a sweep with a custom loss", () => {
  it("is run in this process, and leaves no tensors", async () => {
    await sweep({ ...tinyCustom, over: { seed: [0] } }, { out: folder("warm") });
    const before = tf.memory().numTensors;
    const reports: SweepProgress[] = [];
    const result = await sweep(tinyCustom, { out: folder("custom"), each: (progress) => void reports.push(progress) });
    assert.equal(tf.memory().numTensors, before);
    assert.equal(result.cells.length, 6);
    assert.deepEqual((result.cells[0].settings.styleLoss as { custom: { name: string } }).custom.name, "means");
    assert.deepEqual(reports.map(({ done }) => done).filter((done, i, all) => done !== all[i - 1]), [0, 1, 2, 3, 4, 5, 6]);
    assert.ok(reports.every(({ cells }) => cells === 6));
    assert.equal(reports.at(-1)!.secondsLeft, 0);
  });

  it("is told from a loss that was changed but kept its name; the same loss goes on", async () => {
    const again = fromStatistic((features) => tf.mean(features, [0, 1]), "means");
    const changed = fromStatistic((features) => tf.max(features, [0, 1]), "means");
    const withLoss = (styleLoss: typeof again): Plan => ({ ...tinyCustom, base: { ...tinyCustom.base, styleLoss } });
    await sweep(withLoss(again), { out: folder("custom") });
    await assert.rejects(sweep(withLoss(changed), { out: folder("custom") }), /another sweep \(styleLoss of cell 0 is/);
  });

  it("may be swept over: losses side by side, and names among them", async () => {
    const result = await sweep({
      base: { ...tiny.base, styleLayers: ["relu1_1"], steps: 1 },
      over: { styleLoss: ["gram", fromStatistic((features) => tf.max(features, [0, 1]), "loudest"), slicedWasserstein()] },
    }, { out: folder("losses") });
    assert.deepEqual(result.cells.map(({ label }) => label), ["gram", "loudest", "sliced Wasserstein"]);
  });

  it("of several layers reads those that it names, of the photo as of the painting, and needs no layers of the settings", async () => {
    const crossed = acrossLayers(["relu1_1", "relu1_2"], (features) => tf.matMul(
      tf.reshape(features("relu1_1"), [-1, features("relu1_1").shape[2]]),
      tf.reshape(features("relu1_2"), [-1, features("relu1_2").shape[2]]), true) as tf.Tensor2D, "cross-layer Gram");
    const styleLoss = relative(crossed);
    const plan = { base: { ...tiny.base, styleLoss, steps: 2 }, over: { styleWeight: [1, 10] } };
    const before = tf.memory().numTensors;
    const { cells } = await sweep(plan, { out: folder("crossed") });
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual(cells.map(({ parts }) => Object.keys(parts)), [["content relu2_1", "style"], ["content relu2_1", "style"]]);
    assert.ok(cells.every(({ history }) => history.loss[2] < history.loss[0]));
    const { custom } = cells[0].settings.styleLoss as unknown as { custom: { layers: string[] } };
    assert.deepEqual(custom.layers, ["relu1_1", "relu1_2"]);
    const { contentLayers: _, ...base } = tiny.base!;
    const content = { base: { ...base, contentLoss: styleLoss, styleLayers: ["relu1_1"], steps: 1 }, over: { seed: [0] } };
    assert.deepEqual(Object.keys((await sweep(content, { out: folder("crossed content") })).cells[0].parts), ["content", "style relu1_1"]);
    await assert.rejects(sweep({ base: tiny.base, over: { styleLayers: [["relu1_1"]], styleLoss: [styleLoss] } }, { out: folder("wrong") }),
      /the loss relative cross-layer Gram names its layers itself: leave out styleLayers/);
    const missing = acrossLayers(["conv9_1"], (features) => features("conv9_1"), "nowhere");
    await assert.rejects(sweep({ base: tiny.base, over: { styleLoss: [missing] } }, { out: folder("wrong") }),
      /no layer conv9_1 in random; did you mean conv5_1\?/);
    assert.ok(!fs.existsSync(folder("wrong")));
  });

  it("keeps the warning of a run, for the table and below the picture", async () => {
    const flat = fromStatistic((features) => tf.round(tf.mean(features, [0, 1])), "rounded");
    const result = await sweep({
      base: { ...least.base, start: "noise" },
      over: [{ optimizer: "adam" }, { optimizer: { gradientDescent: { rate: 1e4, clip: false } } }, { styleLoss: flat }],
    }, { out: folder("warnings") });
    const [fine, diverging, flatTerm] = tableOf(result.cells);
    assert.equal(fine.warning, null);
    assert.match(String(diverging.warning), /^no step had a lower loss than the start: the image is the start\. diverging: the loss is /);
    assert.match(String(flatTerm.warning), /^no gradient: that of "style relu1_1" \(rounded, at relu1_1\) is exactly zero/);
    assert.deepEqual(result.cells.map(noteOf), ["", "still the start, diverging", "no gradient"]);
    assert.match(fs.readFileSync(path.join(folder("warnings"), "table.csv"), "utf8"), /"no step had a lower loss than the start.*diverging/);
    const shown = await sweepSheet(result);
    const silent = await sweepSheet({ ...result, cells: result.cells.map((cell) => ({ ...cell, warning: null })) });
    assert.ok(shown.shape[0] > silent.shape[0], "it stands on the sheet");
    tf.dispose([shown, silent]);
  });

  it("that is stopped keeps what is done, says what is missing, and goes on", async () => {
    const stop = new AbortController();
    const stopped = await sweep(tinyCustom, {
      out: folder("stopped"), signal: stop.signal, each: ({ done }) => { if (done === 2) stop.abort(); },
    });
    assert.deepEqual(stopped.missing, [2, 3, 4, 5]);
    assert.ok(!fs.existsSync(path.join(folder("stopped"), "table.csv")));
    await sweep(tinyCustom, { out: folder("stopped") });
    assert.deepEqual(differences(folder("custom"), folder("stopped")), []);
  });

  const wrong: readonly (readonly [string, () => object, RegExp])[] = [
    ["a loss that was not called", () => ({ styleLoss: slicedWasserstein }),
      /styleLoss is a function; a loss is called first, such as slicedWasserstein\(\)/],
    ["a tensor for an image", () => ({ photo: tf.zeros([4, 4, 3]) }), /photo is a tensor; name a sample or a file/],
    ["a promise", () => ({ network: Promise.resolve() }), /network is a promise: write `await`/],
    ["an optimizer", () => ({ optimizer: { name: "mine", init: () => ({}), step: () => ({}) } }),
      /optimizer is mine itself, .* only a loss can be an object/],
    ["an image that is not there", () => ({ photo: "vally" }), /no sample image "vally"; did you mean "valley"\?/],
    ["weights that are not there", () => ({ network: { vgg16: { file: "nothing.h5" } } }),
      /the weights of vgg16 are not here: there is no file nothing\.h5/],
    ["a loss of another notebook", () => ({ styleLoss: { custom: { name: "means", fingerprint: 1 } } }),
      /"means" is a custom loss: it exists only/],
  ];
  for (const [what, base, message] of wrong)
    it(`${what} is refused before anything is written`, async () => {
      await assert.rejects(sweep({ base: { ...tiny.base, ...base() }, over: { seed: [0] } }, { out: folder("wrong") }), message);
      assert.ok(!fs.existsSync(folder("wrong")));
    });

  it("a number of workers that is none is refused", () =>
    assert.rejects(sweep(tinyCustom, { workers: 0, out: folder("wrong") }), /workers is how many processes to run/));
});
