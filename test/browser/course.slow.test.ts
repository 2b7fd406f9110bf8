// The course's site in a real browser, opened from a file: `npm run course` builds it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { run } from "../../scripts/course";
import { openBrowser, skip } from "./chromium";

const site = path.resolve(__dirname, "../../out/course");
let browser: Browser | undefined;

before(async () => {
  assert.equal(await run([]), 0);
  if (skip === false) browser = await openBrowser();
});
after(() => browser?.close());

test("it has a page for every notebook, is under 25 MB, and one plotly is among its files", () => {
  const files = readdirSync(site);
  const lessons = readdirSync(path.resolve(__dirname, "../../notebooks")).filter((name) => /\.(ipynb|md)$/.test(name) && name !== "README.md");
  assert.deepEqual(files, [...lessons.map((name) => name.replace(/\.\w+$/, ".html")), "index.html", "plotly.js"].sort());
  assert.ok(files.reduce((sum, file) => sum + statSync(path.join(site, file)).size, 0) < 25e6);
});

test("the index says of each notebook what it asks, also where a picture stands above that", () => {
  const index = readFileSync(path.join(site, "index.html"), "utf8");
  assert.doesNotMatch(index, /\[picture /);
  assert.match(index, /How does a photograph of your own get in/);
});

test("every page opens from a file, leads to the next, draws its plots, and is as wide as a phone", { skip }, async () => {
  const context = await browser!.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    if (why !== "net::ERR_ABORTED") complaints.push(`${why} ${request.url().slice(0, 100)}`); // a page that is left stops loading
  });
  const pages = readdirSync(site).filter((name) => name.endsWith(".html")).length;
  await page.goto(pathToFileURL(path.join(site, "index.html")).href);
  await page.click(".lessons a");
  for (let seen = 2; ; seen++) {
    if ((await page.$$("figure.plot")).length > 0) await page.waitForSelector('html[data-plots="drawn"]', { timeout: 120_000 });
    assert.equal((await page.$$("figure.plot")).length, (await page.$$(".plot .drawing .main-svg:first-child")).length, page.url());
    assert.ok((await page.evaluate("document.documentElement.scrollWidth")) as number <= 390, page.url());
    const next = page.locator('a[rel="next"]').last();
    if ((await next.count()) === 0) {
      assert.equal(seen, pages);
      break;
    }
    await next.click();
  }
  assert.deepEqual(complaints, []);
  await context.close();
});
