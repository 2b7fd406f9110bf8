// Folders and patterns of images in a plan.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { before, after, describe, it } from "node:test";
import sharp from "sharp";
import { expandImages } from "../../src/sweeps/expandImages";
import { cellsOf, layoutOf, type PlanFile } from "../../src/sweeps/plan";
import { cellNames, settingLabels } from "../../src/sweeps/settingLabel";
import { sweep } from "../../src/sweeps/sweep";
import { least } from "./tiny";

const place = fs.mkdtempSync(path.join(require("node:os").tmpdir(), "styloscope-images-"));
before(async () => {
  fs.mkdirSync(path.join(place, "in"));
  for (const [name, background] of [["dog", "#804020"], ["A cat", "#208040"], ["eel", "#204080"]])
    await sharp({ create: { width: 24, height: 16, channels: 3, background } }).png().toFile(path.join(place, "in", `${name}.png`));
});
after(() => fs.rmSync(place, { recursive: true, force: true }));

describe("a folder or a pattern", () => {
  const files = (): string[] => ["A cat", "dog", "eel"].map((name) => `${place}/in/${name}.png`);

  it("in base is a setting of the grid before the others", () => {
    const plan = expandImages({ base: { photo: `${place}/in`, steps: 3 }, over: { styleWeight: [1, 10] } });
    assert.deepEqual(plan, { base: { steps: 3 }, over: { photo: files(), styleWeight: [1, 10] } });
    const cells = cellsOf(plan);
    assert.deepEqual(cells.map(({ label }) => label), ["A cat.png", "dog.png", "eel.png"].flatMap((name) =>
      [`${name}, styleWeight 1`, `${name}, styleWeight 10`]));
    assert.deepEqual(layoutOf(plan, cells).rowLabels, ["A cat.png", "dog.png", "eel.png"]);
    assert.deepEqual(cells.map(({ name }) => name), ["0000-A-cat", "0001-A-cat", "0002-dog", "0003-dog", "0004-eel", "0005-eel"]);
  });

  it("among the values of a grid is these values, at its place", () => {
    const plan = expandImages({ over: { seed: [0, 1], painting: ["strokes", `${place}/in/*.png`] } });
    assert.deepEqual(plan.over, { seed: [0, 1], painting: ["strokes", ...files()] });
  });

  it("in a list is an entry for each; an entry's own image counts before that of base", () => {
    const plan = expandImages({ base: { photo: `${place}/in` }, over: [{ seed: 1 }, { photo: "valley" }] });
    assert.deepEqual(plan, { base: {}, over: [...files().map((photo) => ({ seed: 1, photo })), { photo: "valley" }] });
  });

  it("of base is not looked for where `over` has its own", () => {
    const plan: PlanFile = { base: { photo: `${place}/nothing/*.jpg` }, over: { photo: ["valley"] } };
    assert.deepEqual(expandImages(plan), plan);
  });

  it("gives results that are named after the pictures", async () => {
    const { cells, sweep: { inputs } } = await sweep({ base: { ...least.base, photo: `${place}/in/*.png`, size: 16 }, over: {} }, { out: path.join(place, "out") });
    assert.deepEqual(cells.map(({ label }) => label), ["A cat.png", "dog.png", "eel.png"]);
    assert.deepEqual(fs.readdirSync(path.join(place, "out", "cells")).filter((name) => name.endsWith(".png")),
      ["0000-A-cat.png", "0001-dog.png", "0002-eel.png"]);
    assert.deepEqual(Object.keys(inputs).filter((name) => name.startsWith(place)), files());
    await assert.rejects(sweep({ base: { photo: `${place}/*.jpg` }, over: {} }, { out: path.join(place, "none") }), /no JPEG, PNG, WebP or TIFF matches/);
    assert.ok(!fs.existsSync(path.join(place, "none")));
  });
});

it("labels leave out the folders that all images share, and only those", () => {
  const labelsOf = (...photos: string[]): string[] => {
    const label = settingLabels(photos.map((photo) => ({ photo, painting: null })));
    return photos.map((photo) => label("photo", photo));
  };
  assert.deepEqual(labelsOf("a/b/cat.jpg", "a/b/dog.jpg"), ["cat.jpg", "dog.jpg"]);
  assert.deepEqual(labelsOf("a/b/cat.jpg", "a/c/cat.jpg", "valley"), ["b/cat.jpg", "c/cat.jpg", "valley"]);
  assert.deepEqual(labelsOf("a/b/cat.jpg", "ab/cat.jpg"), ["a/b/cat.jpg", "ab/cat.jpg"]);
  assert.deepEqual(labelsOf("a\\b\\cat.jpg"), ["cat.jpg"]);
});

it("names of files are letters, digits and hyphens, short enough, whatever the images are called", () => {
  const names = cellNames([
    "../../../etc/passwd", "C:\\x\\..", "a\0b\nc.jpg", "<svg onload=1>.png", `${"長".repeat(300)}.jpg`, ".hidden", "日本 — ä.tiff", "...", "",
  ].flatMap((photo) => [{ photo, painting: photo }, { photo, painting: null }]));
  for (const name of names) assert.match(name, /^\d{4}(-[\p{L}\p{N}-]+)?$/u);
  assert.ok(Math.max(...names.map((name) => Buffer.byteLength(name))) <= 190, "with .steps.jpg and what a temporary name has: 255 bytes");
  assert.deepEqual(names.slice(0, 2), ["0000-passwd-passwd", "0001-passwd-none"]);
  assert.deepEqual(cellNames([{ photo: "valley", painting: "a" }, { photo: "valley", painting: "b" }]), ["0000-a", "0001-b"]);
});
