// Parameters of a notebook, set from outside.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cell, Notebook } from "../../../src/platform/files/notebookFile";
import { parseSettings, withParameters } from "../../../src/platform/kernel/parameters";

const code = (source: string, ...tags: string[]): Cell =>
  ({ cell_type: "code", id: "c", metadata: { tags }, source, execution_count: null, outputs: [] });
const notebook = (...cells: Cell[]): Notebook => ({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
const settings = `// what may be set
const steps = 300, weight: number = -1e-4;
const name = "photo" as "photo" | "noise";
const fast = false;
const layers = ["relu1_1"];`;

test("parameters are the consts of the tagged cell, with the kind of their values", () => {
  const given = notebook(code("const other = 1;"), code(settings, "parameters"));
  const become = (set: Record<string, string>): string => withParameters(given, set, "x.ipynb").cells[2].source;
  // The same text is a number, a string or, where a value is of no one kind, whatever it reads as.
  assert.equal(become({ steps: "7", weight: "7", name: "7", layers: "7" }), [
    "const steps = 7;", "const weight = 7;", 'const name = "7";', "const layers = 7;",
  ].join("\n"));
  assert.throws(() => become({ fast: "7" }), /fast is true or false/);
  assert.throws(() => become({ other: "7" }), /It has steps, weight, name, fast, layers$/);
});

test("set parameters go into a tagged cell right after, as literals of the right kind", () => {
  const before = notebook(code(settings, "parameters"), code("rest"));
  const set = { steps: "50", weight: "1e-3", name: "12", fast: "true", layers: '["relu2_1"]' };
  const after = withParameters(before, set, "x.ipynb");
  assert.deepEqual(after.cells.map((cell) => cell.metadata.tags), [["parameters"], ["injected-parameters"], []]);
  assert.equal(after.cells[1].source, [
    "const steps = 50;", "const weight = 0.001;", 'const name = "12";', "const fast = true;",
    'const layers = ["relu2_1"];',
  ].join("\n"));
  assert.equal(before.cells.length, 2, "the notebook given was changed");
});

test("setting again replaces what was injected, and setting nothing changes nothing", () => {
  const once = withParameters(notebook(code(settings, "parameters")), { steps: "1" }, "x.ipynb");
  const twice = withParameters(once, { steps: "2" }, "x.ipynb");
  assert.deepEqual(twice.cells.map((cell) => cell.source), [settings, "const steps = 2;"]);
  assert.equal(withParameters(once, {}, "x.ipynb"), once);
});

test("an unknown parameter is refused with the nearest name and all names", () => {
  const given = notebook(code(settings, "parameters"));
  assert.throws(() => withParameters(given, { step: "1" }, "x.ipynb"),
    /x\.ipynb has no parameter step; did you mean steps\? It has steps, weight, name, fast, layers/);
  assert.throws(() => withParameters(notebook(code("1")), { step: "1" }, "x.ipynb"), /x\.ipynb takes no parameters/);
});

test("a value of the wrong kind is refused", () => {
  const given = notebook(code(settings, "parameters"));
  const setting = (set: Record<string, string>) => () => withParameters(given, set, "x.ipynb");
  assert.throws(setting({ steps: "many" }), /the parameter steps is a number, .*got "many"/);
  assert.throws(setting({ steps: "" }), /steps is a number/);
  assert.throws(setting({ steps: "NaN" }), /steps is a number/);
  assert.throws(setting({ fast: "1" }), /fast is true or false; got "1"/);
});

test("a string with quotes and line ends stays one string", () => {
  const value = 'a "b" \\ ${c}\n`d`';
  const cell = withParameters(notebook(code(settings, "parameters")), { name: value }, "x.ipynb").cells[1];
  assert.equal(new Function(`${cell.source}; return name;`)(), value);
});

test("--set words are split at the first =, and a word without one is refused", () => {
  assert.deepEqual(parseSettings(["a=1", "b=x=y", "c="]), { a: "1", b: "x=y", c: "" });
  assert.throws(() => parseSettings(["steps"]), /--set needs name=value, got "steps"/);
  assert.throws(() => parseSettings(["=3"]), /--set needs name=value/);
});
