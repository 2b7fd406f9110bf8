// Grading without a kernel: whose notebook it is, what of it counts, and the table.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { withAnswers } from "../../../scripts/grade/answers";
import type { Grade } from "../../../scripts/grade/gradeNotebook";
import { gradesCsv, gradesHtml } from "../../../scripts/grade/gradesTable";
import { submissionsIn } from "../../../scripts/grade/submissions";
import { answered, code, lesson, notebook, right, stub } from "./course";

test("a student is the folder of the notebook, or the rest of its name", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "handed-in-"));
  const put = (file: string, text: string = JSON.stringify(lesson)): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  try {
    put("kim/03-content.ipynb"), put("kim/03-content (2).ipynb"), put("lee_03-content.ipynb"), put("group/ana/other.ipynb", "{");
    put("03-content-2.ipynb"), put("kim/.ipynb_checkpoints/03-content.ipynb"), put("kim/notes.txt");
    symlinkSync(path.join(folder, "lee_03-content.ipynb"), path.join(folder, "kim", "link_03-content.ipynb"));
    const found = submissionsIn([folder], ["03-content", "03-content-2"]);
    assert.deepEqual(found.map(({ student, lesson, file }) => [student, lesson, path.relative(folder, file)]), [
      ["group/ana", undefined, "group/ana/other.ipynb"], [path.basename(folder), "03-content-2", "03-content-2.ipynb"],
      ["kim", "03-content", "kim/03-content (2).ipynb"], ["kim", "03-content", "kim/03-content.ipynb"], ["lee", "03-content", "lee_03-content.ipynb"],
    ]);
    assert.match(String(found[0].notebook), /is not a notebook: it is not JSON/);
    assert.deepEqual(submissionsIn([path.join(folder, "kim")], ["03-content"]).map(({ student }) => student), ["kim", "kim"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const sources = (handedIn: Parameters<typeof withAnswers>[1]): string[] =>
  withAnswers(lesson, handedIn, "x.ipynb").cells.map(({ kind, code }) => `${kind}: ${code.split("\n")[0]}`);

test("of a student's notebook only the exercises' code is run, in the lecturer's notebook, up to the last check", () => {
  const changed = answered(right, "const last = 7;");
  changed.cells[1] = { ...changed.cells[1], source: "const check = () => {};" };
  changed.cells[3] = { ...changed.cells[3], source: 'check("twice", 6, 6);' };
  const imports = 'imports: import { check } from "styloscope";';
  assert.deepEqual(sources(changed), [
    'lesson: import { check } from "styloscope";', `answer: ${right}`, imports, 'check: check("twice", twice(three), 6);',
    `again: ${stub}`, 'again: check("twice", twice(three), 6);',
    "answer: const last = 7;", imports, 'check: check("last", last, six + 1);',
    "again: const last: number | undefined = undefined;", 'again: check("last", last, six + 1);',
  ]);
});

test("cells that a student added beside an exercise belong to its answer, others do not", () => {
  const { cells } = answered("const twice = helped;");
  const handedIn = notebook(code("x", "const far = 1;"), ...cells.slice(0, 2), code("y", "const helped = (x: number) => 2 * x;"), ...cells.slice(2, 4),
    code("z", "const after = 1;"), ...cells.slice(4));
  assert.deepEqual(sources(handedIn).filter((line) => line.startsWith("answer")),
    ["answer: const helped = (x: number) => 2 * x;", "answer: const twice = helped;", "answer: const last: number | undefined = undefined;"]);
});

test("an exercise is found by its place where ids are lost, and one that is gone is its stub", () => {
  const withoutIds = answered(right);
  assert.ok(sources({ ...withoutIds, cells: withoutIds.cells.map(({ id: _, ...cell }) => cell) }).includes(`answer: ${right}`));
  const gone = withAnswers(lesson, notebook(lesson.cells[0]), "x.ipynb");
  assert.deepEqual([gone.cells[1].code, gone.notes], [stub, [["the exercise's cell is missing"], ["the exercise's cell is missing"]]]);
});

test("what an answer does to the lesson's names, or reaches for, is noted", () => {
  const notesOf = (answer: string): string => withAnswers(lesson, answered(answer), "x.ipynb").notes[0].join("; ");
  assert.equal(notesOf(right), "");
  assert.equal(notesOf("const check = (...all: unknown[]) => {}, twice = 1;"), "declares check, which the lesson has");
  assert.equal(notesOf("const { a: { three } } = x; function twice() {}"), "declares three, which the lesson has");
  assert.equal(notesOf('import { gram as check } from "styloscope";'), "declares check, which the lesson has");
  assert.match(notesOf('process.exit(); require("fs");'), /loads or makes code; reaches for the kernel/);
  assert.match(notesOf("tf.mean = () => 6;"), /changes objects that are not its own/);
  assert.match(notesOf('display.raw("application/vnd.styloscope.check+json", {})'), /names the data of a check/);
  assert.throws(() => notesOf("x".repeat(1e6)), /the answer to exercise 1 is longer than 100000 characters/);
});

const grade = (changes: Partial<Grade>): Grade =>
  ({ student: "kim", lesson: "03", exercise: "gram", verdict: "right", relativeError: 1e-7, notes: "", file: "kim/03.ipynb", ...changes });

test("the CSV quotes what it has to, and nothing in it is a formula", () => {
  assert.equal(gradesCsv([grade({ student: '=HYPERLINK("x")', notes: "a, b\nc" }), grade({ student: "@x", verdict: "not yet", relativeError: null })]), [
    "student,notebook,exercise,verdict,relative error,notes,file",
    '"\'=HYPERLINK(""x"")",03,gram,right,1e-7,"a, b\nc",kim/03.ipynb', "'@x,03,gram,not yet,,,kim/03.ipynb", "",
  ].join("\r\n"));
});

test("in the page everything that a student wrote is text, and its policy allows no script", async () => {
  const html = await gradesHtml([grade({ student: "<img src=x onerror=alert(1)>", notes: '"><script>x()</script>', file: '"onload="x' })]);
  assert.doesNotMatch(html, /<script|<img|"onload/);
  assert.match(html, /&lt;script&gt;x\(\)/);
  assert.match(html, /script-src 'none'/);
  assert.match(html, /1 student, 1 check, 1 right/);
});
