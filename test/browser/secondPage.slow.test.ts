// Two pages of one running notebook, and one that is opened when it has ended.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Locator } from "playwright-core";
import { type LabPage, skip, startLab } from "./lab";

const out = path.resolve(__dirname, "../../out");
mkdirSync(out, { recursive: true });
const screenshot = (name: string): string => path.join(out, `controls-${name}.png`);
/** Whatever a front end writes in place of a widget that it cannot draw. */
const missing = /Loading widget|model not found|Error displaying widget/;

const explored = `import { explore, randomVgg, sample } from "styloscope";
const network = await randomVgg({ width: 1 / 16 });
const [photo, painting] = await Promise.all(["valley", "strokes"].map((name) => sample(name, { cover: [64, 64] })));
const { turns } = await explore(network, photo, painting, { steps: 1e5 });
console.log("ended", turns.length > 0, JSON.stringify(turns.at(-1)));`;

describe("a second page on a running notebook", { skip }, () => {
  it("shows the live picture, turns the knobs, and goes on when the first page is closed; opened after the end, it shows the last picture", async (t) => {
    const lab = await startLab();
    try {
      const first = await lab.open("second.ipynb", [explored, "turns.length"]);
      await first.menu("Run", "Run Selected Cell");
      const pictureOf = (page: LabPage["page"]): Locator => page.locator(".jp-Cell img.widget-image, .jp-Cell .widget-image img").first();
      const handleOf = (page: LabPage["page"], label: string): Locator =>
        page.locator(".jp-Cell .widget-slider", { has: page.getByText(label, { exact: true }) }).locator(".noUi-handle");
      const changes = async (page: LabPage["page"]): Promise<void> => {
        const before = await pictureOf(page).getAttribute("src");
        for (let i = 0; i < 600 && (await pictureOf(page).getAttribute("src")) === before; i++) await sleep(50);
        assert.notEqual(await pictureOf(page).getAttribute("src"), before, "the picture does not change");
      };
      await handleOf(first.page, "style").waitFor();
      await changes(first.page);
      await first.save();
      const second = await lab.open("second.ipynb", undefined, { running: true });
      await pictureOf(second.page).waitFor();
      await changes(second.page);
      await handleOf(second.page, "style").focus();
      await second.page.keyboard.press("End");
      await first.page.close();
      await changes(second.page);
      await changes(second.page);
      await second.page.screenshot({ path: screenshot("second") });
      await second.page.locator('[data-command="notebook:interrupt-kernel"]').first().click();
      await second.idle();
      await sleep(1000);
      const last = await pictureOf(second.page).getAttribute("src");
      assert.ok(last);
      assert.doesNotMatch(await second.page.locator(".jp-Notebook").innerText(), missing);
      await second.page.screenshot({ path: screenshot("ended") });
      await second.page.close();
      const third = await lab.open("second.ipynb");
      await pictureOf(third.page).waitFor();
      await third.page.screenshot({ path: screenshot("third") });
      await third.page.locator(".jp-Notebook .jp-Cell").nth(1).locator(".jp-InputArea-editor").click();
      await third.page.keyboard.press("Shift+Enter");
      for (let i = 0; i < 300 && (await third.output(1).count()) === 0; i++) await sleep(50);
      assert.ok(Number(await third.output(1).innerText()) > 0, "what the second page turned is in the turns");
      t.diagnostic(`pages complained: ${JSON.stringify([first, second, third].flatMap(({ complaints }) => complaints))}`);
    } finally {
      await lab.close();
    }
  });
});
