import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { contactSheet } from "../../../src/platform/drawing/contactSheet";
import { fitText, textWidth } from "../../../src/platform/drawing/svgText";
import { engine } from "../../../src/platform/engine/engine";
import { packageRoot } from "../../../src/platform/files/paths";
import { temporaryFolder } from "../files/fixtures";
import { inkWidth } from "./inkWidth";

const plain = (height: number, width: number, color: number[]): tf.Tensor3D =>
  tf.tidy(() => tf.tile(tf.tensor3d([[color]]), [height, width, 1]) as tf.Tensor3D);
let red: tf.Tensor3D;
let blue: tf.Tensor3D;
before(async () => {
  await engine();
  red = plain(20, 40, [1, 0, 0]);
  blue = plain(100, 50, [0, 0, 1]);
});

/** Pixels of `image` that are `color`, and the box [top, left, bottom, right] they fill. */
async function boxOf(image: tf.Tensor3D, color: readonly number[]): Promise<{ count: number; box: number[] }> {
  const [height, width] = image.shape;
  const values = await image.data();
  const box = [height, width, -1, -1];
  let count = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!color.every((value, c) => Math.abs(values[3 * (y * width + x) + c] - value) < 0.01)) continue;
      count++;
      box[0] = Math.min(box[0], y); box[1] = Math.min(box[1], x);
      box[2] = Math.max(box[2], y); box[3] = Math.max(box[3], x);
    }
  }
  return { count, box };
}

test("contactSheet() puts every picture where its row and column are, its longer side as long as asked", async () => {
  const before = tf.memory().numTensors;
  const sheet = await contactSheet([[{ image: red }, undefined], [{}, { image: blue }]], { side: 80, gap: 10 });
  assert.equal(tf.memory().numTensors, before + 1, "the sheet is new, the pictures are left alone");
  const first = await boxOf(sheet, [1, 0, 0]);
  const second = await boxOf(sheet, [0, 0, 1]);
  assert.equal(first.count, 80 * 40);
  assert.equal(second.count, 80 * 40);
  const [top, left, bottom, right] = second.box;
  assert.deepEqual([bottom - top + 1, right - left + 1], [80, 40]);
  assert.ok(first.box[2] < top && first.box[3] < left, "red is above and left of blue");
  assert.deepEqual([...(await sheet.slice([0, 0, 0], [1, 1, 3]).data())], [1, 1, 1], "the ground is white");
});

test("a list is broken into as many columns as asked; otherwise four stand in a row, more nearly square", async () => {
  const tiles = Array.from({ length: 6 }, () => ({ image: red }));
  const shapeOf = async (columns?: number): Promise<number[]> => {
    const sheet = await contactSheet(tiles, { columns, side: 64, gap: 0 });
    const { box: [top, left, bottom, right] } = await boxOf(sheet, [1, 0, 0]);
    return [(bottom - top + 1) / 32, (right - left + 1) / 64];
  };
  assert.deepEqual(await shapeOf(2), [3, 2]);
  assert.deepEqual(await shapeOf(6), [1, 6]);
  assert.deepEqual(await shapeOf(), [2, 3]);
  tiles.length = 4;
  assert.deepEqual(await shapeOf(), [1, 4]);
});

test("small pictures are enlarged by pixel blocks", async () => {
  const halves = tf.tensor3d([[[1, 0, 0], [0, 0, 1]]]);
  const sheet = await contactSheet([{ image: halves }], { side: 64 });
  assert.equal((await boxOf(sheet, [1, 0, 0])).count, 32 * 32);
  assert.equal((await boxOf(sheet, [0, 0, 1])).count, 32 * 32);
});

test("labels, titles and row and column labels are drawn, and take room only where there are some", async () => {
  const dark = (sheet: tf.Tensor3D): number => tf.tidy(() => tf.sum(tf.less(tf.max(sheet, 2), 0.5)).dataSync()[0]);
  const bare = await contactSheet([{ image: red }], { side: 64 });
  assert.equal(dark(bare), 0);
  for (const [tile, options] of [
    [{ image: red, label: "relu1_1" }, {}], [{ image: red }, { title: "Figure 1" }],
    [{ image: red }, { rowLabels: ["content"] }], [{ image: red }, { columnLabels: ["relu1_1"] }],
  ] as const) {
    const sheet = await contactSheet([tile], { side: 64, ...options });
    assert.ok(dark(sheet) > 30, JSON.stringify(options));
    assert.ok(sheet.size > bare.size);
    assert.equal((await boxOf(sheet, [1, 0, 0])).count, 64 * 32, "no label covers the picture");
  }
});

test("labels are escaped, and shortened until they fit", async () => {
  await contactSheet([{ image: red, label: "</text><script>&nbsp;" }], { title: "<b>&</b>" });
  const long = "a very long label that goes on and on and on";
  const fitted = fitText(long, 100, 15);
  assert.match(fitted, /^a very .*…$/);
  assert.ok(textWidth(fitted, 15) <= 100);
  assert.equal(fitText("short", 100, 15), "short");
  assert.equal(fitText("W", 1, 15), "W", "a single letter stays");
});

test("a text is as wide as it is measured, to 4 %", async () => {
  for (const [text, bold] of [["style relu3_1, weight 30", false], ["MMMM WWWW", false], ["What the loss is made of", true], ["10<sup>−3</sup>×5 · α", false]] as const) {
    const drawn = await inkWidth(text, bold);
    const measured = textWidth(text, 40, { bold });
    assert.ok(Math.abs(drawn / measured - 1) < 0.04, `${text}: ${drawn} pixels, measured ${measured}`);
  }
});

test("labels have letters on a machine without fonts", (t) => {
  const folder = temporaryFolder(t);
  const config = path.join(folder, "fonts.conf");
  const folders = `<dir>${folder}</dir><cachedir>${folder}</cachedir>`;
  fs.writeFileSync(config, `<?xml version="1.0"?><fontconfig>${folders}</fontconfig>`);
  // Without a font every letter is the same empty box, so "iiii" would be as wide as "MMMM".
  const program = `const { inkWidth } = require("./test/platform/drawing/inkWidth");
    inkWidth("MMMM").then(async (wide) => console.log(wide / await inkWidth("iiii")));`;
  const ran = spawnSync(process.execPath, ["--require", "ts-node/register", "-e", program], {
    cwd: packageRoot, env: { ...process.env, FONTCONFIG_FILE: config }, encoding: "utf8" });
  assert.equal(ran.status, 0, ran.stderr);
  assert.ok(Number(ran.stdout) > 2, `M is ${ran.stdout.trim()} times as wide as i`);
});

test("wrong sheets are refused, each with what was expected", async () => {
  await assert.rejects(contactSheet([]), /at least one tile/);
  await assert.rejects(contactSheet([{ image: red }], { rowLabels: ["a", "b"] }), /at most 1 rowLabels, got 2/);
  await assert.rejects(contactSheet([{ image: red }], { side: 0 }), /at least 8 pixels, got 0/);
  const bad = { image: plain(2, 2, [NaN, 0, 0]), label: "step 3" };
  await assert.rejects(contactSheet([bad]), /"step 3": 4 of 12 values/);
});

test("headings and labels are broken between words, and a column is as wide as its longest word, so that none loses its value", async () => {
  const places: readonly ((label: string) => Promise<tf.Tensor3D>)[] = [
    (label) => contactSheet([[{ image: red }, { image: red }]], { side: 64, columnLabels: ["", label] }),
    (label) => contactSheet([{ image: red, label }], { side: 64 }),
    (label) => contactSheet([[{ image: red }]], { side: 64, rowLabels: [`the name of a setting, ${label}`] }),
    (label) => contactSheet([{ image: red }], { side: 64, title: `the valley as strokes, ${label}` }),
  ];
  for (const [place, sheetOf] of places.entries()) {
    const sheets = [await sheetOf("styleWeight 10"), await sheetOf("styleWeight 30")];
    const [one, other] = await Promise.all(sheets.map((sheet) => sheet.data()));
    assert.deepEqual(sheets[0].shape, sheets[1].shape);
    assert.ok(one.some((value, i) => value !== other[i]), `place ${place}`);
    assert.equal((await boxOf(sheets[0], [1, 0, 0])).count % (64 * 32), 0, "no label covers a picture");
  }
});

test("a row is as high as its label, which stands in the margins of the sheet", async () => {
  const sheet = await contactSheet([[{ image: red }]], { side: 8, rowLabels: ["many words that need several lines beside a small picture, one below the other"] });
  const [height] = sheet.shape;
  const dark = await tf.tidy(() => tf.any(tf.less(tf.max(sheet, 2), 0.5), 1)).data();
  const rows = [...dark].flatMap((is, row) => (is ? [row] : []));
  assert.ok(rows[0] >= 16 && rows.at(-1)! < height - 16, `ink in rows ${rows[0]} to ${rows.at(-1)} of ${height}`);
  assert.ok(rows.at(-1)! - rows[0] > 2 * 22, "three lines");
});

test("a tile with nothing but a size is a gray box, as large as the picture will be; a sheet does not grow when pictures come", async () => {
  const gray = [0xee / 255, 0xee / 255, 0xee / 255];
  const tile = { size: red.shape.slice(0, 2) as [number, number] };
  const [begun, half, ended] = await Promise.all([
    [[tile, tile], [tile, tile]], [[{ image: red }, tile], [tile, tile]], [[{ image: red }, { image: red }], [{ image: red }, { image: red }]],
  ].map((tiles) => contactSheet(tiles, { side: 80 })));
  assert.deepEqual([begun.shape, half.shape], [ended.shape, ended.shape]);
  assert.deepEqual(await boxOf(begun, gray), await boxOf(ended, [1, 0, 0]));
  assert.equal((await boxOf(half, gray)).count, 3 * 80 * 40);
  const unknown = await contactSheet([[{}, {}], [{}, {}]], { side: 80, rowLabels: ["one", "two"] });
  assert.ok(unknown.shape[0] > 2 * 80, "rows do not overlap where nothing is known");
});
