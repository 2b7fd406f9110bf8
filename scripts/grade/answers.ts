// A student's answers in the lecturer's notebook: only the exercises' code is the student's, every other cell is the lecturer's.
import { type Cell, hasTag, type Notebook } from "../../src/platform/files/notebookFile";
import { exercisesOf } from "../../src/platform/kernel/exercises";
import { namesOfCell } from "../../src/platform/kernel/namesOfCell";

/**
 * A cell to run. `answer` is the student's code, the others are the lecturer's. `again` are the stub and the checks once more, for where the
 * answer or its check failed: what comes later needs the names that these cells define.
 */
export interface GradedCell {
  readonly kind: "lesson" | "answer" | "imports" | "check" | "again";
  readonly code: string;
  /** Which exercise it answers or checks, counted from 0. */
  readonly exercise?: number;
}

const longest = 100_000; // characters of an answer

export interface GradedNotebook {
  readonly cells: readonly GradedCell[];
  /** For each exercise, what the lecturer should look at in the student's code. */
  readonly notes: readonly (readonly string[])[];
}

/**
 * The cells of `lesson` up to its last check, with the answers of `student`. An exercise is found by its cell's id, or by its place among
 * the tagged cells. Code cells that the student added directly beside it belong to the answer. After each answer everything that the lesson
 * imports is imported again, so that a name which the student declared, such as `check`, is not used by the lecturer's check.
 */
export function withAnswers(lesson: Notebook, student: Notebook, file: string): GradedNotebook {
  const exercises = exercisesOf(lesson, file);
  const ids = new Set(lesson.cells.map(({ id }) => id).filter((id) => id !== undefined));
  const tagged = student.cells.filter((cell) => cell.cell_type === "code" && hasTag(cell, "exercise"));
  const cells: GradedCell[] = [];
  const notes: string[][] = [];
  let next = 0;
  const codeUntil = (end: number, kind: "lesson" | "check", exercise?: number): void => {
    for (; next < end; next++)
      if (lesson.cells[next].cell_type === "code") cells.push({ kind, code: lesson.cells[next].source, exercise });
  };
  for (const [k, { cell, solution, code }] of exercises.entries()) {
    codeUntil(cell, "lesson");
    const stub = lesson.cells[cell];
    const found = student.cells.find(({ id, cell_type }) => id !== undefined && id === stub.id && cell_type === "code")
      ?? (tagged.length === exercises.length ? tagged[k] : undefined);
    const answer = found ? besides(student.cells, found, ids) : [stub.source];
    if (answer.join().length > longest) throw new Error(`the answer to exercise ${k + 1} is longer than ${longest} characters`);
    const own = new Set([...namesOfCell(stub.source).declared, ...namesOfCell(code).declared]);
    const taken = new Set(lesson.cells.slice(0, solution).filter((each) => each.cell_type === "code" && each !== stub).flatMap(({ source }) => namesOfCell(source).declared));
    const overwritten = answer.flatMap((each) => namesOfCell(each).declared).filter((name) => taken.has(name) && !own.has(name));
    notes.push([
      ...(found ? [] : ["the exercise's cell is missing"]),
      ...(overwritten.length > 0 ? [`declares ${[...new Set(overwritten)].join(", ")}, which the lesson has`] : []),
      ...(answer.join("\n") === stub.source ? [] : suspicious(answer.join("\n"))),
    ]);
    for (const each of answer) cells.push({ kind: "answer", code: each, exercise: k });
    // One cell for the imports of each cell: two may import the same name, and one cell must not.
    for (const { source } of lesson.cells.slice(0, solution).filter(({ cell_type }) => cell_type === "code")) {
      const { imports } = namesOfCell(source);
      if (imports.length > 0) cells.push({ kind: "imports", code: imports.join("\n") });
    }
    next = cell + 1;
    codeUntil(solution, "check", k);
    const checks = lesson.cells.slice(cell + 1, solution).filter(({ cell_type }) => cell_type === "code");
    for (const { source } of [stub, ...checks]) cells.push({ kind: "again", code: source, exercise: k });
  }
  return { cells, notes };
}

/** The answer's code, with that of the cells which the student added directly before and behind it. */
function besides(cells: readonly Cell[], found: Cell, ids: ReadonlySet<string | undefined>): string[] {
  const at = cells.indexOf(found);
  const isAdded = (i: number): boolean => cells[i]?.id !== undefined && !ids.has(cells[i].id) && !hasTag(cells[i], "exercise");
  let [first, last] = [at, at];
  if (ids.has(found.id)) {
    while (isAdded(first - 1)) first--;
    while (isAdded(last + 1)) last++;
  }
  return cells.slice(first, last + 1).filter(({ cell_type }) => cell_type === "code").map(({ source }) => source);
}

/** What an answer has no need of, and what it takes to change a check from within. A hint to a reader, not a proof. */
const unusual: readonly [RegExp, string][] = [
  [/\b(?:require|eval|Function)\s*\(|\bimport\s*\(/, "loads or makes code"],
  [/\b(?:process|globalThis|global|__tslab__|tslab)\b/, "reaches for the kernel"],
  [/vnd\.styloscope\.check/, "names the data of a check"],
  [/\bprototype\b|\bdefinePropert|\bObject\.assign\b|\b(?:tf|exports)\.\w+\s*=[^=]/, "changes objects that are not its own"],
  [/\bset(?:Timeout|Interval|Immediate)\b/, "does something later"],
  [/\bimport\b[^;]*["'](?:node:)?(?:fs|child_process|http|https|net|vm|module|worker_threads)\b/, "reaches for files, programs or the network"],
];

function suspicious(code: string): string[] {
  return unusual.filter(([pattern]) => pattern.test(code)).map(([, note]) => note);
}
