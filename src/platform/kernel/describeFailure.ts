// The error message of a cell that failed: a name, a sentence, and the line of the cell with the source around it.
// tslab prints failures on stderr and sends no `error` message; this is the content of one.
import { inspect } from "node:util";
import * as path from "node:path";
import { adviseOnMissingNames } from "./missingNames";
import type { CellPosition, SourceMaps } from "./sourceMaps";

/** One diagnostic of the TypeScript compiler. `line` and `column` count from 1; `file` is empty for the cell itself. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type Failure =
  | { readonly kind: "compile"; readonly problems: readonly Problem[] }
  | { readonly kind: "thrown"; readonly error: unknown }
  | { readonly kind: "interrupted" };

/** The content of a Jupyter `error` message, and the same fields of an `execute_reply`. */
export interface ErrorContent {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: string[];
}

const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;
const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`;
const gray = (text: string): string => `\u001b[90m${text}\u001b[39m`;
const mostFrames = 4;
const mostCallers = 3;
const mostProblems = 5;

/** Describes why cell number `cell` failed. */
export function describeFailure(failure: Failure, cell: number, maps: SourceMaps): ErrorContent {
  if (failure.kind === "compile") return describeProblems(failure.problems, cell, maps);
  if (failure.kind === "interrupted") return content("Interrupted", "the cell was stopped", []);
  return describeThrown(failure.error, cell, maps);
}

function describeProblems(problems: readonly Problem[], cell: number, maps: SourceMaps): ErrorContent {
  const [first] = problems;
  const where = (problem: Problem): string => `${problem.file || "cell"} line ${problem.line}`;
  const advice = adviseOnMissingNames(problems.map(({ file, message }) => (file === "" ? message : "")), maps.source(cell));
  const told = advice.complete ? [first] : problems.slice(0, mostProblems);
  // The compiler explains one mistake in several messages with one position: the source is quoted once, below them.
  const lines: string[] = [];
  told.forEach((problem, i, all) => {
    if (i > 0) lines.push(red(`${where(problem)}: ${problem.message}`));
    const next = all[i + 1];
    const repeated = next?.file === problem.file && next.line === problem.line && next.column === problem.column;
    if (problem.file === "" && !repeated) lines.push(...quote({ cell, line: problem.line, column: problem.column }, maps));
  });
  const more = problems.length - mostProblems;
  if (more > 0 && !advice.complete) lines.push(gray(`and ${more} more`));
  lines.push(...advice.lines);
  if (problems.some(({ message }) => message.includes("Promise<")))
    lines.push("Is an `await` missing where this value was created?");
  return content("CompileError", `${where(first)}: ${first.message}`, lines);
}

function describeThrown(error: unknown, cell: number, maps: SourceMaps): ErrorContent {
  if (!(error instanceof Error)) {
    const text = typeof error === "string" ? error : inspect(error, { depth: 2 });
    return content("Thrown", text, [gray("(not an Error, so its line is unknown: throw new Error(…) instead)")]);
  }
  const { positions, library } = readStack(error, cell, maps);
  const [inner, ...callers] = positions;
  const lines = inner ? [heading(inner), ...quote(inner, maps)] : [gray(`cell [${cell}]`)];
  // Who called it, up to the line of the cell that was run.
  const last = callers.map((position) => position.cell).lastIndexOf(cell);
  const between = callers.slice(0, last < 0 ? mostCallers : last);
  for (const caller of between.slice(0, mostCallers)) lines.push(heading(caller), ...quote(caller, maps, 0));
  if (between.length > mostCallers) lines.push(gray(`    … ${between.length - mostCallers} more calls`));
  if (last >= 0) lines.push(heading(callers[last]), ...quote(callers[last], maps));
  else if (inner && inner.cell !== cell) lines.push(gray(`called from cell [${cell}]; its line is unknown, for it had gone on when this failed`));
  lines.push(...library.slice(0, mostFrames).map((frame) => gray(`    at ${frame}`)));
  if (library.length > mostFrames) lines.push(gray(`    … and ${library.length - mostFrames} more library frames`));
  const { cause } = error;
  if (cause !== undefined) lines.push(`caused by ${cause instanceof Error ? cause : inspect(cause)}`);
  return content(error.name || "Error", error.message, lines);
}

function content(ename: string, evalue: string, lines: string[]): ErrorContent {
  return { ename, evalue, traceback: [`${bold(red(ename))}: ${evalue}`, ...lines] };
}

/** The lines of cells in an error's stack, innermost first, each recursion once, and the library frames before the first of them. */
function readStack(error: Error, cell: number, maps: SourceMaps): { positions: CellPosition[]; library: string[] } {
  const stack = maps.rewrite(error.stack ?? "");
  const positions: CellPosition[] = [];
  const library: string[] = [];
  // V8 has no frame for code it could not parse; Node puts the position before the message.
  const unparsed = /^(?:evalmachine\.<anonymous>|styloscope-cell-\d+):(\d+)\n/.exec(error.stack ?? "");
  if (error.name === "SyntaxError" && unparsed) positions.push(maps.position(cell, Number(unparsed[1]), 1));
  for (const line of stack.split("\n")) {
    const frame = /^\s+at (.*)$/.exec(line)?.[1];
    if (frame === undefined) continue;
    const found = /cell \[(\d+)\](?::(\d+):(\d+))?/.exec(frame);
    if (found) positions.push(positionOf(found));
    else if (positions.length === 0 && !/\(?node:|\/tslab\/dist\//.test(frame)) library.push(shorten(frame));
  }
  const isSameLine = (a: CellPosition, b: CellPosition | undefined): boolean => a.cell === b?.cell && a.line === b.line;
  return { positions: positions.filter((position, i) => !isSameLine(position, positions[i - 1])), library };
}

function positionOf([, cell, line, column]: RegExpExecArray): CellPosition {
  if (line === undefined) return { cell: Number(cell) };
  return { cell: Number(cell), line: Number(line), column: Number(column) };
}

// Library paths are shown from the last node_modules or from the project's root: short, and the same on every machine.
function shorten(frame: string): string {
  const root = path.resolve(__dirname, "../../..") + path.sep;
  return frame.replaceAll("file://", "").replace(/[^\s(]*[\\/]node_modules[\\/]/, "").replaceAll(root, "");
}

function heading({ cell, line }: CellPosition): string {
  return line === undefined ? `in cell [${cell}]` : `in cell [${cell}], line ${line}`;
}

/** The line between its neighbors, `around` on each side, with an arrow before it and a caret under the column. */
function quote({ cell, line, column }: CellPosition, maps: SourceMaps, around = 1): string[] {
  if (line === undefined) return [];
  const source = maps.source(cell).split("\n");
  const from = Math.max(1, line - around);
  const to = Math.min(source.length, line + around);
  const quoted: string[] = [];
  for (let n = from; n <= to; n++) {
    const mark = n === line ? red("→") : " ";
    quoted.push(`${mark} ${gray(String(n).padStart(3))} ${source[n - 1]}`);
    if (n === line && column) quoted.push(`      ${" ".repeat(column - 1)}${red("^")}`);
  }
  return quoted;
}
