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
  assert.equal(ran.reply.ename, "Interrupted", ran.reply.evalue);
  assert.ok(ran.ms < 1000, `took ${ran.ms} ms`);
  const shown = ran.outputs.filter(({ type }) => type === "update_display_data").at(-1)!.content.data;
  assert.ok(shown["image/png"] ?? shown["image/jpeg"]);
  assert.match(shown["text/plain"], /to be stopped: stopped at step \d+ of 100000 in .*, loss/);
  const curves = ran.outputs.filter(({ type }) => type === "display_data").at(-1)!.content.data;
  assert.ok(curves["application/vnd.plotly.v1+json"]);
  const { text } = await run("console.log(view.history.loss.length > 3, Number.isFinite(view.best().dataSync()[0]));");
  assert.equal(text, "true true\n");
});

test("a cell of two searches, one after the other, is ended by one press: the first one's best is reachable, no start is", async () => {
  const ran = await runAndStop(`const first = await best(minimize(goal, { ...how }), ({ index }) => void (index === 2 && console.log("on")));
const second = await best(minimize(goal, { ...how }));
console.log("went on");`, "on");
  assert.equal(ran.reply.ename, "Interrupted", ran.reply.evalue);
  assert.equal(ran.text, "on\n");
  assert.ok(ran.ms < 1000, `took ${ran.ms} ms`);
  const next = await run("console.log(first.stopped, first.image.shape.join(), typeof second);");
  assert.equal(next.text, "interrupted 64,64,3 undefined\n", next.reply.evalue);
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
  assert.equal(ran.reply.ename, "Interrupted", ran.errors.join());
  assert.match(ran.text, /missing 2/);
  assert.equal((await run("console.log(swept.missing.length);")).text, "2\n");
});

test("transfer and coarseToFine end their cell as interrupted, and their best is reachable", async () => {
  await run(`import { coarseToFine, transfer } from "styloscope";
const tell = ({ index }: { index: number }) => void (index === 2 && console.log("on"));`);
  const cells = {
    moved: "const moved = await transfer(network, start, target, { steps: 100000, each: tell });",
    grown: `const grown = await best(coarseToFine(network, goal.terms, { start: start, sizes: [32, 64], steps: 100000 }), tell);`,
  };
  for (const [name, code] of Object.entries(cells)) {
    const ran = await runAndStop(code, "on");
    assert.equal(ran.reply.ename, "Interrupted", ran.errors.join());
    const next = await run(`console.log(${name}.stopped, ${name}.image.shape.length);`);
    assert.equal(next.text, "interrupted 3\n", next.reply.evalue);
  }
});

test("stop means every loop of a cell: those that begin after the press do not, and the next cell is left alone", async () => {
  const ran = await runAndStop(`for (const name of ["a", "b", "c"]) {
  console.log("begin", name);
  const { stopped } = await best(minimize(goal, how));
  console.log("end", name, stopped);
}`);
  assert.ok(ran.ms < 1000, `took ${ran.ms} ms`);
  assert.equal(ran.text, "begin a\nend a interrupted\nbegin b\n");
  assert.equal(ran.reply.ename, "Interrupted");
  const next = await run(`const { stopped } = await best(minimize(goal, { ...how, steps: 5 })); console.log(stopped);`);
  assert.equal(next.text, "false\n");
});

test("in an unmodified tslab, too, one press ends the loop and lets no other begin, and later cells are left alone", async () => {
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
    assert.match(text, /a,interrupted false/);
  } finally {
    await kernel.shutdown({ patience: 500 });
  }
});
