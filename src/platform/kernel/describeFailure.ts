// What a reader is told when a cell fails: a name, a sentence, and the cell's own line with the source beside it.
// tslab prints failures on stderr and sends no `error` message; this makes the content of one.
import { inspect } from "node:util";
import path from "node:path";
import type { SourceMaps, CellPlace } from "./sourceMaps";

/** One complaint of the TypeScript compiler. `line` and `column` count from 1; `file` is empty for the cell itself. */
export interface Problem {
  file: string;
  line: number;
  column: number;
  message: string;
}

export type Failure =
  | { kind: "compile"; problems: Problem[] }
  | { kind: "thrown"; error: unknown }
  | { kind: "interrupted" };

/** The content of a Jupyter `error` message, and the same fields of an `execute_reply`. */
export interface ErrorContent {
  ename: string;
  evalue: string;
  traceback: string[];
}

const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;
const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`;
const gray = (text: string): string => `\u001b[90m${text}\u001b[39m`;
const mostFrames = 4;
const mostProblems = 5;

/** Describes why cell number `cell` failed. */
export function describeFailure(failure: Failure, cell: number, maps: SourceMaps): ErrorContent {
  if (failure.kind === "compile") return describeProblems(failure.problems, cell, maps);
  if (failure.kind === "interrupted") {
    return content("Interrupted", "the cell was stopped", []);
  }
  return describeThrown(failure.error, cell, maps);
}

function describeProblems(problems: Problem[], cell: number, maps: SourceMaps): ErrorContent {
  const [first] = problems;
  const where = (problem: Problem): string => `${problem.file || "cell"} line ${problem.line}`;
  // The compiler explains one mistake in several messages for one place: the source is quoted once, below them.
  const lines: string[] = [];
  problems.slice(0, mostProblems).forEach((problem, i, told) => {
    if (i > 0) lines.push(red(`${where(problem)}: ${problem.message}`));
    const next = told[i + 1];
    const again = next?.file === problem.file && next.line === problem.line && next.column === problem.column;
    if (problem.file === "" && !again) lines.push(...quote({ cell, line: problem.line, column: problem.column }, maps));
  });
  const more = problems.length - mostProblems;
  if (more > 0) lines.push(gray(`and ${more} more`));
  if (problems.some(({ message }) => message.includes("Promise<"))) {
    lines.push("Is an `await` missing where this value was made?");
  }
  return content("CompileError", `${where(first)}: ${first.message}`, lines);
}

function describeThrown(error: unknown, cell: number, maps: SourceMaps): ErrorContent {
  if (!(error instanceof Error)) {
    const text = typeof error === "string" ? error : inspect(error, { depth: 2 });
    return content("Thrown", text, [gray("(not an Error, so its line is not known: throw new Error(…) keeps it)")]);
  }
  const { places, library } = readStack(error, cell, maps);
  const inner = places[0];
  // The line in the cell that was run, when the error was thrown by a function of an earlier cell.
  const outer = places.find((place) => place.cell === cell);
  const lines = inner ? [heading(inner), ...quote(inner, maps)] : [gray(`cell [${cell}]`)];
  if (outer && inner && outer.cell !== inner.cell) lines.push(heading(outer), ...quote(outer, maps));
  lines.push(...library.slice(0, mostFrames).map((frame) => gray(`    at ${frame}`)));
  if (library.length > mostFrames) lines.push(gray(`    … and ${library.length - mostFrames} more library frames`));
  const { cause } = error;
  if (cause !== undefined) lines.push(`caused by ${cause instanceof Error ? cause : inspect(cause)}`);
  const advice = tslabAdvice(error, maps.source(cell));
  if (advice) lines.push(advice);
  return content(error.name || "Error", error.message, lines);
}

/** What to write instead, where tslab misreads an await at the top of a cell. */
function tslabAdvice(error: Error, source: string): string | undefined {
  if (error.name === "SyntaxError" && /\bfor\s+await\b/.test(source)) {
    return "tslab notices a `for await` at the top of a cell only when its body awaits too: "
      + "`for await (const step of …) await view.update(step);`";
  }
  if (error.message === "await is not defined") {
    return "tslab reads `await (…)` as a call of a function named await: write `const result = await f();`";
  }
  return undefined;
}

function content(ename: string, evalue: string, lines: string[]): ErrorContent {
  return { ename, evalue, traceback: [`${bold(red(ename))}: ${evalue}`, ...lines] };
}

/** The cell places in an error's stack, innermost first, and the library frames before the first of them. */
function readStack(error: Error, cell: number, maps: SourceMaps): { places: CellPlace[]; library: string[] } {
  const stack = maps.rewrite(error.stack ?? "");
  const places: CellPlace[] = [];
  const library: string[] = [];
  // V8 has no frame for code it could not parse; Node puts the place before the message.
  const unparsed = /^(?:evalmachine\.<anonymous>|styloscope-cell-\d+):(\d+)\n/.exec(error.stack ?? "");
  if (error.name === "SyntaxError" && unparsed) places.push(maps.place(cell, Number(unparsed[1]), 1));
  for (const line of stack.split("\n")) {
    const frame = /^\s+at (.*)$/.exec(line)?.[1];
    if (frame === undefined) continue;
    const found = /cell \[(\d+)\](?::(\d+):(\d+))?/.exec(frame);
    if (found) places.push(placeOf(found));
    else if (places.length === 0 && !/\(?node:|\/tslab\/dist\//.test(frame)) library.push(shorten(frame));
  }
  return { places, library };
}

function placeOf([, cell, line, column]: RegExpExecArray): CellPlace {
  if (line === undefined) return { cell: Number(cell) };
  return { cell: Number(cell), line: Number(line), column: Number(column) };
}

// Library paths are shown from the last node_modules or from the project's root: short, and the same on every machine.
function shorten(frame: string): string {
  const root = path.resolve(__dirname, "../../..") + path.sep;
  return frame.replaceAll("file://", "").replace(/[^\s(]*[\\/]node_modules[\\/]/, "").replaceAll(root, "");
}

function heading(place: CellPlace): string {
  return place.line === undefined ? `in cell [${place.cell}]` : `in cell [${place.cell}], line ${place.line}`;
}

/** The line itself between its neighbors, with an arrow before it and a caret under the column. */
function quote(place: CellPlace, maps: SourceMaps): string[] {
  if (place.line === undefined) return [];
  const source = maps.source(place.cell).split("\n");
  const from = Math.max(1, place.line - 1);
  const to = Math.min(source.length, place.line + 1);
  const quoted: string[] = [];
  for (let n = from; n <= to; n++) {
    const mark = n === place.line ? red("→") : " ";
    quoted.push(`${mark} ${gray(String(n).padStart(3))} ${source[n - 1]}`);
    if (n === place.line && place.column) quoted.push(`      ${" ".repeat(place.column - 1)}${red("^")}`);
  }
  return quoted;
}
