// A page in a real browser: opened from a file, with everything drawn and nothing asked of the network.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { notebookPage } from "../../src/platform/page/notebookPage";
import { code, display, everything, notebook, png, stream } from "../platform/page/fixture";
import { openBrowser, skip } from "./chromium";

const out = path.resolve(__dirname, "../../out");
const folder = mkdtempSync(path.join(tmpdir(), "styloscope-page-"));
let browser: Browser;
let html: string;
let light: Seen; // the page that the first tests look at, one after another

before(async () => {
  if (skip !== false) return;
  mkdirSync(out, { recursive: true });
  [browser, html] = await Promise.all([openBrowser(), everything().then((nb) => notebookPage(nb))]);
  light = await open(html);
  await drawn(light.page);
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Seen {
  page: Page;
  complaints: string[];
  requests: string[];
}

async function open(content: string, options: BrowserContextOptions = {}, prepare = ""): Promise<Seen> {
  const file = path.join(folder, `${Math.random().toString(36).slice(2)}.html`);
  writeFileSync(file, content);
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })).newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("requestfailed", (request) => complaints.push(`failed: ${request.url().slice(0, 80)}`));
  page.on("request", (request) => requests.push(request.url()));
  if (prepare !== "") await page.addInitScript(prepare);
  await page.goto(pathToFileURL(file).href);
  return { page, complaints, requests };
}

const drawn = (page: Page): Promise<unknown> =>
  page.waitForSelector(":root[data-plots=drawn]", { timeout: 30_000 });

for (const [name, options] of Object.entries<BrowserContextOptions>({
  light: {},
  dark: { colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
})) {
  test(`a page opened from a file draws everything without a word on the console (${name})`, { skip }, async () => {
    const { page, complaints, requests } = name === "light" ? light : await open(html, options);
    await drawn(page);
    assert.equal(await page.locator(".js-plotly-plot .main-svg .scatterlayer .trace path.js-line").count(), 3);
    assert.equal(await page.locator(".js-plotly-plot .main-svg .heatmaplayer image").count(), 1);
    assert.equal(await page.locator(".js-plotly-plot").count(), await page.locator("figure.plot").count());
    assert.ok(await page.locator(".katex-display .katex-html").isVisible());
    assert.equal(await page.locator(".katex-error").count(), 0);
    assert.ok(await page.frameLocator("iframe.html").getByText("bold from html").isVisible());
    assert.ok(await page.evaluate<number>("document.querySelector('iframe.html').clientHeight") < 40, "a line of HTML is one line high");
    assert.equal(await page.evaluate("[...document.images].filter((image) => !image.naturalWidth).length"), 0);
    const fonts = (status: string): Promise<number> =>
      page.evaluate(`[...document.fonts].filter((font) => font.status === "${status}").length`);
    assert.ok((await fonts("loaded")) >= 4);
    assert.equal(await fonts("error"), 0);
    assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways");
    await page.screenshot({ path: path.join(out, `page-${name}.png`), fullPage: true });
    assert.deepEqual(complaints, []);
    assert.ok(requests.length > 0);
    assert.deepEqual(requests.filter((url) => !/^(file|data|blob):/.test(url)), []);
    if (page !== light.page) await page.context().close();
  });
}

test("the y axis of a loss plot is logarithmic, and pointing at a curve tells its value", { skip }, async () => {
  const { page } = light;
  assert.equal(await page.evaluate("document.querySelector('.js-plotly-plot')._fullLayout.yaxis.type"), "log");
  await page.locator(".js-plotly-plot .nsewdrag").first().scrollIntoViewIfNeeded();
  await page.locator(".js-plotly-plot .nsewdrag").first().hover({ position: { x: 200, y: 60 } });
  await page.locator(".js-plotly-plot .hoverlayer .hovertext").first().waitFor({ timeout: 5000 });
});

test("a browser without DecompressionStream keeps the PNG twins, and so does paper", { skip }, async () => {
  const old = await open(html, {}, "delete globalThis.DecompressionStream");
  assert.equal(await old.page.locator("figure.plot img.twin:visible").count(), 1);
  assert.equal(await old.page.locator(".js-plotly-plot").count(), 0);
  assert.deepEqual(old.complaints, []);
  const { page } = light;
  assert.equal(await page.locator("figure.plot img.twin:visible").count(), 0);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("figure.plot img.twin:visible").count(), 1);
  assert.equal(await page.locator(".js-plotly-plot:visible").count(), 1, "a plot without a twin is printed as drawn");
  await page.emulateMedia({ media: "screen" });
  await old.page.context().close();
});

test("a plot that cannot be drawn keeps its picture, and the ones after it are drawn", { skip }, async () => {
  const type = "application/vnd.plotly.v1+json";
  const good = { data: [{ type: "scatter", y: [1, 3, 2] }], layout: {}, config: {} };
  const bad = { data: "no traces", layout: { title: 3, xaxis: "x" }, config: {} };
  const image = await png(80, 40);
  const cells = [bad, good].map((plot) => code("plot()", display({ [type]: plot, "image/png": image })));
  const { page } = await open(await notebookPage(notebook(...cells)));
  await drawn(page);
  assert.equal(await page.locator("figure.plot").nth(0).locator("path.js-line").count(), 0);
  assert.equal(await page.locator("figure.plot").nth(1).locator("path.js-line").count(), 1);
  assert.equal(await page.locator("figure.plot img.twin:visible").count(), 1);
  await page.context().close();
});

test("markup in code, text and plots is inert: nothing of it runs", { skip }, async () => {
  const attack = `</script></pre><img src=x onerror="window.hit = 1"><script>window.hit = 1</script>`;
  const plot = { data: [{ type: "scatter", y: [1, 2], name: attack }], layout: { title: { text: attack } } };
  const { page, complaints } = await open(await notebookPage(notebook(
    code(`// ${attack}`, display({ "text/plain": attack }), stream(attack), stream(attack, "stderr"),
      { output_type: "error", ename: attack, evalue: attack, traceback: [attack] },
      display({ "image/png": await png(20, 20), "text/plain": attack }),
      display({ "application/vnd.plotly.v1+json": plot, "image/png": await png(20, 20), "text/plain": attack })),
  ), { title: attack }));
  await drawn(page);
  assert.equal(await page.evaluate("typeof window.hit"), "undefined");
  assert.equal(await page.locator("pre img").count(), 0);
  assert.ok((await page.locator("pre.result").innerText()).includes("onerror"));
  assert.deepEqual(complaints, []);
  await page.context().close();
});
