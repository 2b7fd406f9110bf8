// The grades of one notebook: a row for each check of each exercise, whatever the notebook does.
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { hasTag, type Notebook } from "../../src/platform/files/notebookFile";
import { exercisesOf, solutionsEdition } from "../../src/platform/kernel/exercises";
import { withAnswers, type GradedNotebook } from "./answers";
import { runLimited, type LimitedRun, type Limits } from "./runLimited";
import type { Submission } from "./submissions";

/** A notebook of the course, and the labels of the checks of each exercise. */
export interface Lesson {
  readonly name: string;
  readonly file: string;
  readonly notebook: Notebook;
  readonly labels: readonly (readonly string[])[];
}

export interface Grade {
  readonly student: string;
  readonly lesson: string;
  /** The label of the check. */
  readonly exercise: string;
  /** "failed": the code threw an error or did not compile. "not run": the notebook was ended before, or could not be read. */
  readonly verdict: "right" | "wrong" | "not yet" | "failed" | "not run";
  readonly relativeError: number | null;
  /** What went wrong, and what to look at. */
  readonly notes: string;
  readonly file: string;
}

interface RunOptions extends Limits {
  readonly signal?: AbortSignal;
}

/**
 * A lesson with the labels of its checks, which its own solutions tell.
 *
 * @throws Error where a solution does not pass its check here
 */
export async function readLesson(name: string, file: string, notebook: Notebook, options: RunOptions): Promise<Lesson> {
  const graded = withAnswers(notebook, solutionsEdition(notebook, file), file);
  const run = await inCopy(file, graded, options);
  const labels = exercisesOf(notebook, file).map((_, k) => {
    const checks = cellsOf(graded, run, k, "check").flatMap((cell) => cell.checks);
    const failure = run.ended ?? run.cells.find((cell) => cell.failure)?.failure ?? checks.find(({ verdict }) => verdict !== "right")?.label;
    if (failure !== undefined || checks.length === 0)
      throw new Error(`the solution of exercise ${k + 1} of ${file} does not pass here (${failure ?? "nothing checks it"}); try: npm run notebook -- --solutions ${file}`);
    return checks.map(({ label }) => label);
  });
  return { name, file, notebook, labels };
}

/** Runs a student's answers in the lesson's notebook. */
export async function gradeNotebook(submission: Submission, lesson: Lesson, options: RunOptions): Promise<Grade[]> {
  const { student, file, notebook } = submission;
  const rows = (one: (label: string, exercise: number) => Pick<Grade, "verdict" | "relativeError" | "notes">): Grade[] =>
    lesson.labels.flatMap((labels, k) => [...new Set(labels)].map((label) => ({ student, lesson: lesson.name, exercise: label, ...one(label, k), file })));
  const notRun = (why: string): Grade[] => rows(() => ({ verdict: "not run", relativeError: null, notes: why }));
  if (notebook instanceof Error) return notRun(notebook.message);
  let graded: GradedNotebook, run: LimitedRun;
  try {
    graded = withAnswers(lesson.notebook, notebook, lesson.file);
    run = await inCopy(lesson.file, graded, options);
  } catch (error) {
    return notRun((error as Error).message);
  }
  return rows((label, k) => {
    const [answers, checks] = [cellsOf(graded, run, k, "answer"), cellsOf(graded, run, k, "check")];
    const failure = [...answers, ...checks].find((cell) => cell.failure)?.failure;
    const shown = checks.flatMap((cell) => cell.checks).filter((check) => check.label === label);
    const notes = [
      ...(failure !== undefined ? [failure] : []), ...graded.notes[k],
      ...(answers.some((cell) => cell.checks.length > 0) ? ["shows a check of its own"] : []),
      ...(shown.length > lesson.labels[k].filter((each) => each === label).length ? [`its check was shown ${shown.length} times`] : []),
    ];
    const worst = shown.find(({ verdict }) => verdict !== "right") ?? shown[0];
    if (worst) return { verdict: worst.verdict, relativeError: worst.relativeError, notes: notes.join("; ") };
    if (run.ended === undefined || failure !== undefined) return { verdict: "failed", relativeError: null, notes: notes.join("; ") };
    return { verdict: "not run", relativeError: null, notes: [run.ended, ...notes].join("; ") };
  });
}

function cellsOf({ cells }: GradedNotebook, run: LimitedRun, exercise: number, kind: "answer" | "check"): LimitedRun["cells"] {
  return run.cells.filter((_, i) => cells[i].exercise === exercise && cells[i].kind === kind);
}

/** Runs the cells in a new folder that has a copy of the pictures beside the lesson, so that no notebook finds what another has written. */
async function inCopy(file: string, { cells }: GradedNotebook, options: RunOptions): Promise<LimitedRun> {
  const cwd = mkdtempSync(path.join(tmpdir(), "styloscope-grade-"));
  const images = path.join(path.dirname(path.resolve(file)), "images");
  try {
    if (existsSync(images)) cpSync(images, path.join(cwd, "images"), { recursive: true });
    const triedIn = (k?: number): number[] =>
      [...cells.keys()].filter((i) => cells[i].exercise === k && (cells[i].kind === "answer" || cells[i].kind === "check"));
    return await runLimited(cells.map(({ kind, code, exercise }) => (kind === "again" ? { code, ifFailed: triedIn(exercise) } : code)), { ...options, cwd });
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** Whether a notebook has something to grade. */
export const hasExercises = ({ cells }: Notebook): boolean => cells.some((cell) => hasTag(cell, "exercise"));
