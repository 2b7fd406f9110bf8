// What to do about names that a cell uses and that are not defined: most often the cells above it were not run.
import { readNotebook } from "../files/notebookFile";
import { namesOfCell } from "./namesOfCell";
import { importOf, ownExports } from "./ownExports";

// The compiler says "namespace" of `tf` in the type `tf.Tensor`.
const unknownName = /^(?:Cannot find (?:name|namespace)|No value exists in scope for the shorthand property) '([^']+)'\.?(.*)/s;

export interface Advice {
  /** To print below the diagnostics; empty where no name is missing. */
  readonly lines: readonly string[];
  /** Whether nothing is wrong but that cells were not run: then one of the diagnostics says it for all. */
  readonly complete: boolean;
}

/**
 * Advice on the diagnostics `messages` of the cell `source`. `notebook` is the file that the kernel belongs to: its saved cells say where a
 * name is defined. Jupyter's server names it when it starts a kernel, other front ends do not.
 */
export function adviseOnMissingNames(messages: readonly string[], source: string, notebook: string | undefined = process.env.JPY_SESSION_NAME): Advice {
  const missing = new Map<string, { guessed: boolean }>();
  for (const message of messages) {
    const [, name, rest] = unknownName.exec(message) ?? [];
    if (name !== undefined) missing.set(name, { guessed: rest.includes("Did you mean") });
  }
  if (missing.size === 0) return { lines: [], complete: false };
  const definedIn = cellsAbove(source, notebook);
  const byCell = new Map<number, string[]>();
  const [library, unknown]: [string[], string[]] = [[], []];
  for (const [name, { guessed }] of missing) {
    const cell = definedIn.get(name);
    if (cell !== undefined) byCell.set(cell, [...byCell.get(cell) ?? [], name]);
    else if (ownExports().has(name)) library.push(`styloscope has it: ${importOf(name)}`);
    else if (!guessed) unknown.push(name);
  }
  const places = [...byCell].sort(([a], [b]) => a - b).map(([cell, names]) => `${are(names)} defined in cell ${cell}`);
  const lines = [
    ...library,
    ...(unknown.length > 0 ? [`${are(unknown)} not defined yet: have the cells above been run?`] : []),
    ...(places.length > 0 ? [`Run the cells above first (${places.join("; ")}).`] : []),
  ];
  return { lines, complete: messages.every((message) => definedIn.has(unknownName.exec(message)?.[1] ?? "")) };
}

/** The last code cell above `source` that defines each name, counted from 1 as Jupyter does; all cells where `source` was not saved as it is. */
function cellsAbove(source: string, file: string | undefined): Map<string, number> {
  const found = new Map<string, number>();
  const cells = codeCells(file);
  const here = cells.findIndex((cell) => cell.trim() === source.trim());
  cells.slice(0, here < 0 ? undefined : here).forEach((cell, i) => namesOfCell(cell).declared.forEach((name) => found.set(name, i + 1)));
  return found;
}

function codeCells(file: string | undefined): string[] {
  if (!file?.endsWith(".ipynb")) return [];
  try {
    return readNotebook(file).cells.filter(({ cell_type, source }) => cell_type === "code" && source.trim() !== "").map(({ source }) => source);
  } catch {
    return []; // moved or not saved yet: advice is all that is lost
  }
}

function are(names: readonly string[]): string {
  const list = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0];
  return `${list} ${names.length > 1 ? "are" : "is"}`;
}
