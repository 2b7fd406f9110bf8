// Answers to the exercises of a notebook, and what its checks say of them. Its code runs in this process instead of a kernel: that is quick
// enough to try many.
import * as path from "node:path";
import * as ts from "typescript";
import * as library from "../../src";
import { readNotebook } from "../../src/platform/files/notebookFile";
import { exercisesOf } from "../../src/platform/kernel/exercises";
import { withParameters } from "../../src/platform/kernel/parameters";
import { folder, small } from "./committed";

/**
 * Runs `file` up to the checks of its last exercise, with the solutions, and tries other answers on the way: `answers[k]` are those to its
 * exercise k, code that stands in the place of the exercise's cell. Returns the messages of the checks for each: for the stub, the solution, and the answers.
 */
export async function tryAnswers(
  file: string, answers: readonly (readonly string[])[],
): Promise<string[][][]> {
  const notebook = withParameters(readNotebook(path.join(folder, file)), small[file] ?? {}, file);
  const [{ cells }, exercises] = [notebook, exercisesOf(notebook, file)];
  const codeOf = (from: number, to: number): string[] =>
    cells.slice(from, to).filter((cell) => cell.cell_type === "code").map(({ source }) => source);

  const written: string[] = [];
  let next = 0;
  for (const [k, { cell, solution, code }] of exercises.entries()) {
    const checks = codeOf(cell + 1, solution).join("\n");
    const tried = [cells[cell].source, code, ...answers[k] ?? []].map((answer) => `{ begin(${k});\n${answer}\n${checks}\n}`);
    written.push(...codeOf(next, cell), ...tried, `begin();\n${code}`);
    next = cell + 1;
  }
  // Each cell is a block inside the one before, so that it may declare a name again.
  const nested = written.map((code) => `{\n${code.replace(/^import [^;]+;/gm, "")}`).join("\n") + "}".repeat(written.length);
  const { outputText } = ts.transpileModule(
    `${written.join("\n").match(/^import [^;]+;/gm)!.join("\n")}\nexport default async (begin: any, check: any, console: any) => {${nested}};`,
    { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });

  const messages: string[][][] = exercises.map(() => []);
  let current: string[] = [];
  const begin = (k?: number): void => {
    current = [];
    if (k !== undefined) messages[k].push(current);
  };
  const check = (...args: Parameters<typeof library.check>): library.Verdict => {
    const verdict = library.check(...args);
    current.push(verdict.message);
    return verdict;
  };
  const exported: { default?: (...args: unknown[]) => Promise<void> } = {};
  const shown = { ...library, show: async () => undefined };
  new Function("require", "exports", outputText)((name: string) => (name === "styloscope" ? shown : require(name)), exported);
  const before = process.cwd();
  process.chdir(folder); // as the kernel does
  await exported.default!(begin, check, { log: () => undefined }).finally(() => process.chdir(before));
  return messages;
}
