// Notebook files: the parts of nbformat 4 that are used here, read with clear errors and written whole or not at all.
import { readSmallFile } from "./regularFile";
import { writeAtomically } from "./writeAtomically";

/** nbformat stores text as one string or as a list of lines that keep their line ends. */
export type NotebookText = string | readonly string[];

/** A MIME bundle: type → text (or a JSON object for JSON types). */
export type Bundle = Record<string, unknown>;

/** An output as any program may have written it. Loose on purpose: each of them leaves something out. */
export interface NotebookOutput {
  output_type: string;
  name?: string;
  text?: NotebookText;
  data?: Bundle;
  metadata?: object;
  ename?: string;
  evalue?: string;
  traceback?: readonly string[];
}

/** A cell as any program may have written it. */
export interface NotebookCell {
  cell_type: string;
  source: NotebookText;
  metadata?: Record<string, unknown>;
  attachments?: Record<string, Record<string, unknown>>;
  execution_count?: number | null;
  outputs?: readonly NotebookOutput[];
}

/** A notebook as any program may have written it. */
export interface NotebookJson {
  cells: readonly NotebookCell[];
  metadata?: Record<string, unknown>;
}

/** An output of a notebook that was read or run: its texts are single strings. */
export type Output =
  | { output_type: "stream"; name: string; text: string }
  | { output_type: "display_data"; data: Bundle; metadata: object }
  | { output_type: "execute_result"; data: Bundle; metadata: object; execution_count: number | null }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

/** A cell of a notebook that was read or run. */
export interface Cell extends NotebookCell {
  cell_type: "code" | "markdown" | "raw";
  id?: string;
  metadata: { tags?: string[]; [key: string]: unknown };
  source: string;
  outputs?: Output[];
}

export interface Notebook extends NotebookJson {
  cells: Cell[];
  metadata: { kernelspec?: { name: string; display_name?: string; language?: string }; [key: string]: unknown };
  nbformat: 4;
  nbformat_minor: number;
}

/** Largest notebook that is read, in bytes: a string cannot be much longer. */
const largestFile = 500e6;

/** Reads a notebook. Throws, naming the file, when it is missing, not JSON, or not an nbformat 4 notebook. */
export function readNotebook(file: string): Notebook {
  let read: any;
  const text = readText(file);
  try {
    read = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not a notebook: it is not JSON (${(error as Error).message}). Is it cut short?`);
  }
  if (!Array.isArray(read?.cells) || typeof read.nbformat !== "number")
    throw new Error(`${file} is JSON but not a notebook: it has no cells or no nbformat; save it from Jupyter`);
  if (read.nbformat !== 4)
    throw new Error(`${file} has nbformat ${read.nbformat}, and only 4 is supported; open it in JupyterLab and save it`);
  for (const [part, value] of [["metadata", read.metadata], ["a kernelspec", read.metadata?.kernelspec], ["a language_info", read.metadata?.language_info]])
    if (value !== undefined && !isTable(value))
      throw new Error(`${file} has ${part} that ${part === "metadata" ? "are" : "is"} no table; open it in JupyterLab and save it again`);
  const cells = read.cells.map((cell: any, i: number) => {
    if (!["code", "markdown", "raw"].includes(cell?.cell_type))
      throw new Error(`${file}: cell ${i + 1} has the type ${JSON.stringify(cell?.cell_type)}; a cell is code, markdown or raw`);
    checkCell(`${file}: cell ${i + 1}`, cell);
    const outputs = cell.outputs?.map(joinOutput);
    return { ...cell, metadata: cell.metadata ?? {}, source: joined(cell.source), ...(outputs && { outputs }) };
  });
  return { ...read, cells, metadata: read.metadata ?? {} };
}

function isTable(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Throws, beginning with `place`, where a part of the cell has not the kind that nbformat gives it. */
function checkCell(place: string, { source, metadata, outputs, attachments }: any): void {
  const fail = (what: string, expected: string): never => {
    throw new Error(`${place} has ${what}; expected ${expected}: open the notebook in JupyterLab and save it again`);
  };
  const isNotebookText = (value: unknown): boolean =>
    typeof value === "string" || (Array.isArray(value) && value.every((line) => typeof line === "string"));
  if (source !== undefined && !isNotebookText(source)) fail("a source that is no text", "a string or a list of lines");
  if (metadata !== undefined && !isTable(metadata)) fail("metadata that are no table", "an object");
  if (metadata?.tags !== undefined && !Array.isArray(metadata.tags)) fail("tags that are no list", "a list of strings");
  if (attachments !== undefined && !(isTable(attachments) && Object.values(attachments).every(isTable)))
    fail("attachments that are no table", "an object of MIME bundles");
  if (outputs !== undefined && !Array.isArray(outputs)) fail("outputs that are no list", "a list");
  (outputs ?? []).forEach((output: any, i: number) => {
    if (!isTable(output) || typeof output.output_type !== "string") fail(`an output ${i + 1} without a type`, "an object with output_type");
    if (output.data !== undefined && !isTable(output.data)) fail(`an output ${i + 1} whose data are no table`, "a MIME bundle");
    if (output.traceback !== undefined && !Array.isArray(output.traceback)) fail(`an output ${i + 1} whose traceback is no list`, "a list of lines");
  });
}

/** Whether a cell has a tag, such as "parameters". */
export function hasTag({ metadata }: Cell, tag: string): boolean {
  return (metadata.tags ?? []).includes(tag);
}

/** Writes a notebook, whole or not at all, laid out as Jupyter does, so that a second run shows small differences. */
export async function writeNotebook(file: string, notebook: Notebook): Promise<void> {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: splitLines(cell.source),
    ...(cell.outputs && { outputs: cell.outputs.map(splitOutput) }),
  }));
  await writeAtomically(file, `${JSON.stringify(sortKeys({ ...notebook, cells }), null, 1)}\n`);
}

/** One string from either form of nbformat text; anything else becomes its JSON. */
export function joined(text: unknown): string {
  if (typeof text === "string") return text;
  if (Array.isArray(text)) return text.join("");
  return text === undefined || text === null ? "" : JSON.stringify(text, null, 2);
}

function readText(file: string): string {
  try {
    return readSmallFile(file, largestFile, "a notebook").toString("utf8");
  } catch (error) {
    if (error instanceof RangeError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new Error(missing
      ? `there is no notebook ${file}; the project's notebooks are in notebooks/`
      : `the notebook ${file} cannot be read (${(error as Error).message})`);
  }
}

const splitLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+/g) ?? [];
const isText = (type: string): boolean => /^text\/|^image\/svg\+xml$|^application\/javascript$/.test(type);

function joinOutput(output: any): Output {
  if (output.output_type === "stream") return { ...output, text: joined(output.text) };
  if (!output.data) return output;
  return { ...output, data: mapBundle(output.data, (type, data) => (Array.isArray(data) && !/json$/.test(type) ? joined(data) : data)) };
}

function splitOutput(output: Output): object {
  if (output.output_type === "stream") return { ...output, text: splitLines(output.text) };
  if (output.output_type === "error") return output;
  return { ...output, data: mapBundle(output.data, (type, data) => (isText(type) && typeof data === "string" ? splitLines(data) : data)) };
}

function mapBundle(bundle: Bundle, change: (type: string, data: unknown) => unknown): Bundle {
  return Object.fromEntries(Object.entries(bundle).map(([type, data]) => [type, change(type, data)]));
}

// Jupyter writes keys in alphabetical order.
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
