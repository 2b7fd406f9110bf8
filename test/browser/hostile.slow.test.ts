// A hostile notebook as a page in a real browser: no script of it runs, no request leaves, and what is honest in it still shows.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { writePage } from "../../src/platform/page/writePage";
import { writeSweepPage } from "../../src/notebook/sweepPage";
import { sweptTiny } from "../sweeps/tiny";
import { code, display, markdown, notebook, png } from "../platform/page/fixture";
import { openBrowser, skip } from "./chromium";

const folder = mkdtempSync(path.join(tmpdir(), "styloscope-hostile-"));
let browser: Browser;
let server: Server;
let host: string;
let reached: string[] = [];

before(async () => {
  if (skip !== false) return;
  browser = await openBrowser();
  server = createServer((request, response) => {
    reached.push(request.url ?? "");
    response.writeHead(200, { "access-control-allow-origin": "*" }).end("window.hit = 1");
  });
  server.on("connection", () => reached.push("a connection"));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a page and waits for what may still come late. */
async function opened(file: string): Promise<Page> {
  reached = [];
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector(":root[data-plots=drawn]", { timeout: 30_000 });
  await sleep(700);
  return page;
}

/** Whether a script wrote `hit` into the page or into one of its frames. */
async function hits(page: Page): Promise<unknown[]> {
  const found = await Promise.all(page.frames().map((frame) => frame.evaluate("window.hit").catch(() => undefined)));
  return found.filter((hit) => hit !== undefined);
}

/** Every way known here to run a script or to ask the network from markup. */
const attacks = (): string => `<svg onload="parent.hit = top.hit = window.hit = 1"></svg><img src=x onerror="window.hit = 1">
<script>window.hit = 1</script><script src="${host}/script"></script>
<link rel="stylesheet" href="${host}/sheet"><link rel="preconnect" href="${host}"><link rel="preload" as="image" href="${host}/preload">
<link rel="prefetch" href="${host}/prefetch"><link rel="icon" href="${host}/icon"><link rel="modulepreload" href="${host}/module">
<style>@import url("${host}/import"); body { background: url("${host}/background") }
@font-face { font-family: far; src: url("${host}/font") } .far { font-family: far }</style><p class="far">far</p>
<video src="${host}/video" poster="${host}/poster" autoplay></video><audio src="${host}/audio" autoplay></audio>
<img srcset="${host}/srcset 1x"><picture><source srcset="${host}/source"><img alt="p"></picture><input type="image" src="${host}/input">
<iframe src="${host}/iframe"></iframe><iframe srcdoc="<script>top.hit = 1</script>"></iframe><object data="${host}/object"></object>
<embed src="${host}/embed"><meta http-equiv="refresh" content="0; url=${host}/refresh"><base href="${host}/">
<form action="${host}/form"><button id="send">send</button></form><details open ontoggle="window.hit = 1"></details>
<body background="${host}/body"><table background="${host}/table"><tr><td>t</td></tr></table><svg><image href="${host}/svg"/><use href="${host}/use#x"/></svg>
<input autofocus onfocus="window.hit = 1"><a href="javascript:window.hit = 1">a</a><math><mi xlink:href="javascript:window.hit = 1">m</mi></math>`;

test("no script of a hostile notebook runs and no request leaves; its plots, formulas and pictures are drawn", { skip }, async () => {
  mkdirSync(path.join(folder, "inside"), { recursive: true });
  const image = await png(40, 20);
  writeFileSync(path.join(folder, "inside", "near.png"), Buffer.from(image, "base64"));
  const plotly = "application/vnd.plotly.v1+json";
  const html = attacks();
  const plot = {
    data: [{ type: "scatter", mode: "lines", x: [1, 2], y: [1, 2], name: html, text: [html, html], hovertemplate: html },
      { type: "image", source: `${host}/trace`, z: [[[1, 2, 3]]] }],
    layout: {
      title: { text: html }, annotations: [{ text: html }], xaxis: { title: { text: html } },
      images: [{ source: `${host}/plotly`, x: 0, y: 1, sizex: 1, sizey: 1, xref: "paper", yref: "paper" }],
    },
    config: { plotlyServerURL: host },
  };
  const map = { data: [{ type: "choropleth", locations: ["FRA"], z: [1] }], layout: {}, config: { topojsonURL: `${host}/topojson/` } };
  const file = path.join(folder, "page.html");
  await writePage(file, notebook(
    markdown(`# A title ${html}`), markdown(html), markdown(html.replace(/\n/g, "\n\n")),
    markdown(`in a line ${html.replace(/\n/g, " ")} ![far](${host}/markdown) [link](javascript:window.hit=1) $x^2$ ![near](near.png)`),
    markdown(`$$\\href{javascript:window.hit=1}{a} \\includegraphics{${host}/tex} \\htmlStyle{background:url(${host}/texstyle)}{b}$$`),
    code(html, display({ "text/html": html }), display({ "text/html": `<b id="bold">bold</b><table><tr><td>cell</td></tr></table>` }),
      display({ "text/markdown": html }), display({ "text/latex": html }), display({ "text/plain": html }),
      display({ "image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>top.hit = 1</script><image href="${host}/in-svg"/></svg>` }),
      display({ [`image/x"onerror="window.hit=1`]: "QUJD" }),
      display({ [plotly]: plot, "text/plain": html }), display({ [plotly]: map })),
    { ...markdown("![a](attachment:a)"), attachments: { a: { 'image/png"onload="window.hit=1': "QUJD" } } },
  ), { folder: path.join(folder, "inside") });
  const page = await opened(file);
  assert.deepEqual(await hits(page), []);
  assert.deepEqual(reached, []);
  assert.equal(await page.locator(".js-plotly-plot path.js-line").count(), 1);
  assert.ok(await page.locator(".katex-html").first().isVisible());
  assert.equal(await page.evaluate("document.querySelector('img[alt=near]').naturalWidth"), 40);
  const bold = page.frameLocator("iframe").nth(1).locator("#bold");
  assert.ok(await bold.isVisible(), "a cell's own HTML is shown");
  const height = await page.evaluate<number>("document.querySelectorAll('iframe')[1].clientHeight");
  assert.ok(height > 40 && height < 110, `an output of two lines is ${height} pixels high`);
  await page.close();
});

test("a file's name does not become markup of a sweep's page", { skip }, async () => {
  const swept = await sweptTiny(path.join(folder, "sweep"));
  const name = `x<svg onload="window.hit=1"> *b* ![i](${host}/name) $x$.png`;
  for (const { settings } of swept.sweep.cells) Object.assign(settings, { photo: name });
  for (const { settings } of swept.cells) Object.assign(settings, { photo: name });
  const page = await opened(await writeSweepPage(swept));
  assert.deepEqual(await hits(page), []);
  assert.deepEqual(reached, []);
  assert.ok((await page.locator("main").innerText()).includes(name), "it is shown as it is");
  assert.equal(await page.locator("main svg[onload], .prose em, .prose .missing").count(), 0);
  const table = page.frameLocator("iframe").locator("table");
  assert.ok(await table.isVisible());
  await page.close();
});
