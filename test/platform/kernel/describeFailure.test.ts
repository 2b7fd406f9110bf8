// Errors reach the front end as errors, with the line of the cell as it was written.
import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "./cells";

test("a cell that does not compile is an error with the line of every diagnostic", async () => {
  const ran = await run(`const one = 1;
const two: string = 2;

nobody();`);
  assert.equal(ran.reply.status, "error");
  assert.equal(ran.reply.ename, "CompileError");
  assert.equal(ran.reply.evalue, "cell line 2: Type 'number' is not assignable to type 'string'.");
  const [message] = ran.errors;
  assert.match(message, /→ +2 const two: string = 2;/);
  assert.match(message, /cell line 4: Cannot find name 'nobody'/);
  assert.equal(ran.text, "", "the error is also printed");
});

test("a throw is an error with the TypeScript line, although types and blank lines before it are gone", async () => {
  const ran = await run(`interface Shape {
  side: number;
}

type A = Shape;
const s: A = { side: 1 };
throw new RangeError(\`side \${s.side}\`);`);
  const { reply } = ran;
  assert.deepEqual([reply.status, reply.ename, reply.evalue], ["error", "RangeError", "side 1"]);
  const [message, ...more] = ran.errors;
  assert.deepEqual(more, [], "more than one error message");
  assert.match(message, /line 7\n/);
  assert.match(message, /→ +7 throw new RangeError/);
  assert.equal(ran.text, "", "the error is also printed");
  assert.deepEqual(ran.outputs.at(-1)!.content.traceback, reply.traceback);
});

test("a throw after an await is an error with its line", async () => {
  const ran = await run(`await new Promise((r) => setTimeout(r, 1));

const late: number = 3;
if (late > 2) throw new Error('late');`);
  assert.match(ran.errors[0], /^Error: late\nin cell \[\d+\], line 4\n/);
});

test("a throw in a loop over an async generator is an error with its line", async () => {
  const ran = await run(`async function* count() {
  yield 1;
  throw new Error('at two');
}
for await (const n of count()) await n;`);
  assert.match(ran.errors[0], /^Error: at two\nin cell \[\d+\], line 3\n/);
});

test("a throw in a function of an earlier cell names that cell's line and this cell's", async () => {
  const first = (await run(`
function half(x: number): number {
  if (x % 2) throw new TypeError(\`odd \${x}\`);
  return x / 2;
}`)).reply;
  const second = await run(`const a = half(2);
half(a);`);
  const [message] = second.errors;
  assert.match(message, new RegExp(`in cell \\[${first.execution_count}\\], line 3\\n`));
  assert.match(message, new RegExp(`in cell \\[${second.reply.execution_count}\\], line 2\\n`));
  assert.match(message, /→ +2 half\(a\);/);
  assert.doesNotMatch(message, /tslab\/dist|node:vm/, "frames of what runs the cell");
});

test("a throw in a function of the same cell, or of a loss in it, names the line that called it", async () => {
  const { errors: [local] } = await run(`function half(x: number): number {
  throw new Error(\`odd \${x}\`);
}
const two = 2;
[half].map((f) => f(two));`);
  assert.match(local, /^Error: odd 2\nin cell \[\d+\], line 2\n[^]*in cell \[\d+\], line 5\n[^]*→ +5 \[half\]/);
  const { errors: [lost] } = await run(`import { content, minimize, noise, objective, randomVgg } from "styloscope";
const image = noise([16, 16]);
const loss = { name: "mine", prepare: (f) => f.clone(), distance: () => {
  throw new Error("no distance");
} };
const goal = objective(await randomVgg({ width: 1 / 16 }), [content(image, { loss, layers: ["relu1_1"] })]);
for await (const step of minimize(goal, { start: image })) console.log(step.loss);`);
  assert.match(lost, /no distance\nin cell \[\d+\], line 4\n[^]*in cell \[\d+\], line 7\n[^]*→ +7 for await/);
});

test("every function of cells that was on the way is named, a recursion once", async () => {
  const { reply: { execution_count: first } } = await run(`const inner = (x: number): number => { throw new Error("here"); };
const middle = (x: number): number => inner(x);
const down = (n: number): number => n === 0 ? middle(n) : down(n - 1);
const endless = (n: number): number => endless(n + 1) + 1;`);
  const lines = (text: string): string[] => [...text.matchAll(/in cell \[(\d+)\], line (\d+)/g)].map(([, cell, line]) => `${Number(cell) - first!}:${line}`);
  const { errors: [deep] } = await run("const n = 150;\ndown(n);");
  assert.deepEqual(lines(deep), ["0:1", "0:2", "0:3", "1:2"]);
  const { errors: [overflow] } = await run("\nendless(0);");
  assert.match(overflow, /^RangeError: Maximum call stack/);
  assert.deepEqual(lines(overflow), ["0:4", "2:2"]);
});

test("a promise that failed before the cell awaited it: the line is said to be unknown", async () => {
  await run(`async function fail(): Promise<void> {
  await null;
  throw new Error("early");
}`);
  const { errors, reply } = await run(`const p = fail();
p.catch(() => {});
await new Promise((r) => setTimeout(r, 5));
await p;`);
  assert.match(errors[0], new RegExp(`line 3\n[^]*\ncalled from cell \\[${reply.execution_count}\\]; its line is unknown`));
});

test("a failing library call names the cell's line", async () => {
  const ran = await run(`import { readFile } from "node:fs/promises";
const name = "no such file";
await readFile(name);`);
  assert.equal(ran.reply.evalue, "ENOENT: no such file or directory, open 'no such file'");
  assert.match(ran.errors[0], /line 3\n/);
});

test("a stack that a cell prints has the cell's lines too", async () => {
  const { text, reply } = await run(`type T = 1;

try {
  throw new Error('shown');
} catch (error) {
  console.log((error as Error).stack);
}`);
  assert.match(text, new RegExp(`cell \\[${reply.execution_count}\\]:4:`));
});

test("a thrown value that is not an Error is shown, with the reason why there is no line", async () => {
  const ran = await run("throw { code: 7 };");
  assert.equal(ran.reply.evalue, "{ code: 7 }");
  assert.match(ran.errors[0], /not an Error/);
});

test("the next cell runs after an error, at once", async () => {
  await run("throw new Error('first');");
  const { reply, text } = await run("console.log('second');");
  assert.deepEqual([reply.status, text], ["ok", "second\n"]);
});

test("a rejected promise that nothing awaits is printed with its line and fails no cell", async () => {
  const { reply, text } = await run(`
void Promise.reject(new Error('stray'));
await new Promise((r) => setTimeout(r, 30));`);
  assert.equal(reply.status, "ok");
  assert.match(text, /Error: stray\n +at cell \[\d+\]:2:/);
});

test("a promise where a value is expected: the source is quoted once, and the message suggests an await", async () => {
  const { errors } = await run(`function later(): Promise<number> { return Promise.resolve(1); }
const late = later();
const now: number = late;`);
  assert.equal(errors[0].split("→   3 const now").length - 1, 1, errors[0]);
  assert.match(errors[0], /Is an `await` missing where this value was created\?/);
});

test("an error deep in a library still has the cell's line", async () => {
  const { errors } = await run(`const library = new Function(
  "const go = (n) => { if (n === 0) throw new Error('deep'); return go(n - 1); }; return go(30);");

library();`);
  assert.match(errors[0], /→ +4 library\(\);/);
});

test("a rejected promise that nothing awaits does not end a kernel in which the engine runs", async () => {
  await run(`import { engine } from "styloscope"; await engine();`);
  const { reply } = await run(`Promise.reject(new Error("nobody waits")); 1`);
  assert.equal(reply.status, "ok");
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal((await run("console.log(1 + 1)")).text, "2\n");
});
