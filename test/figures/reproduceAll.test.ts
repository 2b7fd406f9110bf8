// Many figures in a folder: made once, kept while nothing changed, and laid out on a page.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { main } from "../../scripts/reproduce";
import type { FigureSettings, PaperFigure } from "../../src/figures/figure";
import { figureFile, readFigure, readFigures, type FigureRecord } from "../../src/figures/figureFolder";
import type { ImagesUsed } from "../../src/figures/figureImages";
import { figureKey } from "../../src/figures/figureKey";
import { figureRows, figuresTable, readFigureRows } from "../../src/figures/figuresTable";
import { figures } from "../../src/figures/registry";
import { reproduceAll } from "../../src/figures/reproduceAll";
import { callsOf, writeFiguresPage } from "../../src/notebook/figuresPage";
import { engine } from "../../src/platform/engine/engine";
import { leaksNothing } from "../compare";

const folder = fs.mkdtempSync(path.join(tmpdir(), "styloscope-figures-"));
before(() => engine());
after(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Two figures of the cheapest kind, as small as they can be. */
const some = figures.filter(({ name }) => ["gatys2016/figure1-content", "gatys2016/figure7"].includes(name));
const tiny = { quick: true, images: "project", size: 24, steps: 0, figures: some } as const;

describe("all figures", () => {
  it("are made once, again where a setting, a file or the seed is another, and leave nothing behind", () => leaksNothing(async () => {
    const told: string[] = [];
    const first = await reproduceAll(folder, { ...tiny, each: ({ done, figures, name }) => told.push(`${done}/${figures} ${name}`) });
    assert.deepEqual([first.made, first.records.length, first.stopped], [2, 2, false]);
    assert.ok(told.includes("0/2 gatys2016/figure1-content") && told.includes("1/2 gatys2016/figure7"));
    const again = await reproduceAll(folder, tiny);
    assert.equal(again.made, 0);
    assert.deepEqual(again.records, first.records);
    const one = { ...tiny, figures: some.slice(0, 1) };
    assert.equal((await reproduceAll(folder, { ...one, seed: 1 })).made, 1);
    assert.equal((await reproduceAll(folder, tiny)).made, 1, "that of another seed");
    const [png, json] = [".png", ".json"].map((end) => figureFile(folder, { name: some[0].name, images: "project", quick: true }) + end);
    fs.appendFileSync(png, "x");
    assert.equal((await reproduceAll(folder, tiny)).made, 1, "a damaged sheet");
    fs.writeFileSync(json, fs.readFileSync(json).subarray(0, 300));
    assert.equal((await reproduceAll(folder, tiny)).made, 1, "half of its numbers");
  }));

  it("stop at a signal without a figure that is cut short, and go on from there", async () => {
    const out = path.join(folder, "stopped");
    const stop = new AbortController();
    const figure = { ...tiny, steps: 50, figures: some.slice(0, 1) };
    const stopped = await reproduceAll(out, { ...figure, signal: stop.signal, each: ({ doing }) => { if (/step 2/.test(doing)) stop.abort(); } });
    assert.deepEqual([stopped.made, stopped.records.length, stopped.stopped, stopped.failed], [0, 0, true, {}]);
    assert.ok(!fs.existsSync(out));
  });

  it("go on after one that fails, and name it", async () => {
    const failing = { ...tiny, network: "squeezenet", figures: some.slice(1) };
    const { failed, records } = await reproduceAll(path.join(folder, "failing"), failing);
    assert.deepEqual(Object.keys(failed), ["gatys2016/figure7"]);
    assert.match(failed["gatys2016/figure7"], /squeezenet/);
    assert.equal(records.length, 0);
  });

  it("have numbers as plain JSON: settings with the network that it was, seeds, losses, engine", async () => {
    await reproduceAll(folder, tiny);
    const record = (await readFigure(folder, { name: "gatys2016/figure7", images: "project", quick: true }))!;
    assert.deepEqual(record.settings, { network: "vgg19-mini", photo: "valley", painting: "table", size: 24, steps: 0, seed: 0 });
    assert.equal(record.losses.transfer.length, 1);
    assert.ok(record.engine.length > 0 && record.seconds > 0 && record.quick);
    assert.equal(await readFigure(folder, { name: "gatys2016/figure7", images: "project", quick: false }), undefined, "full settings are another file");
  });
});

describe("a figure's key", () => {
  const settings: FigureSettings = { network: "vgg19-mini", photo: "valley", size: 24, steps: 0, seed: 0 };
  it("changes with everything that the figure depends on, and with nothing else", async () => {
    const key = await figureKey("one", settings, "cpu");
    assert.equal(await figureKey("one", { ...settings }, "cpu"), key);
    const photo = path.join(folder, "photo.jpg");
    fs.writeFileSync(photo, "a");
    const others = [
      await figureKey("two", settings, "cpu"), await figureKey("one", settings, "wasm"), await figureKey("one", { ...settings, steps: 1 }, "cpu"),
      await figureKey("one", { ...settings, photo }, "cpu"),
    ];
    fs.writeFileSync(photo, "b");
    others.push(await figureKey("one", { ...settings, photo }, "cpu"));
    assert.equal(new Set([key, ...others]).size, 6);
  });
});

describe("the page of figures", () => {
  it("has every figure with its claims, sheet, plots, settings, cell and command, and nothing from elsewhere", async () => {
    const all = await reproduceAll(folder, tiny);
    const page = fs.readFileSync(await writeFiguresPage(folder, { ...all, failed: { "a/<b>": "no & none" } }), "utf8");
    for (const { name, claims } of some) {
      assert.ok(page.includes(`id="${name.replace("/", "-")}"`) && page.includes(`href="#${name.replace("/", "-")}"`), name);
      for (const { claim, atLeast, atMost } of Object.values(claims))
        assert.ok(page.includes(claim) && page.includes(atLeast !== undefined ? `≥ ${atLeast}` : `≤ ${atMost}`), claim);
    }
    assert.equal(page.match(/<figure class="sheet">/g)!.length, 2);
    assert.equal(page.match(/<figure class="plot/g)!.length, 2);
    assert.equal(page.match(/id="plotly-gzip"/g)!.length, 1, "one plotly");
    assert.ok(page.includes("a/&lt;b&gt;</b> could not be made: no &amp; none"));
    assert.match(page, /npm run reproduce -- gatys2016\/figure7 --quick --size 24 --steps 0/);
    assert.match(page, /http-equiv="Content-Security-Policy"/);
    assert.doesNotMatch(page.replace(/<script[\s\S]*?<\/script>/g, ""), /(src|href|srcset)="(?!data:|#)/);
  });

  it("says the call and the command that make a figure, with what is not its default", () => {
    const figure: PaperFigure = some[1];
    const project = { images: "project" } as const;
    const settings = { ...figure.settings, ...figure.quick } as FigureSettings;
    assert.deepEqual(callsOf({ ...project, name: figure.name, quick: true, settings }),
      { cell: 'await reproduce("gatys2016/figure7", { quick: true })', command: "npm run reproduce -- gatys2016/figure7 --quick" });
    assert.deepEqual(callsOf({ ...project, name: figure.name, quick: true, settings: { ...settings, seed: 3 } }), {
      cell: 'await reproduce("gatys2016/figure7", { quick: true, seed: 3 })', command: "npm run reproduce -- gatys2016/figure7 --quick --seed 3",
    });
  });
});

describe("the command of a figure that has images of its paper", () => {
  const { name, settings, quick } = figures.find((figure) => figure.name === "gatys2016/figure4")!;
  const commandOf = (images: ImagesUsed, photo: string, painting: string): string =>
    callsOf({ name, quick: true, images, settings: { ...settings, ...quick, photo, painting } }).command;

  it("says whose images, so that those at hand change nothing", () => {
    assert.equal(commandOf("project", "valley", "strokes"), `npm run reproduce -- ${name} --quick --images project`);
    assert.equal(commandOf("other", "my own.jpg", "strokes"), `npm run reproduce -- ${name} --quick --images project --photo 'my own.jpg'`);
    assert.match(commandOf("paper", "tubingen", "strokes"), /^npm run reproduce -- gatys2016\/figure4 --quick(?! --images)/);
  });
});

describe("the table of figures", () => {
  it("has every claim with its bound, number and verdict, and of every figure what it was made with", () => {
    const claims = [
      { name: "a", claim: "One | two.", measures: "of `x`, the share", value: 0.51234, atLeast: 0.5, holds: true },
      { name: "b", claim: "Three.", measures: "the rest", value: NaN, atMost: 2, holds: false, found: "Nothing." },
      { name: "c", claim: "Four.", measures: "more", value: 1, atMost: 2, holds: true, found: "Not shown where it holds." },
      { name: "d", claim: "Five.", measures: "less", value: 3, atMost: 2, holds: false },
    ];
    const record = { name: "some/figure", verdicts: claims, seconds: 75, settings: { size: 64, steps: 9, network: "vgg19" }, images: "project", quick: false, engine: "onnx" };
    const table = figuresTable([figureRows(record as unknown as FigureRecord)]);
    assert.match(table, /^1 figures; of 4 claims, 2 hold\./m);
    assert.deepEqual(table.trimEnd().split("\n").slice(-4), [
      "| some/figure | One \\| two. *Of `x`, the share.* | ≥ 0.5 | 0.512 | holds | 1 min 15 s | full: 64², 9 steps | vgg19 | onnx |",
      "|  | Three. *The rest.* | ≤ 2 | NaN | **does not hold**: Nothing. |  |  |  |  |",
      "|  | Four. *More.* | ≤ 2 | 1 | holds |  |  |  |  |",
      "|  | Five. *Less.* | ≤ 2 | 3 | **does not hold** |  |  |  |  |",
    ]);
    const papers = { ...record, images: "paper", settings: { ...record.settings, photo: "tubingen,table", painting: "strokes,mosaic,woodcut,watercolor" } };
    assert.match(figureRows(papers as unknown as FigureRecord)[0], /\| full: 64², 9 steps, tubingen, table, strokes, mosaic, woodcut, watercolor \|/, "images that are not the project's are named");
    const other = figureRows({ ...record, name: "other/figure" } as unknown as FigureRecord);
    assert.deepEqual([...readFigureRows(figuresTable([figureRows(record as unknown as FigureRecord), other]))].map(([name]) => name), ["some/figure", "other/figure"]);
    assert.deepEqual(readFigureRows(figuresTable([other])).get("other/figure"), other);
  });

  it("is of the figures that stand in a folder whole, whatever made them, full ones first", async () => {
    const out = path.join(folder, "table");
    await reproduceAll(out, tiny);
    await reproduceAll(out, { ...tiny, quick: false, network: "vgg19-mini", figures: some.slice(1) });
    const file = `${figureFile(out, { name: some[1].name, images: "project", quick: false })}.json`;
    const record = JSON.parse(fs.readFileSync(file, "utf8")) as { key: string; verdicts: { value: number | null }[] };
    record.key = "of another machine";
    record.verdicts[0].value = null; // how JSON writes NaN
    fs.writeFileSync(file, JSON.stringify(record));
    const found = await readFigures(out);
    assert.deepEqual(found.map(({ name, quick }) => `${name} ${quick}`), [`${some[1].name} false`, `${some[0].name} true`, `${some[1].name} true`]);
    assert.ok(Number.isNaN(found[0].verdicts[0].value));
    fs.appendFileSync(`${figureFile(out, { name: some[0].name, images: "project", quick: true })}.png`, "x");
    assert.equal((await readFigures(out)).length, 2, "one sheet is damaged");
  });
});

describe("npm run reproduce", () => {
  it("has no table of an empty folder", async () => {
    assert.equal(await run("--table"), 1);
    assert.match(complained.join(), /there are no figures in .*cli: make them with --all/);
  });

  const [printed, complained]: string[][] = [[], []];
  const run = (...words: string[]): Promise<number> => {
    printed.length = complained.length = 0;
    return main([...words, "--out", path.join(folder, "cli")], (line) => printed.push(line), (line) => complained.push(line));
  };
  const refusals: readonly (readonly [string[], RegExp])[] = [
    [[], /which figure\? --all/], [["a", "b"], /one figure at a time/], [["--all", "a"], /--all takes no name/], [["--sise", "3"], /sise/],
    [["--all", "--photo", "valley"], /no photo/], [["--table", "--all"], /--table takes no name/], [["--table", "--size", "24"], /--table takes no name/], [["gatys2016/figure7", "--size", "ten"], /--size is a whole number, got ten/],
  ];
  for (const [words, message] of refusals)
    it(`refuses ${words.join(" ") || "nothing"}, and shows its usage`, async () => {
      assert.equal(await run(...words), 2);
      assert.match(complained.join(), message);
      assert.match(complained.join(), /Figures:\n  gatys2015/);
    });

  it("writes one figure, and ends with 1 where a claim does not hold", async () => {
    assert.equal(await run("gatys2016/figure7", "--quick", "--size", "24", "--steps", "0"), 1);
    assert.equal(complained.length, 1);
    assert.match(complained[0], /^[\d.]+ s · transfer, step 0 of 0$/); // a line for each run and minute, since this is no terminal
    assert.match(printed.join("\n"), /It does not hold here[\s\S]*gatys2016-figure7-quick\.png/);
    assert.deepEqual(fs.readdirSync(path.join(folder, "cli")).sort(), ["gatys2016-figure7-quick.json", "gatys2016-figure7-quick.page.json", "gatys2016-figure7-quick.png"]);
    assert.equal(await run("--table", "--quick"), 0);
    assert.match(printed.join("\n"), /results\.md\n.*index\.html$/);
    assert.match(fs.readFileSync(path.join(folder, "cli", "results.md"), "utf8"), /\| gatys2016\/figure7 \|[\s\S]*does not hold/);
    assert.equal(await run("gatys2016/figure77"), 1);
    assert.match(complained.join(), /no figure gatys2016\/figure77; did you mean/);
  });
});
