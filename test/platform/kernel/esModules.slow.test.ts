// ES modules in cells: packages with only an "import" condition, top-level await in modules, and `await import(…)`.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, test } from "node:test";
import type { ExecuteReply, Kernel } from "../../../src/platform/kernel/kernel";
import { startKernel } from "../../../src/platform/kernel/startKernel";

const folder = mkdtempSync(path.join(tmpdir(), "es-modules-"));
let kernel: Kernel;

function write(file: string, content: string | object): void {
  const at = path.join(folder, file);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, typeof content === "string" ? content : JSON.stringify(content));
}

before(async () => {
  const typed = { type: "module", exports: { types: "./index.d.ts", import: "./index.js" } };
  write("node_modules/typed/package.json", { name: "typed", version: "1.0.0", ...typed });
  write("node_modules/typed/index.js", "await 0; export const one = 1; export default function hello() { return 'hello'; }");
  write("node_modules/typed/index.d.ts", "export declare const one: number; export default function hello(): string;");
  const exported = { ".": { import: "./main.mjs" }, "./sub": { import: "./sub.mjs" }, "./bad": { import: "./bad.mjs" } };
  write("node_modules/untyped/package.json", { name: "untyped", version: "1.0.0", exports: exported });
  write("node_modules/untyped/main.mjs", "export const name = 'main';");
  write("node_modules/untyped/sub.mjs", "import { name } from './main.mjs'; export const sub = name + '/sub';");
  write("node_modules/untyped/bad.mjs", "throw new RangeError('bad module');");
  const both = { ".": { import: "./es.mjs", require: "./common.js" } };
  write("node_modules/both/package.json", { name: "both", version: "1.0.0", exports: both });
  write("node_modules/both/es.mjs", "export const form = 'es'; export const state = {};");
  write("node_modules/both/common.js", "exports.form = 'common'; exports.state = {};");
  write("local.mjs", "export const here = await Promise.resolve('here');");
  write("helper.ts", "export const helper: string = 'typescript';");
  kernel = await startKernel({ cwd: folder });
});
after(async () => {
  await kernel.shutdown();
  rmSync(folder, { recursive: true });
});

async function run(code: string): Promise<ExecuteReply & { text: string }> {
  let text = "";
  const reply = await kernel.execute(code, { onOutput: ({ content }) => (text += content.text ?? "") });
  return { ...reply, text: text.trim() };
}

const cells: Record<string, string> = {
  'import hello, { one } from "typed"; console.log(hello(), one);': "hello 1",
  'import * as typed from "typed"; console.log(typed.one, typed.default());': "1 hello",
  'import { name } from "untyped"; console.log(name);': "main",
  'import { sub } from "untyped/sub"; console.log(sub);': "main/sub",
  'const { one: uno } = await import("typed"); console.log(uno);': "1",
  'console.log((await import("untyped/sub")).sub);': "main/sub",
  'const id = "untyped"; console.log((await import(id)).name);': "main",
  'const load = () => import("typed"); console.log((await load()).default());': "hello",
  'console.log((await import("./local.mjs")).here);': "here",
  'console.log((await import("./helper")).helper);': "typescript",
  'console.log((await import("node:path")).sep, (await import("fs")).default.existsSync("/"));': "/ true",
  'console.log(typeof (await import("tslab")).display.html);': "function",
  'import { form, state } from "both"; const again = await import("both"); console.log(form, again.state === state);': "common true",
  "console.log(one + 1);": "2",
};
for (const [code, expected] of Object.entries(cells))
  test(code, async () => {
    const { status, evalue, text } = await run(code);
    assert.equal(status, "ok", evalue);
    assert.equal(text, expected);
  });

test("an ES module has its types, and one that fails fails the cell with its own error", async () => {
  assert.match((await run('import { one as two } from "typed"; const text: string = two;')).evalue!, /'number' is not assignable to type 'string'/);
  assert.equal((await run('import "untyped/bad";')).evalue, "bad module");
  assert.equal((await run('await import("untyped/bad");')).evalue, "bad module");
  assert.match((await run('await import("./none.mjs" as string);')).evalue!, /Cannot find module/);
});
