// A headless run with its files: the executed notebook, and a page of it that needs no network.
import { statSync } from "node:fs";
import * as path from "node:path";
import { type Notebook, writeNotebook } from "../src/platform/files/notebookFile";
import { CellFailure, runNotebook } from "../src/platform/kernel/runNotebook";
import { showProgress } from "../src/platform/kernel/showProgress";
import { packedPlotly } from "../src/platform/page/packedPlotly";
import { writePage } from "../src/platform/page/writePage";
import { stopRequest } from "./stopRequest";

export interface RunToFilesOptions {
  /** Parameters of the notebook. */
  readonly set?: Readonly<Record<string, string>>;
  /** Runs the solutions edition. */
  readonly solutions?: boolean;
  /** What the progress is labeled with. */
  readonly label?: string;
}

/**
 * Runs a notebook and writes it to `out` (`….ipynb`) and a page to the same name with `.html`; returns the exit code. When a cell fails or the
 * run is stopped, what was done until then is written. A run that is stopped writes no page: whoever stops it does not wait for one.
 */
export async function runToFiles(file: string, out: string, { set, solutions, label = path.basename(file, ".ipynb") }: RunToFilesOptions = {}): Promise<number> {
  const request = stopRequest();
  const { signal } = request;
  const progress = showProgress(label);
  packedPlotly().catch(() => {}); // ready when the page needs it, which also reports an error
  try {
    const { notebook, seconds } = await runNotebook(file, { set, solutions, signal, onProgress: progress.update });
    progress.stop();
    await write(notebook, file, out, seconds);
    return 0;
  } catch (error) {
    progress.stop();
    console.error((error as Error).message);
    if (error instanceof CellFailure) {
      console.error("The cells up to there:");
      if (signal.aborted) await write(error.notebook, undefined, out);
      else await write(error.notebook, file, out);
    }
    return signal.aborted ? request.exitCode() : 1;
  }
}

async function write(notebook: Notebook, file: string | undefined, out: string, seconds?: number): Promise<void> {
  await writeNotebook(out, notebook);
  const page = `${out.replace(/\.ipynb$/, "")}.html`;
  if (file !== undefined) {
    const metadata = { ...notebook.metadata, styloscope: { ...(notebook.metadata.styloscope as object), seconds } };
    await writePage(page, { ...notebook, metadata }, { folder: path.dirname(file) });
  }
  for (const written of file === undefined ? [out] : [page, out]) {
    const megabytes = (statSync(written).size / 1e6).toFixed(2);
    console.log(`${path.relative("", written)}  ${megabytes} MB`);
  }
}
