// The page for people from Python: its TypeScript and its Python give what they say, and every row of its table has the shape that it says.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { before, describe, it } from "node:test";
import { inspect } from "node:util";
import * as library from "../../src";
import { blocks, inlineCode, read, runnable, table, typecheck } from "../documents";

const page = read("notebooks/typescript-for-python.md");
const { tf } = library;
before(() => library.engine());

const samples = blocks(page, "ts").map((code, i) => ({ name: `sample ${i + 1}`, code }));
const { errors } = typecheck(samples.map(({ name, code }) => ({ name, code: `${code}export {};\n` })));

describe("its TypeScript", () => {
  for (const { name, code } of samples) {
    it(`${name} compiles`, () => assert.deepEqual(errors.get(name), []));
    it(`${name} gives what it says`, async () => {
      const said = [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, text]) => text);
      const given: unknown[] = [];
      // A line with an arrow is one expression.
      const noted = code.replace(/^(.*);\s*\/\/ → .*$/gm, "note($1);");
      await new Function("require", "note", runnable(noted))(() => library, (value: unknown) => given.push(value));
      assert.deepEqual(given.map((value) => inspect(value)), said);
    });
  }
});

const python = spawnSync("python3", ["--version"]).status === 0;
describe("its Python", { skip: python ? false : "no python3 found" }, () => {
  for (const [i, code] of blocks(page, "python").entries())
    it(`sample ${i + 1} gives what it says`, () => {
      const said = [...code.matchAll(/# → (.*)$/gm)].map(([, text]) => text).join("\n");
      const { stdout, stderr } = spawnSync("python3", ["-c", code.replace(/^(.*?)\s*# → .*$/gm, "print(repr(($1)))")], { encoding: "utf8" });
      assert.equal(stdout.trim(), said, stderr);
    });
});

describe("its table of tensors", () => {
  const rows = table(page, "NumPy, PyTorch");
  it("has rows", () => assert.ok(rows.length > 15));
  for (const [numpy, code, shape] of rows)
    it(`${numpy} has the shape [${shape}]`, () => tf.tidy(() => {
      const names = { tf, x: tf.tensor2d([[1, 2], [3, 4]]), a: tf.ones([2]), b: tf.zeros([2]), F: tf.range(0, 60).reshape([5, 4, 3]) };
      for (const piece of inlineCode(code)) {
        const value = new Function(...Object.keys(names), `return ${piece}`)(...Object.values(names));
        if (value instanceof tf.Tensor) assert.equal(value.shape.join(", "), shape, piece);
        else assert.deepEqual(value, [2, 2]);
      }
    }));
});
