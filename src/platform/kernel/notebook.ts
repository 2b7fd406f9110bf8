// Notebook files: the parts of nbformat 4 that are used here, read with clear errors and written whole or not at all.
import { readFileSync } from "node:fs";
import { writeAtomically } from "../files/writeAtomically";

/** A MIME bundle: type → text (or a JSON object for JSON types). */
export type Bundle = Record<string, unknown>;

export type Output =
  | { output_type: "stream"; name: string; text: string }
  | { output_type: "display_data"; data: Bundle; metadata: object }
  | { output_type: "execute_result"; data: Bundle; metadata: object; execution_count: number | null }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

/** A cell. `source` is one string here; files hold it as an array of lines. */
export interface Cell {
  cell_type: "code" | "markdown" | "raw";
  id?: string;
  metadata: { tags?: string[]; [key: string]: unknown };
  source: string;
  execution_count?: number | null;
  outputs?: Output[];
}

export interface Notebook {
  cells: Cell[];
  metadata: { kernelspec?: { name: string; display_name?: string; language?: string }; [key: string]: unknown };
  nbformat: 4;
  nbformat_minor: number;
}

/** Reads a notebook. Throws, naming the file, when it is missing, not JSON, or not an nbformat 4 notebook. */
export function readNotebook(file: string): Notebook {
  return parseNotebook(readText(file), file);
}

/** The notebook in `text`; `file` is its name in error messages. */
export function parseNotebook(text: string, file: string): Notebook {
  let read: any;
  try {
    read = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not a notebook: it is not JSON (${(error as Error).message}). Is it cut short?`);
  }
  if (!Array.isArray(read?.cells) || typeof read.nbformat !== "number") {
    throw new Error(`${file} is JSON but not a notebook: it has no cells or no nbformat; save it from Jupyter`);
  }
  if (read.nbformat !== 4) {
    throw new Error(`${file} has nbformat ${read.nbformat}, and only 4 is read; open it in JupyterLab and save it`);
  }
  const cells = read.cells.map((cell: any, i: number) => {
    if (!["code", "markdown", "raw"].includes(cell?.cell_type)) {
      const type = JSON.stringify(cell?.cell_type);
      throw new Error(`${file}: cell ${i + 1} has the type ${type}; a cell is code, markdown or raw`);
    }
    const outputs = cell.outputs?.map(joinOutput);
    return { ...cell, metadata: cell.metadata ?? {}, source: join(cell.source), ...(outputs && { outputs }) };
  });
  return { ...read, cells, metadata: read.metadata ?? {} };
}

/** The text of a notebook file: as Jupyter writes it, so that a re-run shows small differences. */
export function notebookText(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: splitLines(cell.source),
    ...(cell.outputs && { outputs: cell.outputs.map(splitOutput) }),
  }));
  return `${JSON.stringify(sortKeys({ ...notebook, cells }), null, 1)}\n`;
}

/** Writes a notebook, whole or not at all. */
export async function writeNotebook(file: string, notebook: Notebook): Promise<void> {
  await writeAtomically(file, notebookText(notebook));
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new Error(missing
      ? `there is no notebook ${file}; the project's own are in notebooks/`
      : `the notebook ${file} cannot be read (${(error as Error).message})`);
  }
}

const join = (text: string | string[] | undefined): string => (Array.isArray(text) ? text.join("") : text ?? "");
const splitLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+/g) ?? [];
const isText = (type: string): boolean => /^text\/|^image\/svg\+xml$|^application\/javascript$/.test(type);

function joinOutput(output: any): Output {
  if (output.output_type === "stream") return { ...output, text: join(output.text) };
  if (!output.data) return output;
  const joined = ([type, data]: [string, any]): [string, unknown] =>
    [type, Array.isArray(data) && !/json$/.test(type) ? join(data) : data];
  return { ...output, data: Object.fromEntries(Object.entries(output.data).map((entry) => joined(entry))) };
}

function splitOutput(output: Output): object {
  if (output.output_type === "stream") return { ...output, text: splitLines(output.text) };
  if (output.output_type === "error") return output;
  const split = ([type, data]: [string, unknown]): [string, unknown] =>
    [type, isText(type) && typeof data === "string" ? splitLines(data) : data];
  return { ...output, data: Object.fromEntries(Object.entries(output.data).map(split)) };
}

// Jupyter writes keys in alphabetical order.
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
