// The page of figures as it is committed: what is new replaces what is old, and a quick figure no full one.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, it } from "node:test";
import sharp from "sharp";
import { makeFigures } from "../../scripts/make-figures";
import { figureFile, type FigureRecord } from "../../src/figures/figureFolder";
import { checksumOf } from "../../src/platform/files/checksumOf";

const folder = fs.mkdtempSync(path.join(tmpdir(), "styloscope-make-figures-"));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

/** What `reproduce` writes of a figure, with `value` as its number. */
async function put(out: string, of: Pick<FigureRecord, "name" | "images" | "quick">, value: number, gray: number): Promise<void> {
  fs.mkdirSync(out, { recursive: true });
  const file = figureFile(out, of);
  await sharp({ create: { width: 8, height: 8, channels: 3, background: { r: gray, g: gray, b: gray } } }).png().toFile(`${file}.png`);
  fs.writeFileSync(`${file}.page.json`, "{}");
  const files: Record<string, string> = {};
  for (const end of [".png", ".page.json"]) files[path.basename(file + end)] = await checksumOf(file + end, "sha256");
  fs.writeFileSync(`${file}.json`, JSON.stringify({
    ...of, verdicts: [{ name: "a", claim: "It is so.", measures: "a number", value, atLeast: 1, holds: value >= 1 }], seconds: 1,
    settings: { photo: "tubingen", network: "vgg19", size: 64, steps: 9, seed: 0 }, engine: "onnx", files,
  }));
}

it("figures.md has full figures before quick ones, keeps what is not made again, and of the papers' images numbers without pictures", async () => {
  const [out, notebooks] = [path.join(folder, "out"), path.join(folder, "notebooks")];
  const page = (): string => fs.readFileSync(path.join(notebooks, "figures.md"), "utf8");
  const rows = (): string[] => page().split("\n").filter((line) => line.includes("It is so.")).map((line) => `${line.split(" | ")[0].slice(2)} ${line.split(" | ")[3]} ${line.split(" | ")[6]}`);
  const sheets = (): string[] => fs.readdirSync(path.join(notebooks, "gallery", "figures"));
  const [content, four] = ["gatys2016/figure1-content", "gatys2016/figure4"];

  await assert.rejects(makeFigures([out], notebooks), /there are no figures in .*out: make them with/);
  await put(out, { name: four, images: "project", quick: true }, 2, 0);
  await put(out, { name: content, images: "project", quick: false }, 3, 50);
  assert.deepEqual(await makeFigures([out], notebooks), [content, four]);
  assert.deepEqual(rows(), [`${content} 3 full: 64², 9 steps`, `${four} 2 quick: 64², 9 steps`]);
  assert.deepEqual(sheets(), ["gatys2016-figure1-content.jpg", "gatys2016-figure4.jpg"]);
  assert.ok(page().includes("`npm run reproduce -- gatys2016/figure4 --quick --images project`") && !page().includes("own images\n"));

  const next = path.join(folder, "next");
  await put(next, { name: content, images: "project", quick: true }, 9, 100);
  await put(next, { name: content, images: "paper", quick: true }, 0, 150);
  await put(next, { name: four, images: "project", quick: false }, 4, 200);
  await put(next, { name: four, images: "other", quick: false }, 7, 250);
  assert.deepEqual(await makeFigures([next], notebooks), [four, `${content} with the paper's images`]);
  assert.deepEqual(rows(), [`${content} 3 full: 64², 9 steps`, `${four} 4 full: 64², 9 steps`, `${content} 0 quick: 64², 9 steps, tubingen`]);
  assert.match(page(), /^2 figures; of 2 claims, 2 hold[\s\S]*^## With the papers' own images\n\n1 figures; of 1 claims, 0 hold/m);
  assert.equal(sheets().length, 2);
  const { channels: [{ mean }] } = await sharp(path.join(notebooks, "gallery", "figures", "gatys2016-figure4.jpg")).stats();
  assert.ok(Math.abs(mean - 200) < 3, "the sheet of the full figure, not that of other images");

  const before = page();
  await makeFigures([out], notebooks); // of an older folder: the full one of it is taken again, and its quick one is not
  assert.deepEqual(rows(), [`${content} 3 full: 64², 9 steps`, `${four} 4 full: 64², 9 steps`, `${content} 0 quick: 64², 9 steps, tubingen`]);
  assert.equal(page(), before);
});
