// The stop button.
import assert from "node:assert/strict";
import { test } from "node:test";
import { interrupt, run, runAndStop, type Ran } from "./cells";

test("stop ends an asynchronous loop within a second, as Interrupted", async () => {
  const ran = await runAndStop(`console.log("on");
while (true) await new Promise((r) => setTimeout(r, 5));`);
  assert.equal(ran.reply.ename, "Interrupted");
  assert.equal(ran.errors.length, 1);
  assert.ok(ran.ms < 1000, `took ${ran.ms} ms`);
});

test("stop ends a synchronous endless loop within a second, as Interrupted", async () => {
  const ran = await runAndStop(`console.log("on");
while (true) {}`);
  assert.deepEqual([ran.reply.ename, ran.errors.length], ["Interrupted", 1]);
  assert.ok(ran.ms < 1000, `took ${ran.ms} ms`);
});

test("a loop that listens for SIGINT ends by itself, shows its last result, and its cell is ok", async () => {
  // The listener is added before the first await, where Node would let the next SIGINT end the process.
  const ran = await runAndStop(`let go = true;
process.once("SIGINT", () => (go = false));
console.log("on");
while (go) await new Promise((r) => setTimeout(r, 20));
await new Promise((r) => setTimeout(r, 200));
console.log("best so far");`);
  assert.equal(ran.reply.status, "ok");
  assert.match(ran.text, /best so far/);
  assert.ok(ran.ms < 1000, `took ${ran.ms} ms`);
});

test("a loop that listens for SIGINT and continues is given up within a second", async () => {
  const ran = await runAndStop(`process.once("SIGINT", () => {});
console.log("on");
while (true) await new Promise((r) => setTimeout(r, 20));`);
  assert.equal(ran.reply.ename, "Interrupted");
  assert.ok(ran.ms < 1000, `took ${ran.ms} ms`);
});

test("the names of a cell that was given up are known to the next, one that was thrown away is not", async () => {
  await runAndStop(`const reached = 41;
console.log("on");
await new Promise(() => {});
const missed = 1;`);
  assert.equal((await run("console.log(reached + 1, missed);")).text, "42 undefined\n");
  await run("const later = reached;");
  await run("throw 1;");
  assert.equal((await run("console.log(reached, later);")).text, "41 41\n");
});

/** A cell that takes a second or more to compile, and then does not end. */
const long = `${Array.from({ length: 800 }, (_, i) => `const v${i} = [${i}, "x", { a: ${i} }] as const;`).join("\n")}
console.log("it runs");
await new Promise(() => {});`;

/** Runs a cell and presses stop while it is compiled; again every 5 seconds, so that a press that is lost fails the test and does not hang it. */
async function runAndStopEarly(code: string): Promise<{ reply: Ran["reply"]; text: string; presses: number }> {
  let presses = 0;
  const press = (): void => {
    presses++;
    interrupt();
  };
  setTimeout(press, 200);
  const again = setInterval(press, 5000);
  const { reply, text } = await run(code).finally(() => clearInterval(again));
  return { reply, text, presses };
}

test("a press while a cell is compiled ends it before it runs", async () => {
  await run("1");
  const { reply, text, presses } = await runAndStopEarly(long);
  assert.deepEqual([reply.ename, text, presses], ["Interrupted", "", 1]);
});

test("a module that such a cell was the first to import is there for the next", async () => {
  await run("/** @module other */\nexport const answer = 42;");
  const { reply } = await runAndStopEarly(`import { answer } from "./other";\n${long}`);
  assert.equal(reply.ename, "Interrupted");
  assert.equal((await run('import { answer } from "./other";\nconsole.log(answer);')).text, "42\n");
});

test("stop does nothing to an idle kernel, and the next cell runs", async () => {
  interrupt();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const { reply, text } = await run("console.log('still here');");
  assert.deepEqual([reply.status, text], ["ok", "still here\n"]);
});
