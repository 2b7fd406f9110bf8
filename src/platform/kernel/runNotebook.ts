// Running a notebook without Jupyter: every code cell in order through the real kernel, its outputs collected.
import { existsSync } from "node:fs";
import * as path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type Cell, type Notebook, type Output, readNotebook } from "../files/notebookFile";
import { solutionsEdition } from "./exercises";
import { foldOutputs } from "./foldOutputs";
import type { ExecuteReply, Kernel, KernelOutput } from "./kernel";
import { jupyterPath, readKernelspec } from "./kernelspec";
import { withParameters } from "./parameters";
import { scrubber, scrubOutput } from "./scrub";
import { firstWords, lastLine, type Progress } from "./showProgress";
import { startKernel } from "./startKernel";

export interface ExecutedNotebook {
  readonly notebook: Notebook;
  /** Seconds that the whole run took, and each of its code cells. */
  readonly seconds: number;
  readonly cellSeconds: readonly number[];
}

/** A cell failed, the kernel died in it, or the run was stopped in it. `notebook` has the outputs up to and including that cell. */
export class CellFailure extends Error {
  override readonly name = "CellFailure";
  constructor(
    readonly cell: number,
    readonly ename: string,
    readonly evalue: string,
    readonly traceback: readonly string[],
    readonly notebook: Notebook,
    file: string,
  ) {
    const what = traceback.length > 0 ? stripVTControlCharacters(traceback.join("\n")) : `${ename}: ${evalue}`;
    super(`cell ${cell} of ${file} failed: ${what}`);
  }
}

/**
 * `set`: parameters, name → value. `solutions`: runs the solutions edition. `signal`: stops the run. `kernel`: a running one to use; it is left
 * running.
 */
export interface RunOptions {
  readonly solutions?: boolean;
  readonly set?: Readonly<Record<string, string>>;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
  readonly kernel?: Kernel;
}

/**
 * Runs a notebook's code cells in the notebook's folder and resolves with the executed notebook. Rejects with a `CellFailure`
 * at the first cell that fails, in which the kernel dies or `signal` aborts, and with a plain error when the notebook or a
 * parameter is wrong or the kernel cannot start. Nothing is written: see `writeNotebook`.
 */
export async function runNotebook(
  file: string,
  { set = {}, solutions = false, onProgress = () => {}, signal, kernel }: RunOptions = {},
): Promise<ExecutedNotebook> {
  const source = readNotebook(file);
  const notebook = withoutOutputs(withParameters(solutions ? solutionsEdition(source, file) : source, set, file));
  const codeCells = notebook.cells.filter((cell) => cell.cell_type === "code" && cell.source.trim() !== "");
  const started = Date.now();
  const progress: Progress = { done: 0, cells: codeCells.length, cell: 0, label: "starting the kernel", seconds: 0 };
  const report = (changes: Partial<Progress>): void =>
    onProgress(Object.assign(progress, changes, { seconds: (Date.now() - started) / 1000 }));
  report({});
  const used = kernel ?? (await start(notebook, file, signal));
  const fold = foldOutputs();
  const cellSeconds: number[] = [];
  try {
    for (const [i, cell] of codeCells.entries()) {
      const cellStarted = Date.now();
      fold.into(cell.outputs!);
      report({ cell: i + 1, done: i, label: firstWords(cell), latest: undefined });
      const reply = await runCell(used, cell, signal, (output) => {
        fold.add(output);
        report({ latest: lastLine(output) ?? progress.latest });
      });
      cell.execution_count = i + 1;
      cellSeconds.push((Date.now() - cellStarted) / 1000);
      if (reply.status === "ok" && !signal?.aborted) continue;
      const { ename = "Error", evalue = "the cell failed" } = signal?.aborted
        ? { ename: "Interrupted", evalue: "the run was stopped" }
        : errorOf(reply, cell);
      // A kernel that is gone or was given up reports no error itself.
      if (cell.outputs!.at(-1)?.output_type !== "error")
        cell.outputs!.push({ output_type: "error", ename, evalue, traceback: [`${ename}: ${evalue}`] });
      throw new CellFailure(i + 1, ename, evalue, reply.traceback ?? [], scrubbed(notebook), path.basename(file));
    }
    report({ done: codeCells.length, label: "done", latest: undefined });
    const finished = withKernelMetadata(scrubbed(notebook), used);
    return { notebook: finished, seconds: (Date.now() - started) / 1000, cellSeconds };
  } finally {
    if (!kernel) await used.shutdown({ patience: signal?.aborted ? 500 : 3000 });
  }
}

async function start(notebook: Notebook, file: string, signal: AbortSignal | undefined): Promise<Kernel> {
  const { name } = notebook.metadata.kernelspec ?? { name: "tslab" };
  if (!["tslab", "typescript", "styloscope"].includes(name))
    throw new Error(`${file} needs the kernel "${name}", and only "tslab" is available; change its kernel in JupyterLab`);
  const launcher = path.resolve(jupyterPath, "../../../../dist/platform/kernel/launch.js");
  if (!existsSync(launcher)) throw new Error("the kernel is not built; run: npm run build");
  const env = { STYLOSCOPE_UNAWAITED: "fail" };
  return startKernel({ spec: readKernelspec(), cwd: path.dirname(path.resolve(file)), env, signal });
}

/** Runs one cell. When `signal` aborts, the cell is interrupted, and given up if it does not end within 2 s. */
async function runCell(
  kernel: Kernel,
  cell: Cell,
  signal: AbortSignal | undefined,
  onOutput: (output: KernelOutput) => void,
): Promise<ExecuteReply> {
  const stopped: ExecuteReply = { status: "aborted", ename: "Interrupted", evalue: "the run was stopped" };
  if (signal?.aborted) return stopped;
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => {};
  const aborted = new Promise<ExecuteReply>((resolve) => {
    onAbort = () => {
      kernel.interrupt();
      timer = setTimeout(() => resolve(stopped), 2000);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
  });
  try {
    const died = (error: Error): ExecuteReply => ({ status: "error", ename: "KernelDied", evalue: error.message });
    return await Promise.race([kernel.execute(cell.source, { onOutput }).catch(died), aborted]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

// An unmodified tslab prints what went wrong on stderr only.
function errorOf(reply: ExecuteReply, cell: Cell): Pick<ExecuteReply, "ename" | "evalue"> {
  if (reply.ename) return reply;
  const printed = cell.outputs!.filter((output) => output.output_type === "stream" && output.name === "stderr");
  const text = printed.map((output) => (output as Extract<Output, { text: string }>).text).join("").trim();
  return { ename: "Error", evalue: text || undefined };
}

function withoutOutputs(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell): Cell =>
    cell.cell_type === "code" ? { ...cell, execution_count: null, outputs: [] } : cell);
  return { ...notebook, cells };
}

function scrubbed(notebook: Notebook): Notebook {
  const scrub = scrubber();
  const cells = notebook.cells.map((cell) =>
    cell.outputs ? { ...cell, outputs: cell.outputs.map((output) => scrubOutput(output, scrub)) } : cell);
  return { ...notebook, cells };
}

function withKernelMetadata(notebook: Notebook, kernel: Kernel): Notebook {
  const { display_name, language } = readKernelspec();
  const kernelspec = notebook.metadata.kernelspec ?? { name: "tslab", display_name, language };
  const language_info = notebook.metadata.language_info ?? kernel.info.language_info;
  return { ...notebook, metadata: { ...notebook.metadata, kernelspec, language_info } };
}
