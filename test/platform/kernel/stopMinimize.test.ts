// The stop button on the library's own loop, as a reader presses it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { run, runAndStop } from "./cells";

const prepare = `import { adam, best, content, live, minimize, noise, objective, randomVgg } from "styloscope";
const eye = await randomVgg({ width: 1 / 16 });
const target = noise([64, 64], { seed: 1 });
const start = noise([64, 64], { seed: 2 });
const goal = objective(eye, [content(target, { layers: ["relu2_1"] })]);
const how = { start: start, optimizer: adam(), steps: 100000 };
const view = live({ title: "to be stopped" });`;

test("stop ends a running loop within a second; its best image is shown, and it says where it stopped", async () => {
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
