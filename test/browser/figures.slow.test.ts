// The page of figures in a real browser: what is folded is drawn when it is opened, and nothing is too wide for a phone.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { figures } from "../../src/figures/registry";
import { reproduceAll } from "../../src/figures/reproduceAll";
import { writeFiguresPage } from "../../src/notebook/figuresPage";
import { openBrowser, skip } from "./chromium";

test("the page of figures draws a plot when it is unfolded, in light, dark and on a phone", { skip }, async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "styloscope-figures-"));
  const browser = await openBrowser();
  t.after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const file = await writeFiguresPage(folder, await reproduceAll(folder, { quick: true, size: 24, steps: 0, figures: [figures[0], figures[4]] }));
  for (const options of [{ colorScheme: "light" as const }, { colorScheme: "dark" as const }, { viewport: { width: 390, height: 844 }, isMobile: true }]) {
    const page = await (await browser.newContext(options)).newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector(":root[data-plots=drawn]", { timeout: 30_000 });
    assert.equal(await page.locator(".js-plotly-plot").count(), 0, "all are folded");
    await page.locator("summary").first().click();
    const plot = page.locator(".js-plotly-plot");
    await plot.waitFor({ timeout: 10_000 });
    assert.equal(await plot.count(), 1);
    assert.ok((await plot.boundingBox())!.width > 200);
    assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways");
    const sheets = page.locator(".sheet img:visible");
    assert.equal(await sheets.count(), 2, "one for each figure");
    const [name, blend] = await sheets.first().evaluate((image) => [image.className, getComputedStyle(image).mixBlendMode]);
    assert.deepEqual([name, blend], "colorScheme" in options && options.colorScheme === "dark" ? ["on-dark", "normal"] : ["on-light", "multiply"]);
    assert.deepEqual(complaints, []);
    await page.context().close();
  }
  // On paper: from a dark screen, too, the sheets for light, each figure whole on its page.
  const page = await (await browser.newContext({ colorScheme: "dark" })).newPage();
  await page.goto(pathToFileURL(file).href);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  assert.deepEqual(await page.locator(".sheet img:visible").evaluateAll((images) => images.map(({ className }) => className)), ["on-light", "on-light"]);
  assert.equal(await page.locator("details:visible").count(), 0);
  const pages = (await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type \/Page\b/g)!.length;
  assert.ok(pages <= 3, `${pages} pages for the contents and two figures`);
});
