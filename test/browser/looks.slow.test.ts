// How a page looks, as far as it can be measured: nothing white in the dark, nothing over a title, nothing cut without a sign.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import sharp from "sharp";
import * as tf from "@tensorflow/tfjs";
import { captionBundle, imageBundle, plotBundle, type MimeOutput } from "../../src/notebook/mimeBundles";
import type { NotebookOutput } from "../../src/platform/files/notebookFile";
import { writePage } from "../../src/platform/page/writePage";
import { bars } from "../../src/plots/bars";
import { featureMaps } from "../../src/plots/featureMaps";
import { gramHeatMap } from "../../src/plots/gramHeatMap";
import { lines } from "../../src/plots/lines";
import { flipbook } from "../../src/plots/sweeps/flipbook";
import { code, markdown, notebook } from "../platform/page/fixture";
import { openBrowser, skip } from "./chromium";

const folder = mkdtempSync(path.join(tmpdir(), "styloscope-looks-"));
const file = path.join(folder, "page.html");
const caption = "The valley, painted: 100 steps in 1 min 13 s, loss 1.4; a caption longer than its picture is wide";
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
let browser: Browser;

before(async () => {
  if (skip !== false) return;
  await tf.setBackend("cpu");
  browser = await openBrowser();
  const features = tf.randomUniform([12, 12, 9], 0, 1, "float32", 1) as tf.Tensor3D;
  const gram = tf.randomUniform([16, 16], 0.1, 1, "float32", 2) as tf.Tensor2D;
  const title = "The loss of every step and all of its weighted parts, with a title that is longer than anybody reads on a small screen";
  const tile = await sharp({ create: { width: 80, height: 80, channels: 3, background: "#4080c0" } }).png().toBuffer();
  const book = { pictures: [[tile, tile]], captions: [["a", "b"]] };
  const plots = [
    lines({ "style relu1_1": [90, 40, 3, 1], loss: [120, 60, 9, 4] }, { log: true, title, x: "step" }),
    bars({ content: 3, style: 5 }, { title: "What the loss is made of" }),
    await gramHeatMap(gram), await featureMaps(features, { title: "All channels of a layer with a name" }),
    await flipbook([{ name: "1", ...book }, { name: "10", ...book }],
      { title: "valley as strokes", what: "styleWeight", columnLabels: ["relu1_1", "relu4_1"], open: 0, aspect: 1, limit: 3e5, summary: "a book" }),
  ];
  const outputs = [
    await imageBundle(tf.fill([80, 80, 3], 0.4) as tf.Tensor3D, caption), captionBundle(caption), ...await Promise.all(plots.map((plot) => plotBundle(plot))),
  ];
  await writePage(file, notebook(
    markdown(`# Looks\n\nSee [\`01-by-hand\`](01-by-hand.ipynb) and \`code\`.\n\n$$a = b$$`),
    markdown(String.raw`$$L = \sum_\ell w_\ell \frac{1}{4 N_\ell^2 M_\ell^2} \sum_{i,j} \bigl(G^\ell_{ij} - A^\ell_{ij}\bigr)^2 + \alpha \sum_{p} (F_p - P_p)^2 + \beta \sum_q \left| x_{q + 1} - x_q \right|^2 + \gamma \sum_r \left| y_{r + 1} - y_r \right|^2$$`),
    code("const short = 1;"), code(`const long = ${"1 + ".repeat(40)}1;`, ...outputs.map(displayed)), code("short + long"),
  ));
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const displayed = ({ data, metadata }: MimeOutput): NotebookOutput => ({ output_type: "display_data", data, metadata }) as NotebookOutput;

async function opened(options: BrowserContextOptions = {}, prepare = ""): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })).newPage();
  if (prepare !== "") await page.addInitScript(prepare);
  await page.goto(pathToFileURL(file).href);
  if (prepare === "") await page.waitForSelector(":root[data-plots=drawn]", { timeout: 30_000 });
  return page;
}

type Box = { x: number; y: number; width: number; height: number };
const boxesOf = (page: Page, selector: string): Promise<Box[]> =>
  page.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.getBoundingClientRect().toJSON())`);

/** The color of one pixel of an element as it is seen. */
async function pixelOf(element: Locator, x: number, y: number): Promise<number[]> {
  await element.scrollIntoViewIfNeeded();
  const picture = sharp(await element.screenshot()).removeAlpha();
  const { width, height } = await picture.metadata();
  const [left, top] = [x < 0 ? width + x : x, y < 0 ? height + y : y];
  return [...await picture.extract({ left, top, width: 1, height: 1 }).raw().toBuffer()];
}

const rgb = (color: string): number[] => color.match(/[\d.]+/g)!.slice(0, 3).map(Number);
const paperOf = async (page: Page): Promise<number[]> => rgb(await page.evaluate("getComputedStyle(document.documentElement).backgroundColor"));

for (const colorScheme of ["light", "dark"] as const) {
  for (const prepare of ["", "delete globalThis.DecompressionStream"]) {
    test(`plots lie on the page itself, ${prepare ? "as pictures" : "drawn by plotly"} (${colorScheme})`, { skip }, async () => {
      const page = await opened({ colorScheme }, prepare);
      const paper = await paperOf(page);
      const plots = page.locator(prepare ? "figure.plot .twin" : "figure.plot .drawing");
      assert.equal(await plots.count(), 5);
      const photographs = prepare ? 1 : 0;   // whose picture is a JPEG
      for (let i = 0; i < 5 - photographs; i++) assert.deepEqual(await pixelOf(plots.nth(i), 3, 3), paper, `plot ${i}`);
      await page.context().close();
    });
  }

  test(`the text of plots has a contrast of 4.5 and more (${colorScheme})`, { skip }, async () => {
    const page = await opened({ colorScheme });
    const paper = await paperOf(page);
    const fills = await page.evaluate<string[]>(
      "[...document.querySelectorAll('.gtitle, .xtick text, .ytick text, .xtitle')].map((text) => getComputedStyle(text).fill)");
    assert.ok(fills.length > 20);
    for (const fill of new Set(fills)) assert.ok(contrast(rgb(fill), paper) >= 4.5, `${fill} on ${paper}`);
    await page.context().close();
  });
}

for (const width of [1280, 800]) {
  test(`plotly's toolbar stands beside the titles at a width of ${width}`, { skip }, async () => {
    const page = await opened({ viewport: { width, height: 900 } });
    for (let i = 0; i < 5; i++) {
      const plot = page.locator(".js-plotly-plot").nth(i);
      await plot.scrollIntoViewIfNeeded();
      await plot.hover({ position: { x: 150, y: 100 } });
      const toolbar = (await plot.locator(".modebar").boundingBox())!;
      const title = (await plot.locator(".gtitle").boundingBox())!;
      assert.ok(toolbar.width > 20 && toolbar.width < 80, `${toolbar.width}`);
      assert.ok(title.x + title.width <= toolbar.x || title.y >= toolbar.y + toolbar.height, `plot ${i}: ${JSON.stringify({ title, toolbar })}`);
    }
    await page.context().close();
  });
}

test("the line under the mouse is thin and gray, without a white rim", { skip }, async () => {
  const page = await opened({ colorScheme: "dark" });
  const plot = page.locator(".js-plotly-plot").first();
  await plot.scrollIntoViewIfNeeded();
  const inside = plot.locator(".nsewdrag");
  const { width } = (await inside.boundingBox())!;
  await inside.hover({ position: { x: Math.round(width / 3), y: 60 } });   // the second of four points
  await plot.locator(".hoverlayer .spikeline").first().waitFor({ state: "attached", timeout: 5000 });
  const strokes = await page.evaluate<string[]>(`[...document.querySelectorAll(".hoverlayer line")].map(getComputedStyle)
    .filter(({ strokeWidth }) => strokeWidth !== "0px").map(({ stroke, strokeWidth }) => stroke + " " + strokeWidth)`);
  assert.deepEqual([...new Set(strokes)], ["rgb(118, 122, 128) 1px"]);
  await page.context().close();
});

test("code boxes end at one edge, captions are as wide as the text, links look like links", { skip }, async () => {
  const page = await opened();
  const boxes = await boxesOf(page, ".cell > .code");
  assert.equal(boxes.length, 3);
  assert.equal(new Set(boxes.map(({ x, width }) => `${x} ${width}`)).size, 1, JSON.stringify(boxes));
  const [below] = await boxesOf(page, ".outputs > .caption");
  assert.ok(below.width > 700 && below.height < 30, `${below.width} × ${below.height}`);
  assert.equal(await page.locator(".outputs > .caption").innerText(), caption);
  const style = (selector: string): Promise<string[]> => page.evaluate(
    `((one) => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor])(document.querySelector("${selector}"))`);
  const [link, inLink, plain] = [await style(".prose a"), await style(".prose a code"), await style(".prose p > code")];
  assert.deepEqual(inLink, link);
  assert.notDeepEqual(plain, inLink);
  await page.context().close();
});

test("photographs are smoothed, feature maps are drawn as cells", { skip }, async () => {
  const page = await opened();
  const rendering = await page.evaluate<string[]>(
    "[...document.querySelectorAll('.imagelayer image')].map((one) => getComputedStyle(one).imageRendering)");
  assert.deepEqual(rendering, ["pixelated", "auto"]);
  await page.context().close();
});

test("on a phone, what is cut at an edge has a shadow there, and what is not has none", { skip }, async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await opened({ ...phone, colorScheme });
    assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways");
    const paper = await paperOf(page);
    const darker = (color: number[]): boolean => color.every((value, c) => value < paper[c] - 5);
    const [whole, cut] = [page.locator(".katex-block").nth(0), page.locator(".katex-block").nth(1)];
    const isCut = (selector: string, n: number): Promise<boolean> =>
      page.evaluate(`((one) => one.scrollWidth > one.clientWidth + 20)(document.querySelectorAll("${selector}")[${n}])`);
    assert.ok(await isCut(".katex-block", 1) && !await isCut(".katex-block", 0));
    assert.ok(darker(await pixelOf(cut, -1, 8)) && !darker(await pixelOf(cut, 0, 8)), "cut at the right");
    await page.evaluate("document.querySelectorAll('.katex-block')[1].scrollTo(9999, 0)");
    assert.ok(darker(await pixelOf(cut, 0, 8)) && !darker(await pixelOf(cut, -1, 8)), "cut at the left");
    for (const x of [0, -1]) assert.deepEqual(await pixelOf(whole, x, 8), paper);
    assert.ok(await page.evaluate("[...document.querySelectorAll('pre')].every((one) => one.scrollWidth <= one.clientWidth)"), "code is cut");
    await page.context().close();
  }
});

test("on a phone, pictures under a slider keep their shape", { skip }, async () => {
  const page = await opened(phone);
  const [, book] = await boxesOf(page, ".imagelayer image");
  assert.ok(book.width > 200 && Math.abs(book.width / book.height - 2) < 0.1, `${book.width} × ${book.height}`);
  await page.context().close();
});

test("on paper nothing is cut: code is broken into lines, and plots are their pictures", { skip }, async () => {
  const page = await opened({ colorScheme: "dark" });
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  assert.deepEqual(await paperOf(page), [255, 255, 255]);
  assert.ok(await page.evaluate("[...document.querySelectorAll('pre')].every((one) => one.scrollWidth <= one.clientWidth)"));
  assert.equal(await page.locator("figure.plot .twin:visible").count(), 5);
  const words = await page.evaluate<string[]>("[...document.querySelectorAll('.hljs-keyword, .hljs-number')].map((one) => getComputedStyle(one).color)");
  assert.ok(words.length > 3);
  for (const color of words) assert.ok(contrast(rgb(color), [255, 255, 255]) >= 4.5, `code in ${color} on white paper`);
  assert.ok((await page.pdf({ format: "A4" })).length > 10_000);
  await page.context().close();
});

function contrast(one: number[], other: number[]): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** WCAG 2's relative luminance. */
function luminance(color: number[]): number {
  const [red, green, blue] = color.map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
