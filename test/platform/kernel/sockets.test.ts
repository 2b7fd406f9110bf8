// No output of a cell is lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "./cells";

test("a cell that makes 700 displays in a plain loop delivers 700, in order", async () => {
  const { reply, outputs } = await run(`import { display } from "tslab";
for (let i = 0; i < 700; i++) display.text(\`\${i}\`);`);
  assert.equal(reply.status, "ok");
  const shown = outputs.map(({ content }) => content.data["text/plain"]);
  assert.deepEqual(shown, Array.from({ length: 700 }, (_, i) => `${i}`));
});

test("a cell that logs 700 lines in a plain loop delivers 700, in order", async () => {
  const { text } = await run("for (let i = 0; i < 700; i++) console.log(i);");
  assert.equal(text, Array.from({ length: 700 }, (_, i) => `${i}\n`).join(""));
});

test("printed lines, errors and displays keep their order", async () => {
  const { outputs } = await run(`import { display } from "tslab";
console.log("a"); display.text("b"); console.error("c"); console.log("d"); display.text("e");`);
  const said = outputs.map(({ content }) => content.text?.trim() ?? content.data["text/plain"]);
  assert.deepEqual(said, ["a", "b", "c", "d", "e"]);
});

test("what a blocked cell prints arrives while it is blocked", async () => {
  let arrived = 0;
  const { text } = await run(`console.log("early");
const until = Date.now() + 600;
while (Date.now() < until) {}
console.log(Date.now());`, ({ content }) => (arrived ||= content.text.startsWith("early") ? Date.now() : 0));
  const ended = Number(text.split("\n")[1]);
  assert.ok(arrived < ended, `"early" arrived ${arrived - ended} ms after the cell's last line`);
});
