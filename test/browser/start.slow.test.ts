// The main job, as a newcomer sees it: `npm start`, then its page in a real browser.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, statSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, it } from "node:test";
import { openBrowser, skip } from "./chromium";

const root = path.resolve(__dirname, "../..");
const out = path.join(root, "out", "00-first-picture");

describe("npm start", { skip }, () => {
  it("writes a page that shows the picture, the curves and the math, and needs no network", async () => {
    rmSync(`${out}.html`, { force: true });
    rmSync(`${out}.ipynb`, { force: true });
    // The tests run after a build, so only the part of `npm start` behind it; a newcomer has no weights but those that come along.
    const { STYLOSCOPE_WEIGHTS: _, ...env } = process.env;
    const said = execFileSync(process.execPath, ["--require", "ts-node/register", "scripts/start.ts"],
      { cwd: root, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    assert.match(said, /out\/00-first-picture\.html +\d+\.\d+ MB/);
    assert.ok(statSync(`${out}.html`).size < 6e6);
    assert.equal(JSON.parse(readFileSync(`${out}.ipynb`, "utf8")).nbformat, 4);

    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
      const complaints: string[] = [];
      page.on("console", (message) => void (["error", "warning"].includes(message.type()) && complaints.push(message.text())));
      page.on("pageerror", (error) => void complaints.push(String(error)));
      page.on("request", (request) => void (/^(file|data|blob):/.test(request.url()) || complaints.push(request.url())));
      await page.goto(pathToFileURL(`${out}.html`).href);
      await page.waitForSelector(":root[data-plots=drawn]", { timeout: 30_000 });

      const traces = await page.locator(".js-plotly-plot .trace, .js-plotly-plot .scatterlayer path.js-line").count();
      assert.ok(traces >= 6, `${traces} curves are drawn`); // loss, content, three layers of style, smoothness
      assert.ok(await page.locator(".katex").count() >= 8);
      const sizes = await page.locator("figure.picture img").evaluateAll((images) =>
        images.map((image) => (image as unknown as { naturalWidth: number }).naturalWidth));
      assert.ok(sizes.length >= 3 && sizes.every((width) => width > 200), `${sizes}`);
      assert.deepEqual(complaints, []);
      await page.screenshot({ path: `${out}.png`, fullPage: true });
    } finally {
      await browser.close();
    }
    assert.ok(statSync(`${out}.png`).size > 100_000);
  });
});
