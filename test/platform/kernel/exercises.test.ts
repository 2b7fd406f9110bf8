// Exercises of a notebook, and its solutions edition.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import type { Cell, Notebook } from "../../../src/platform/files/notebookFile";
import { exercisesOf, solutionsEdition } from "../../../src/platform/kernel/exercises";
import { runNotebook } from "../../../src/platform/kernel/runNotebook";
import { startKernel } from "../../../src/platform/kernel/startKernel";

const cell = (cell_type: "code" | "markdown", source: string, ...tags: string[]): Cell =>
  ({ cell_type, metadata: { tags }, source, ...(cell_type === "code" && { execution_count: null, outputs: [] }) });
const notebook = (...cells: Cell[]): Notebook => ({ cells, metadata: { kernelspec: { name: "tslab" } }, nbformat: 4, nbformat_minor: 4 });
const solution = (code: string): Cell =>
  cell("markdown", `<details><summary>Solution</summary>\n\nSo:\n\n\`\`\`ts\n${code}\n\`\`\`\n\n</details>`, "solution");

const stub = "const twice = (x: number): number | undefined => undefined; // your code";
const solved = "const twice = (x: number): number => {\n  return 2 * x;\n};";
const course = notebook(
  cell("code", 'import { check } from "styloscope";'), cell("code", stub, "exercise"), cell("code", 'check("twice", twice(3), 6);'), solution(solved),
  cell("code", "const four: number | undefined = undefined;", "exercise"), cell("code", 'check("four", four, 4);'), solution("const four = 4;"),
);

test("each exercise has the solution behind it, and the solutions edition runs that code", () => {
  assert.deepEqual(exercisesOf(course, "x.ipynb"), [
    { cell: 1, solution: 3, code: solved }, { cell: 4, solution: 6, code: "const four = 4;" },
  ]);
  const edition = solutionsEdition(course, "x.ipynb");
  assert.deepEqual(edition.cells.map(({ source }, i) => source === course.cells[i].source), [true, false, true, true, false, true, true]);
  assert.deepEqual([edition.cells[1].source, edition.cells[4].source], [solved, "const four = 4;"]);
  assert.equal(course.cells[1].source, stub, "the notebook given was changed");
  assert.deepEqual(exercisesOf(notebook(cell("code", "1")), "x.ipynb"), []);
});

test("an exercise without a solution, and a solution without code or exercise, are refused with their cell", () => {
  const refused = (...cells: Cell[]) => () => exercisesOf(notebook(...cells), "x.ipynb");
  assert.throws(refused(cell("code", stub, "exercise")), /^Error: x\.ipynb: cell 1 is an exercise without a solution/);
  assert.throws(refused(cell("code", stub, "exercise"), cell("code", stub, "exercise"), solution("1")), /cell 1 is an exercise without a solution/);
  assert.throws(refused(cell("code", "1"), solution("1")), /cell 2 is tagged "solution" and no exercise is before it/);
  assert.throws(refused(cell("markdown", "1", "exercise"), solution("1")), /cell 1 is tagged "exercise" and is no code/);
  assert.throws(refused(cell("code", stub, "exercise"), cell("markdown", "no code", "solution")), /cell 2 is a solution with 0 blocks of code/);
  const two = cell("markdown", "```ts\n1\n```\n\n```ts\n2\n```", "solution");
  assert.throws(refused(cell("code", stub, "exercise"), two), /cell 2 is a solution with 2 blocks of code/);
});

test("in the real kernel the student edition says 'not yet' and runs to its end, the solutions edition is green", async () => {
  const out = path.resolve(__dirname, "../../../out");
  mkdirSync(out, { recursive: true });
  const folder = mkdtempSync(path.join(out, "test-"));   // inside the project, where cells find "styloscope"
  const file = path.join(folder, "x.ipynb");
  writeFileSync(file, JSON.stringify(course));
  const kernel = await startKernel({ cwd: folder });
  try {
    for (const [solutions, verdict, relativeError] of [[false, "not yet", null], [true, "right", 0]] as const) {
      const { notebook: { cells } } = await runNotebook(file, { solutions, kernel });
      const shown = cells.flatMap(({ outputs = [] }) => outputs).flatMap((output) => ("data" in output ? [output.data] : []));
      assert.deepEqual(shown.map((data) => data["application/vnd.styloscope.check+json"]),
        ["twice", "four"].map((label) => ({ label, verdict, relativeError })));
    }
  } finally {
    await kernel.shutdown();
    rmSync(folder, { recursive: true });
  }
});
