// The stop button on the library's loops, as a user presses it.
import assert from "node:assert/strict";
import * as path from "node:path";
import { test } from "node:test";
import { readKernelspec } from "../../../src/platform/kernel/kernelspec";
import { startKernel } from "../../../src/platform/kernel/startKernel";
import { run, runAndStop } from "./cells";

const prepare = `import { adam, best, content, live, minimize, noise, objective, randomVgg } from "styloscope";
const network = await randomVgg({ width: 1 / 16 });
const target = noise([64, 64], { seed: 1 });
const start = noise([64, 64], { seed: 2 });
const goal = objective(network, [content(target, { layers: ["relu2_1"] })]);
const how = { start: start, optimizer: adam(), steps: 100000 };
const view = live({ title: "to be stopped" });`;

test("stop ends a running loop within a second; its best image is shown, with the step at which it stopped", async () => {
  await run(prepare);
  const ran = await runAndStop(`for await (const step of minimize(goal, how)) {
  await view.update(step);
  if (step.index === 4) console.log("on");
}`, "on");
  assert.equal(ran.reply.status, "ok", ran.reply.evalue);
  assert.ok(ran.ms < 1000, `took ${ran.ms} ms`);
  const shown = ran.outputs.filter(({ type }) => type === "update_display_data").at(-1)!.content.data;
  assert.ok(shown["image/png"] ?? shown["image/jpeg"]);
  assert.match(shown["text/plain"], /to be stopped: stopped at step \d+ of 100000 in .*, loss/);
  const curves = ran.outputs.filter(({ type }) => type === "display_data").at(-1)!.content.data;
  assert.ok(curves["application/vnd.plotly.v1+json"]);
  const { text } = await run("console.log(view.history.loss.length > 3, Number.isFinite(view.best().dataSync()[0]));");
  assert.equal(text, "true true\n");
});

test("a cell of two searches, one after the other, is ended by one press, with no signal in its code", async () => {
  const ran = await runAndStop(`const first = await best(minimize(goal, { ...how }), ({ index }) => void (index === 2 && console.log("on")));
const second = await best(minimize(goal, { ...how }));
console.log(first.stopped, second.stopped);`, "on");
  assert.equal(ran.reply.status, "ok", ran.reply.evalue);
  assert.match(ran.text, /interrupted interrupted/);
  assert.ok(ran.ms < 1000, `took ${ran.ms} ms`);
});

test("a sweep of a cell is ended by one press, and keeps what is done", async () => {
  const ran = await runAndStop(`import { sweep } from "styloscope";
import { mkdtempSync } from "node:fs";
const folder = mkdtempSync(require("node:os").tmpdir() + "/sweep-");
const base = { network: { random: { width: 1 / 16 } }, contentLayers: ["relu1_1"], styleLayers: ["relu1_1"], steps: 1000000, size: 32 };
let begun = false;
const each = ({ secondsLeft }: { secondsLeft: number | undefined }): void => {
  if (secondsLeft !== undefined && !begun) console.log("on");
  begun ||= secondsLeft !== undefined;
};
const swept = await sweep({ base: base as any, over: { styleWeight: [1, 2] } }, { out: folder, workers: 1, each: each });
console.log("missing", swept.missing.length);`, "on");
  assert.equal(ran.reply.status, "ok", ran.reply.evalue ?? ran.errors.join());
  assert.match(ran.text, /missing 2/);
});

test("stop means every loop of a cell: those that begin after the press end at once, and the next cell is left alone", async () => {
  const ran = await runAndStop(`for (const name of ["a", "b", "c"]) {
  console.log("begin", name);
  const { stopped } = await best(minimize(goal, how));
  console.log("end", name, stopped);
}`);
  assert.ok(ran.ms < 1000, `took ${ran.ms} ms`);
  assert.match(ran.text, /begin a\nend a interrupted\nbegin b\nend b interrupted\nbegin c\nend c interrupted/);
  const next = await run(`const { stopped } = await best(minimize(goal, { ...how, steps: 5 })); console.log(stopped);`);
  assert.equal(next.text, "false\n");
});

test("in an unmodified tslab, too, one press ends every loop of the cell, and later cells are left alone", async () => {
  const tslab = path.resolve(__dirname, "../../../node_modules/tslab/bin/tslab");
  const spec = { ...readKernelspec(), argv: ["node", tslab, "kernel", "--config-path", "{connection_file}"] };
  const kernel = await startKernel({ spec, cwd: __dirname });
  try {
    let text = "";
    let begun!: () => void;
    const on = new Promise<void>((resolve) => (begun = resolve));
    const execute = (code: string) => kernel.execute(code, {
      onOutput({ content }) {
        text += content.text ?? "";
        if (text.includes("on\n")) begun();
      },
    });
    await execute(`${prepare}\nconst ends: unknown[] = [];`);
    // No await before the loop: a SIGINT listener added this early would let the signal end the process.
    const running = execute(`for (const name of ["a", "b", "c"]) {
  const { stopped } = await best(minimize(goal, how), ({ index }) => void (index === 2 && console.log("on")));
  ends.push(name, stopped);
}`);
    await on;
    kernel.interrupt();
    assert.equal((await running).status, "error"); // tslab gives up the cell at once, whatever its loops do
    await new Promise((resolve) => setTimeout(resolve, 1000)); // it refuses cells for a while after an error
    const after = await execute(`const { stopped } = await best(minimize(goal, { ...how, steps: 3 })); console.log(ends.join(), stopped);`);
    assert.equal(after.status, "ok");
    assert.match(text, /a,interrupted,b,interrupted,c,interrupted false/);
  } finally {
    await kernel.shutdown({ patience: 500 });
  }
});
