// A cell that is run before the cells above it says which of them to run.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { adviseOnMissingNames } from "../../../src/platform/kernel/missingNames";
import { namesOfCell } from "../../../src/platform/kernel/namesOfCell";
import { startKernel } from "../../../src/platform/kernel/startKernel";

const sources = [
  'import { tf, gram as paper } from "styloscope";\nimport * as all from "node:fs";',
  "const { shape: [height, width] } = photo, size = 3;\nfunction later() { const inner = 1; }\ntype Rows = number[];",
  "tf.zeros([height, widht]);\nconst again: tf.Scalar = { size };\nphoto;",
  "const photo = 1, size = 4;",
];
const missing = (name: string, more = ""): string => `Cannot find name '${name}'.${more}`;
let [folder, file] = ["", ""];

before(() => {
  folder = mkdtempSync(path.join(tmpdir(), "missing-"));
  file = path.join(folder, "lesson.ipynb");
  const cells = [
    { cell_type: "markdown", metadata: {}, source: "# const photo = 1" },
    ...["", ...sources].map((source) => ({ cell_type: "code", metadata: {}, source, execution_count: null, outputs: [] })),
  ];
  writeFileSync(file, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 4 }));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("a cell's names are those of its variables, functions, types and imports, at its top only", () => {
  assert.deepEqual(sources.map((source) => namesOfCell(source).declared), [
    ["tf", "paper", "all"], ["height", "width", "size", "later", "Rows"], ["again"], ["photo", "size"]]);
  assert.deepEqual(namesOfCell(sources[0]).imports, sources[0].split("\n"));
  assert.deepEqual(namesOfCell("class A {}\nenum B { one }\ninterface C {}\nconst [, d = 2, ...e] = f;").declared, ["A", "B", "C", "d", "e"]);
});

test("names that cells above define are told with those cells, before any other advice", () => {
  const messages = [missing("tf"), missing("height"), missing("size"), missing("photo"), missing("height")];
  assert.deepEqual(adviseOnMissingNames(messages, sources[2], file), { complete: false, lines: [
    "photo is not defined yet: have the cells above been run?",
    "Run the cells above first (tf is defined in cell 1; height and size are defined in cell 2)."] });
  assert.deepEqual(adviseOnMissingNames([missing("gramMatrix"), missing("photo")], "edited, and not saved", file).lines, [
    'styloscope has it: import { gramMatrix } from "styloscope";', "Run the cells above first (photo is defined in cell 4)."]);
  const also = (more: string): boolean => adviseOnMissingNames([missing("tf"), missing("size"), ...(more ? [more] : [])], sources[2], file).complete;
  assert.deepEqual(["", "Type 'number' is not assignable to type 'string'.", missing("photo")].map(also), [true, false, false]);
});

test("a name that no notebook tells is asked about, unless the compiler has guessed which was meant", () => {
  const both = [missing("photo"), missing("widht", " Did you mean 'width'?")];
  for (const nowhere of ["", "photo-without-a-file", path.join(folder, "not-saved.ipynb")])
    assert.deepEqual(adviseOnMissingNames(both, sources[2], nowhere).lines, ["photo is not defined yet: have the cells above been run?"]);
  assert.deepEqual(adviseOnMissingNames(["Type 'number' is not assignable to type 'string'."], sources[2], file), { lines: [], complete: false });
});

test("the kernel that Jupyter started for a notebook ends the error of a cell with the cells to run", async () => {
  const kernel = await startKernel({ cwd: folder, env: { JPY_SESSION_NAME: file } });
  try {
    const { status, traceback } = await kernel.execute(sources[2]);
    const lines = stripVTControlCharacters(traceback!.join("\n")).split("\n");
    assert.equal(status, "error");
    assert.match(lines[0], /Cannot find name 'tf'/);
    assert.match(lines.at(-1)!, /^Run the cells above first \(tf is defined in cell 1; height and size are defined in cell 2\)\.$/);
    const only = stripVTControlCharacters((await kernel.execute("tf.zeros([height, size]);")).traceback!.join("\n"));
    assert.equal(only.split("Cannot find name").length - 1, 1, only);
    assert.match(only, /→ +1 tf.zeros[^]*Run the cells above first/);
    await kernel.execute("const width = 4;");
    const guessed = (await kernel.execute("widht;")).traceback!.join("\n");
    assert.match(guessed, /Did you mean 'width'\?/);
    assert.doesNotMatch(guessed, /have the cells above/);
  } finally {
    await kernel.shutdown();
  }
});
