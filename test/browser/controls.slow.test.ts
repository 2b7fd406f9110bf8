// Controls in JupyterLab: turned by hand while a cell paints, saved, opened again, restarted.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Locator } from "playwright-core";
import { type Lab, type LabPage, skip, startLab } from "./lab";

const root = path.resolve(__dirname, "../..");
const screenshot = (name: string): string => path.join(root, "out", `controls-${name}.png`);

const setup = `import { activations, content, gram, knobs, minimize, noise, objective, randomVgg, relative, slider, style } from "styloscope";
import { newDisplay } from "tslab";
const network = await randomVgg({ width: 1 / 16 });
const [photo, painting] = [noise([32, 32], { seed: 1 }), noise([32, 32], { seed: 2 })];
const goal = objective(network, [
  content(photo, { layers: ["relu2_2"], loss: relative(activations()) }),
  style(painting, { layers: ["relu1_1", "relu2_1"], loss: relative(gram()), weight: 1 }),
]);
const free = slider("free", { value: 0.25 });
free`;
const loop = `const [panel, now] = [knobs(goal), newDisplay()];
for await (const step of minimize(goal, { start: photo, optimizer: panel.optimizer, steps: 1e6 })) {
  const before = panel.turns.length;
  await panel.update(step);
  const styleLoss = step.unweighted["style relu1_1"] + step.unweighted["style relu2_1"];
  now.text(\`at \${step.index} \${styleLoss}\`);
  for (const { knob, value } of panel.turns.slice(before)) console.log(knob, value, Date.now());
}`;

/** Whatever a front end writes in place of a widget that it cannot draw. */
const missing = /Loading widget|model not found|Error displaying widget/;

describe("controls in JupyterLab", { skip }, () => {
  let lab: Lab;
  let notebook: LabPage;
  before(async () => {
    mkdirSync(path.join(root, "out"), { recursive: true });
    lab = await startLab();
    notebook = await lab.open("played.ipynb", [setup, loop, "free.value"]);
  });
  after(() => lab.close());

  const text = async (cell: number): Promise<string> => (await notebook.output(cell).allInnerTexts()).join("\n");
  const at = async (): Promise<{ step: number; style: number }> => {
    const [, step, style] = /at (\d+) (\S+)/.exec(await text(1)) ?? [];
    return { step: Number(step), style: Number(style) };
  };
  /** The handle of a slider by its label. */
  const handle = (label: string): Locator =>
    notebook.page.locator(".jp-Cell .widget-slider", { has: notebook.page.getByText(label, { exact: true }) }).locator(".noUi-handle");
  const button = (label: string): Locator => notebook.page.locator(".jp-Cell button.widget-button, .jp-Cell button.widget-toggle-button", { hasText: label }).first();
  const until = async (what: string, check: () => Promise<boolean>): Promise<void> => {
    for (let i = 0; i < 600; i++) {
      if (await check()) return;
      await sleep(50);
    }
    assert.fail(`not within 30 s: ${what}; ${await text(1)}`);
  };

  it("a slider dragged while minimize runs is heard by it, the style term falls, and the loop goes on", async (t) => {
    await notebook.menu("Run", "Run All Cells");
    await handle("style").waitFor();
    await until("ten steps", async () => (await at()).step > 10);
    const first = await at();
    assert.doesNotMatch(await text(1), / \d{13}$/m, "what the page sends by itself is no turn");
    const box = (await handle("style").boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const moved: number[] = [];
    await notebook.page.mouse.move(x, y);
    await notebook.page.mouse.down();
    for (let i = 1; i <= 10; i++) {
      moved.push(Date.now());
      await notebook.page.mouse.move(x + 12 * i, y);
      await sleep(400);
    }
    await notebook.page.mouse.up();
    await until("the knob at its end", async () => /^style 100 \d{13}$/m.test(await text(1)));
    const heard = [...(await text(1)).matchAll(/^style ([\d.]+) (\d{13})$/gm)].map(([, value, time]) => ({ value: Number(value), time: Number(time) }));
    assert.ok(heard.length >= 5, `${heard.length} of ten positions were heard`);
    assert.ok(heard.every(({ value }, i) => i === 0 || value > heard[i - 1].value), `not in their order: ${JSON.stringify(heard)}`);
    const delays = moved.map((time) => (heard.find((one) => one.time >= time)?.time ?? NaN) - time).filter(Number.isFinite).sort((a, b) => a - b);
    const load = loadavg()[0] / cpus().length;
    t.diagnostic(`${heard.length} values heard after ${delays[delays.length >> 1]} ms (median), ${delays.at(-1)} ms at most; load ${load.toFixed(1)} per core`);
    if (load < 0.7) assert.ok(delays[Math.floor(delays.length / 2)] < 300, `a value took ${delays} ms on an idle machine`);
    const dragged = await at();
    assert.ok(dragged.step > first.step + 10, "the loop went on while the knob moved");
    await until("100 more steps", async () => (await at()).step > dragged.step + 100);
    const last = await at();
    assert.ok(last.style < first.style / 2, `the style term was ${first.style} with a weight of 1, and is ${last.style} with 100`);
    await notebook.page.screenshot({ path: screenshot("light") });
  });

  it("pause holds it, step takes one step, and pause again lets it go on", async () => {
    await button("pause").click();
    await sleep(1000);
    const paused = await at();
    await sleep(500);
    assert.equal((await at()).step, paused.step);
    await button("step").click();
    await until("one step", async () => (await at()).step === paused.step + 1);
    await sleep(500);
    assert.equal((await at()).step, paused.step + 1);
    await button("pause").click();
    await until("more steps", async () => (await at()).step > paused.step + 10);
  });

  it("stop ends it, also while it is paused, and the panel's text stays in its place", async () => {
    await notebook.save(); // while the panel plays
    await button("pause").click();
    await sleep(300);
    await notebook.page.locator('[data-command="notebook:interrupt-kernel"]').first().click();
    await until("the text", async () => /style +━+●─* 100 /.test(await text(1)));
    await notebook.idle();
    assert.equal(await notebook.page.locator(".jp-Cell").nth(1).locator(".widget-slider").count(), 0);
  });

  it("saved and opened again: the free slider is there and is heard, the panel is its text; and with another kernel, too", async () => {
    await notebook.save();
    await notebook.page.close();
    notebook = await lab.open("played.ipynb");
    await handle("free").waitFor();
    await handle("free").focus();
    await notebook.page.keyboard.press("End");
    await notebook.page.locator(".jp-Notebook .jp-Cell").nth(2).locator(".jp-InputArea-editor").click();
    await notebook.page.keyboard.press("Shift+Enter");
    await until("the kernel's value", async () => (await text(2)).trim() === "1");
    const [cell] = await notebook.output(1).allInnerTexts();
    assert.match(cell, /style +━+● 100 /);
    await notebook.menu("Kernel", "Shut Down Kernel");
    await notebook.page.waitForSelector("text=No Kernel");
    await notebook.page.close();
    notebook = await lab.open("played.ipynb"); // with a new kernel, which knows no control
    await until("the state that was saved", async () => await handle("free").count() === 1 || missing.test(await text(0)) && !/Loading/.test(await text(0)));
    assert.doesNotMatch(await notebook.page.locator(".jp-Notebook").innerText(), missing);
    await notebook.page.close();
  });

  it("restart and run all, ten times: the slider is drawn every time", async () => {
    notebook = await lab.open("again.ipynb", [setup, "free.value"]);
    const never: string[] = [];
    for (let i = 0; i < 10; i++) {
      await notebook.menu("Kernel", "Restart Kernel and Run All Cells");
      await notebook.page.locator(".jp-Dialog button", { hasText: "Restart" }).click();
      await sleep(1000);
      await notebook.finished();
      await handle("free").waitFor();
      const all = await notebook.page.locator(".jp-Notebook").innerText();
      if (missing.test(all)) never.push(`${i}: ${all}`);
      assert.equal(await notebook.page.locator(".jp-Cell .widget-slider").count(), 1);
    }
    assert.deepEqual(never, []);
    assert.deepEqual(notebook.complaints, []);
  });
});

describe("controls in JupyterLab, dark", { skip }, () => {
  it("explore: the picture, its curves and the panel", async () => {
    const lab = await startLab({ theme: "JupyterLab Dark" });
    try {
      const { page, menu } = await lab.open("dark.ipynb", [`import { explore, sample, vgg19Mini } from "styloscope";
const [photo, strokes, mosaic] = await Promise.all(["valley", "strokes", "mosaic"].map((name) => sample(name, { shorter: 128 })));
const { image } = await explore(await vgg19Mini(), photo, { strokes, mosaic }, { steps: 1000 });`]);
      await menu("Run", "Run All Cells");
      await page.locator(".jp-Cell .noUi-handle").first().waitFor();
      await sleep(3000);
      assert.equal(await page.locator(".jp-Cell .widget-slider").count(), 9);
      assert.doesNotMatch(await page.locator(".jp-Notebook").innerText(), missing);
      await page.screenshot({ path: screenshot("dark") });
    } finally {
      await lab.close();
    }
  });
});
