// `await` at the top of a cell, in every form that JavaScript has.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hasTopLevelAwait } from "../../../src/platform/kernel/topLevelAwait";
import { run } from "./cells";

/** What each form prints after it has run. */
const forms: Record<string, string> = {
  "for await (const n of two()) list.push(n);": "1,2",
  "for await (const n of two()) { list.push(n); }": "1,2",
  "if (true) for await (const n of two()) list.push(n);": "1,2",
  "let n: number; for await (n of two()) list.push(n);": "1,2",
  "await (later(3));": "3",
  "const three: number = await (later(3)) + 1;": "3",
  "await (async () => { list.push(5); })();": "5",
  "(await (later(3))).toFixed();": "3",
  "await [later(1)];": "1",
  "await\nlater(4);": "4",
  "await `${list.push(7)}`;": "7",
  "await !list.push(8);": "8",
  "list.push(await (later(1)), await (later(2)));": "1,2,1,2",
  "try { await (later(1)); } finally { list.push(2); }": "1,2",
};

test("a cell may await whatever JavaScript lets a module await, with nothing else in it", async () => {
  await run(`let list: (number | string)[] = [];
async function* two() { yield 1; yield 2; }
async function later(n: number): Promise<number> { list.push(n); return n; }`);
  for (const [form, printed] of Object.entries(forms)) {
    await run("list.length = 0;");
    const { reply } = await run(form);
    assert.equal(reply.status, "ok", `${form}: ${reply.ename} ${reply.evalue}`);
    const { text } = await run("console.log(list.join());");
    assert.equal(text.trim(), printed, form);
  }
});

test("a value awaited in parentheses has its type, and a later cell has the value", async () => {
  await run("const parenthesized = await (Promise.resolve(6));");
  assert.equal((await run("console.log(parenthesized * 7);")).text, "42\n");
  const wrong = await run("const text: string = await (Promise.resolve(6));");
  assert.match(wrong.reply.evalue!, /Type 'number' is not assignable to type 'string'/);
});

test("the product's main sentence: the losses of a search, in one line", async () => {
  await run(`import { content, minimize, noise, objective, randomVgg } from "styloscope";
const losses: number[] = [];
const network = await randomVgg({ width: 1 / 16 });
const goal = objective(network, [content(noise([32, 32], { seed: 1 }), { layers: ["relu1_1"] })]);
const start = noise([32, 32], { seed: 2 });`);
  const { reply } = await run("for await (const s of minimize(goal, { start: start, steps: 3 })) losses.push(s.loss);");
  assert.equal(reply.status, "ok", reply.evalue);
  assert.equal((await run("console.log(losses.length, losses[3] < losses[0]);")).text, "4 true\n");
});

test("an error in the body of a `for await` has its line", async () => {
  const { errors } = await run(`async function* ones() { yield 1; }
for await (const n of ones())
  if (n === 1) throw new Error("one");`);
  assert.match(errors[0], /→ +3 {3}if \(n === 1\)/);
});

test("an await inside a function, a string or a comment is none of the cell's", () => {
  const without = ["async () => await (f());", "async function* g() { for await (const x of y()) yield x; }", '"await (x)";',
    "// await (x)", "const o = { async m() { await [1]; } };", "class A { async m() { await (1); } }", "f(await_);"];
  for (const source of without) assert.equal(hasTopLevelAwait(source), false, source);
  for (const source of Object.keys(forms)) assert.equal(hasTopLevelAwait(source), true, source);
});
