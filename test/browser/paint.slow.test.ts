// A brush and a layer browser in JupyterLab.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { skip, startLab } from "./lab";

const out = path.resolve(__dirname, "../../out");
mkdirSync(out, { recursive: true });
const screenshot = (name: string): string => path.join(out, `controls-${name}.png`);
/** Whatever a front end writes in place of a widget that it cannot draw. */
const missing = /Loading widget|model not found|Error displaying widget/;

describe("a brush and a layer browser in JupyterLab", { skip }, () => {
  it("a mask painted with the mouse is what the next cell takes; layers and channels are looked through", async () => {
    const lab = await startLab();
    try {
      const notebook = await lab.open("paint.ipynb", [`import { layerBrowser, paint, randomVgg, sample } from "styloscope";
const photo = await sample("valley", { cover: [128, 160] });
const network = await randomVgg({ width: 1 / 16 });
const sky = await paint(photo, { label: "sky" });
sky`, `const mask = sky.mask();
const rows = mask.arraySync();
console.log(mask.shape.join("×"), [[30, 60], [30, 100], [100, 60], [30, 140]].map(([row, column]) => rows[row][column]).join(" "));`, "await layerBrowser(network, photo)"]);
      const { page } = notebook;
      const run = async (cell: number): Promise<void> => {
        await page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".jp-InputArea-editor").click();
        await page.keyboard.press("Shift+Enter");
      };
      await run(0);
      const canvas = page.locator(".jp-Cell canvas.styloscope-paint");
      await canvas.waitFor();
      const box = (await canvas.boundingBox())!;
      const at = (column: number, row: number): [number, number] => [box.x + (column / 160) * box.width, box.y + (row / 128) * box.height];
      await page.mouse.move(...at(40, 30));
      await page.mouse.down();
      await page.mouse.move(...at(110, 30), { steps: 8 });
      await page.mouse.up();
      await page.screenshot({ path: screenshot("paint") });
      await run(1);
      const text = async (cell: number): Promise<string> => (await notebook.output(cell).allInnerTexts()).join("");
      for (let i = 0; i < 600 && (await text(1)) === ""; i++) await sleep(50);
      assert.equal((await text(1)).trim(), "128×160 1 1 0 0");
      await run(2);
      const picture = page.locator(".jp-Cell img.widget-image, .jp-Cell .widget-image img").first();
      await picture.waitFor();
      const before = await picture.getAttribute("src");
      await page.locator(".jp-Cell .widget-dropdown select").selectOption("relu2_1");
      for (let i = 0; i < 600 && (await picture.getAttribute("src")) === before; i++) await sleep(50);
      assert.notEqual(await picture.getAttribute("src"), before);
      await sleep(4000);
      assert.doesNotMatch(await page.locator(".jp-Notebook").innerText(), missing);
      await picture.scrollIntoViewIfNeeded();
      await page.screenshot({ path: screenshot("layers") });
      assert.deepEqual(notebook.complaints, []);
    } finally {
      await lab.close();
    }
  });
});
