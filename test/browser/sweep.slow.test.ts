// The page of a sweep in a real browser: its sliders turn the pictures, and the mouse shows the numbers.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { writeSweepPage } from "../../src/notebook/sweepPage";
import { sweptTiny } from "../sweeps/tiny";
import { openBrowser, skip } from "./chromium";

const out = path.resolve(__dirname, "../../out");

test("the page of a sweep draws its plots, changes their pictures and shows their numbers", { skip }, async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "styloscope-sweep-"));
  const [browser, swept] = await Promise.all([openBrowser(), sweptTiny(folder)]);
  t.after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(pathToFileURL(await writeSweepPage(swept)).href);
  await page.waitForSelector(":root[data-plots=drawn]", { timeout: 30_000 });
  assert.equal(await page.locator(".js-plotly-plot").count(), 3);

  const steps = page.locator(".js-plotly-plot").nth(1);
  const shown = (): Promise<string[]> =>
    page.evaluate("(({ data }) => [data[0].source, data[1].text[0]])(document.querySelectorAll('.js-plotly-plot')[1])");
  const [last, words] = await shown();
  assert.match(words, /relu1_1, styleWeight 1<.*step 3 /);
  await steps.scrollIntoViewIfNeeded();
  const rail = (await steps.locator(".slider-rail-touch-rect").boundingBox())!;
  await page.mouse.click(rail.x + 6, rail.y + rail.height / 2);
  // The page's content policy forbids what waitForFunction does with a string.
  for (let i = 0; i < 50 && !(await shown())[1].includes("step 0 "); i++) await page.waitForTimeout(100);
  assert.match((await shown())[1], /step 0 /);
  assert.notEqual((await shown())[0], last);

  const plot = (await steps.locator(".nsewdrag").boundingBox())!;
  await page.mouse.move(plot.x + plot.width * 0.9, plot.y + plot.height * 0.2);
  const hover = steps.locator(".hoverlayer .hovertext");
  await hover.waitFor({ timeout: 5000 });
  assert.match(await hover.textContent() ?? "", /relu1_1, styleWeight 100.*step 0/, "the picture under the mouse");

  mkdirSync(out, { recursive: true });
  await page.screenshot({ path: path.join(out, "page-sweep.png"), fullPage: true });
  assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways");
  assert.deepEqual(complaints, []);
});
