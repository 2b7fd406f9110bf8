// `{ rate }` with a name from an earlier cell, which tslab 1.0.22 compiles to a name that does not exist.
import assert from "node:assert/strict";
import { test } from "node:test";
import { expandShorthand } from "../../../src/platform/kernel/expandShorthand";
import { run } from "./cells";

test("a shorthand property may name a variable, a function or an import of an earlier cell", async () => {
  await run(`import { sep } from "node:path";
const rate = 3; let steps = 7; function f() { return 1; }`);
  const { reply, text } = await run(`const [a, { b: { steps: inner } }] = [{ rate, sep, f }, { b: { steps } }];
console.log(a.rate, a.sep, a.f(), inner, ((options: { rate: number }) => options.rate)({ rate }));`);
  assert.equal(reply.status, "ok", reply.evalue);
  assert.equal(text.trim(), "3 / 1 7 3");
});

test("an error keeps its line below a shorthand property", async () => {
  await run("const rate2 = 1;");
  const { errors } = await run(`const made = { rate2 };

throw new Error("here");`);
  assert.match(errors[0], /→ +3 throw new Error/);
});

test("only shorthand properties with names of earlier cells are expanded, not patterns, not names of this cell", () => {
  const previous = "declare const rate: number; declare let größe: string;";
  const same = ["const { rate } = x;", "f({ own });", "// { rate }", '"{ rate }"', "const rate = (rate) => { rate };", "({ rate = 1 } = x);"];
  for (const source of same) assert.equal(expandShorthand(source, previous), source);
  assert.equal(expandShorthand("f({ rate, größe, own }, [{ rate }]);", previous), "f({ rate: rate, größe: größe, own }, [{ rate: rate }]);");
});
