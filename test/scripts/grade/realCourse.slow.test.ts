// `npm run grade` on two notebooks of the course, as they are but for their sizes, with six students: each has the rows that he or she deserves.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { run } from "../../../scripts/grade";
import { type Notebook, readNotebook, writeNotebook } from "../../../src/platform/files/notebookFile";
import { type Exercise, exercisesOf } from "../../../src/platform/kernel/exercises";
import { withParameters } from "../../../src/platform/kernel/parameters";
import { folder as notebooks, small } from "../../notebooks/committed";
import { wrongAnswers } from "../../notebooks/wrongAnswers";

const lessons = ["04-gram.ipynb", "05-by-hand.ipynb"];

/** What a student writes for exercise k; undefined leaves the stub. */
type Student = (exercise: Exercise, k: number, file: string) => string | undefined;
const all = Object.entries<Student>({
  ada: ({ code }) => code,
  ben: () => undefined,
  cyd: (_, k, file) => wrongAnswers[file][k][0][0],
  dan: ({ code }, k) => (k === 0 ? 'throw new Error("no idea");' : code),
  eva: ({ code }, k) => (k === 0 ? code : "for (;;) {}"),
  fay: ({ code }, k) => (k === 0 ? code : 'for (let i = 0; i < 1000; i++) console.log("x".repeat(1e6));'),
});

let folder: string;
let rows: string[][];

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "class-"));
  for (const name of ["course", ...all.map(([student]) => `in/${student}`)]) mkdirSync(path.join(folder, name), { recursive: true });
  for (const file of lessons) {
    const lesson = readNotebook(path.join(notebooks, file));
    await writeNotebook(path.join(folder, "course", file), withParameters(lesson, small[file], file));
    for (const [student, answer] of all) await writeNotebook(path.join(folder, "in", student, file), handedIn(lesson, file, answer));
  }
  const code = await run([path.join(folder, "in"), "--course", path.join(folder, "course"), "--out", folder, "--seconds", "90"]);
  assert.equal(code, 0);
  rows = readFileSync(path.join(folder, "grades.csv"), "utf8").trim().split("\r\n").slice(1).map((line) => line.split(","));
});
after(() => rmSync(folder, { recursive: true, force: true }));

function handedIn(lesson: Notebook, file: string, answer: Student): Notebook {
  const cells = [...lesson.cells];
  for (const [k, exercise] of exercisesOf(lesson, file).entries())
    cells[exercise.cell] = { ...cells[exercise.cell], source: answer(exercise, k, file) ?? cells[exercise.cell].source };
  return { ...lesson, cells };
}

/** The verdicts of a student's checks in a lesson, in the lesson's order. */
const of = (student: string, lesson: string): string[] =>
  rows.filter(([name, notebook]) => name === student && `${notebook}.ipynb` === lesson).map(([, , , verdict]) => verdict);

for (const file of lessons) {
  test(`${file}: right and empty answers are right and not yet, each check in a row`, () => {
    assert.ok(of("ada", file).length >= 2);
    assert.deepEqual(of("ada", file), of("ada", file).map(() => "right"));
    assert.deepEqual(of("ben", file), of("ada", file).map(() => "not yet"));
  });

  test(`${file}: wrong answers are wrong, and one that throws costs its own exercise`, () => {
    // In 05's second exercise the velocity is right, and the step goes uphill.
    assert.deepEqual(of("cyd", file), file === "04-gram.ipynb" ? ["wrong", "wrong"] : ["wrong", "right", "wrong", "wrong"]);
    assert.deepEqual(of("dan", file), ["failed", ...of("ada", file).slice(1)]);
  });

  test(`${file}: a loop without an end and a gigabyte of text cost what comes behind them`, () => {
    const behind = ["right", ...of("ada", file).slice(1).map(() => "not run")];
    assert.deepEqual(of("eva", file), behind);
    assert.deepEqual(of("fay", file), behind);
  });
}

test("the notes say why, and the page has every row", () => {
  const notes = (student: string): string => rows.filter(([name]) => name === student).map((row) => row.slice(5).join()).join("\n");
  assert.match(notes("dan"), /Error: no idea/);
  assert.match(notes("eva"), /took more than 90 s/);
  assert.match(notes("fay"), /(printed|sent a message of) more than 20 MB/);
  const page = readFileSync(path.join(folder, "grades.html"), "utf8");
  assert.equal(page.split("<tr><td>").length - 1, rows.length);
});
