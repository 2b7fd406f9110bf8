import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import sharp from "sharp";
import { liveSweep } from "../../src/notebook/liveSweep";
import { plotBundle, outputLimit } from "../../src/notebook/mimeBundles";
import type { Annotation, Plot } from "../../src/platform/drawing/plot";
import { plotPng } from "../../src/platform/drawing/plotPng";
import { plotSvg } from "../../src/platform/drawing/plotSvg";
import { labelRoom } from "../../src/platform/drawing/svgText";
import { flipbook } from "../../src/plots/sweeps/flipbook";
import { mosaic } from "../../src/plots/sweeps/mosaic";
import { sweepNumbers } from "../../src/plots/sweeps/sweepNumbers";
import { sweepSlider } from "../../src/plots/sweeps/sweepSlider";
import { sweepSteps } from "../../src/plots/sweeps/sweepSteps";
import { writeResult } from "../../src/sweeps/cellResult";
import { sweep, type SweepProgress } from "../../src/sweeps/sweep";
import { loadSweep, type SweepResult } from "../../src/sweeps/sweepResult";
import { sweepSheet } from "../../src/sweeps/sweepSheet";
import { bytesOf, inFakeKernel, pictureOf } from "../notebook/fakeKernel";
import { sweptTiny, tinyCustom } from "../sweeps/tiny";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "styloscope-sweep-"));
let swept: SweepResult;
before(async () => { swept = await sweptTiny(folder); });
after(() => fs.rmSync(folder, { recursive: true, force: true }));

interface Slider { active: number; steps: { label: string; args: unknown[][] }[] }
const sliderOf = ({ layout }: Plot): Slider => (layout.sliders as unknown as Slider[])[0];
const labelsOf = (plot: Plot): string[] => sliderOf(plot).steps.map(({ label }) => label);
const wordsOf = ({ data }: Pick<Plot, "data">): string[] => data[1].text as string[];

describe("the plots of a sweep", () => {
  it("step by step: a frame for each step, in which every picture says its own numbers of that step", async () => {
    const plot = await sweepSteps(swept);
    assert.deepEqual(labelsOf(plot), ["0", "1", "2", "3"]);
    assert.deepEqual(sliderOf(plot).steps.map(({ args }) => args[0][0]), plot.frames!.map(({ name }) => name));
    assert.equal(sliderOf(plot).active, 3);
    assert.deepEqual(wordsOf(plot), (plot.frames![3].data as unknown as { text: string[] }[])[1].text, "the last lies open");
    const [first] = plot.frames! as unknown as { data: { text: string[] }[] }[];
    const { label, history } = swept.cells[4];
    assert.ok(first.data[1].text[4].startsWith(`<b>${label}</b><br>step 0 · loss ${Number(history.loss[0].toPrecision(3))}`), first.data[1].text[4]);
    assert.equal(new Set(plot.frames!.map(({ data }) => (data as { source: string }[])[0].source)).size, 4, "the pictures change");
  });

  it("one setting under a slider: a frame for each value, with the pictures of the cells that have it", async () => {
    const plot = await sweepSlider(swept);
    assert.deepEqual(labelsOf(plot), ["1", "10", "100"]);
    assert.deepEqual(wordsOf(plot).map((words) => words.split("<br>")[0]), ["<b>relu1_1, styleWeight 10</b>", "<b>relu2_1, styleWeight 10</b>"]);
    const other = await sweepSlider(swept, { over: "styleLayers" });
    assert.deepEqual(labelsOf(other), ["relu1_1", "relu2_1"]);
    assert.equal(wordsOf(other).length, 3);
    await assert.rejects(sweepSlider(swept, { over: "seed" }), /no setting with several values seed in this sweep/);
  });

  it("have no room for a slider in their picture, which does not draw it", async () => {
    const plot = await sweepSteps(swept);
    const { margin, height } = plot.layout;
    assert.equal((await plotPng(plot)).height, height - margin.b + margin.r);
  });

  it("a mosaic has each picture where its place is", async () => {
    const plain = (background: string): Promise<Buffer> =>
      sharp({ create: { width: 20, height: 20, channels: 3, background } }).png().toBuffer();
    const [red, blue] = [await plain("#ff0000"), await plain("#0000ff")];
    const { data, info } = await sharp(await mosaic([[red, undefined], [undefined, blue]], { width: 16, height: 16 }))
      .raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height], [38, 38]);
    const at = (x: number, y: number): string => [0, 1, 2].map((c) => (data[3 * (y * 38 + x) + c] > 128 ? 1 : 0)).join("");
    assert.deepEqual([at(8, 8), at(30, 8), at(8, 30), at(30, 30)], ["100", "000", "000", "001"], "and dark between them");
  });

  it("break their labels into lines that fit above and beside the pictures, so that none is cut or covers the next", async () => {
    const picture = await sharp({ create: { width: 20, height: 20, channels: 3, background: "#ff0000" } }).png().toBuffer();
    const label = "holiday-valley.jpg, gradientDescent rate 100000 clip false";
    const columns = <Value>(value: Value): Value[] => Array<Value>(6).fill(value);
    const plot = await flipbook([{ name: "0", pictures: [columns(picture), columns(picture)], captions: [columns(""), columns("")] }], {
      title: "", what: "step", rowLabels: [label, "b"], columnLabels: columns(label), open: 0, aspect: 1, limit: 1e6, summary: "",
    });
    const { width, margin, annotations } = plot.layout as unknown as {
      width: number; margin: { l: number; r: number }; annotations: readonly Annotation[];
    };
    for (const { text, xanchor } of annotations)
      assert.ok(labelRoom(text) <= (xanchor === "right" ? margin.l : (width - margin.l - margin.r) / 6), `${text} has no room`);
    assert.equal(annotations.map(({ text }) => text).join(" "), [...columns(label), label, "b"].join(" "));
  });

  it("fit an output of a notebook however many and large the pictures are, and say less before they are too small to see", async () => {
    // Noise is what JPEG shrinks least.
    const noisy = path.join(folder, "noisy");
    fs.mkdirSync(noisy);
    fs.copyFileSync(path.join(folder, "sweep.json"), path.join(noisy, "sweep.json"));
    for (const cell of swept.cells) {
      const noise = (width: number): Promise<Buffer> => sharp({ create: { width, height: 160, channels: 3, background: "#000000",
        noise: { type: "gaussian", mean: 128, sigma: 60 } } }).jpeg({ quality: 95 }).toBuffer();
      await writeResult(noisy, cell, { strip: await noise(640), picture: await noise(160) }, 1);
    }
    for (const plot of [await sweepSteps(loadSweep(noisy)), await sweepSlider(loadSweep(noisy))]) {
      const { data, metadata } = await plotBundle(plot);
      assert.ok("application/vnd.plotly.v1+json" in data && "image/jpeg" in data, Object.keys(data).join());
      assert.ok(bytesOf({ data, metadata }) <= outputLimit, `${Object.entries(data).map(([type, form]) => `${type} ${JSON.stringify(form).length}`)}`);
    }
    const small = await sweepSteps(loadSweep(noisy), { limit: 30_000 });
    assert.ok(JSON.stringify(small).length <= 30_000);
    assert.deepEqual([labelsOf(small)[0], labelsOf(small).at(-1)], ["0", "3"], "the first and the last step stay");
    assert.ok(labelsOf(small).length < 4);
  });

  it("numbers: a curve for what the other settings are, and a menu of what is drawn", () => {
    const plot = sweepNumbers(swept, { of: "style relu1_1" });
    const drawn = plot.data.filter(({ visible }) => visible);
    assert.deepEqual(drawn.map(({ name, x }) => [name, x]), [["relu1_1", [1, 10, 100]], ["relu2_1", [1, 10, 100]]]);
    const expected = swept.cells.slice(0, 3).map(({ unweighted }) => Number(unweighted["style relu1_1"].toPrecision(5)));
    assert.deepEqual(drawn[0].y, expected);
    const [menu] = plot.layout.updatemenus as { buttons: { label: string; args: [{ visible: boolean[] }] }[] }[];
    assert.deepEqual(menu.buttons.map(({ label }) => label), ["content relu2_1", "style relu1_1", "style relu2_1", "loss", "gradientNorm"]);
    menu.buttons.forEach(({ args: [{ visible }] }, n) =>
      assert.deepEqual(visible.flatMap((is, i) => (is ? [i] : [])), [2 * n, 2 * n + 1]));
    assert.equal(plotSvg(plot).match(/<circle/g)!.length, 6, "the twin draws what is shown, not what the menu hides");
    assert.throws(() => sweepNumbers(swept, { of: "los" }), /no number los in this sweep; did you mean loss\?/);
    assert.throws(() => sweepNumbers(swept, { over: "seed" }), /no setting with several values seed/);
  });

  it("that has not begun cannot be drawn; one that is half done shows what there is", async () => {
    const half = { ...swept, cells: swept.cells.slice(2), missing: [0, 1] };
    assert.equal(wordsOf(await sweepSteps(half))[0], "not done");
    assert.equal(wordsOf(await sweepSlider(half))[1].split("<br>")[0], "<b>relu2_1, styleWeight 10</b>");
    const sheet = await sweepSheet(half);
    sheet.dispose();
    const none = { ...swept, cells: [] };
    await assert.rejects(sweepSteps(none), /no cell of the sweep in .* is done yet/);
    assert.throws(() => sweepNumbers(none), /no cell of the sweep in .* is done yet/);
  });
});

describe("a sweep while it runs in a notebook", () => {
  it("is a sheet and its caption, which are replaced, in the end by the whole sheet", async () => {
    const shown = await inFakeKernel(() => sweep(tinyCustom, { out: path.join(folder, "live"), each: liveSweep() }));
    assert.equal(new Set(shown.map(({ id }) => id)).size, 2);
    assert.deepEqual(shown.map(({ update }) => update), [false, false, ...shown.slice(2).map(() => true)]);
    assert.match(shown.at(-1)!.data["text/plain"], /6 of 6 cells · /);
    assert.ok(bytesOf(shown.at(-1)!) <= outputLimit);
    const { width } = await pictureOf(shown.at(-1)!);
    assert.ok(width > 3 * 64);
  });

  it("before its first cell is as large as in the end, and says how far it came when it is stopped, not how long it would take", async () => {
    const stop = new AbortController();
    const view = liveSweep();
    const each = async (progress: SweepProgress): Promise<void> => {
      await view(progress);
      if (progress.done === 2) stop.abort();
    };
    const out = path.join(folder, "stopped");
    const shown = await inFakeKernel(() => sweep(tinyCustom, { out, each, signal: stop.signal }));
    const { width, height } = await pictureOf(shown[0]);
    const { width: last, height: lastHeight } = await pictureOf(shown.at(-1)!);
    assert.deepEqual([width, height], [last, lastHeight]);
    assert.match(shown[0].data["text/plain"], /0 of 6 cells · /);
    assert.match(shown.at(-1)!.data["text/plain"], /: stopped: 2 of 6 cells · [\d.]+ s$/);
  });

  it("outside a notebook draws nothing", () => liveSweep()({ folder: "nowhere", done: 0, cells: 1, seconds: 0, secondsLeft: undefined, stopped: false }));
});
