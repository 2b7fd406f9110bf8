// npm start: runs the first notebook through the real kernel, and writes it and a page of it to out/.
import { statSync } from "node:fs";
import * as path from "node:path";
import { type Notebook, writeNotebook } from "../src/platform/files/notebookFile";
import { CellFailure, runNotebook } from "../src/platform/kernel/runNotebook";
import { showProgress } from "../src/platform/kernel/showProgress";
import { packedPlotly } from "../src/platform/page/packedPlotly";
import { writePage } from "../src/platform/page/writePage";
import { ctrlC } from "./ctrlC";

const root = path.resolve(__dirname, "..");
const file = path.join(root, "notebooks", "00-first-picture.ipynb");
const out = path.join(root, "out", "00-first-picture");

main().then((code) => process.exit(code));

async function main(): Promise<number> {
  const began = Date.now();
  const progress = showProgress("first picture");
  packedPlotly().catch(() => {}); // ready when the page needs it, which also reports an error
  try {
    const { notebook, seconds } = await runNotebook(file, { signal: ctrlC().signal, onProgress: progress.update });
    progress.stop();
    await write(notebook, seconds);
    const all = ((Date.now() - began) / 1000).toFixed(1);
    console.log(`Done in ${all} s. Open the page in a browser; it needs no network.`);
    return 0;
  } catch (error) {
    progress.stop();
    console.error((error as Error).message);
    if (error instanceof CellFailure) {
      console.error("The cells up to there:");
      await write(error.notebook);
    }
    return 1;
  }
}

async function write(notebook: Notebook, seconds?: number): Promise<void> {
  await writeNotebook(`${out}.ipynb`, notebook);
  const metadata = { ...notebook.metadata, styloscope: { ...(notebook.metadata.styloscope as object), seconds } };
  await writePage(`${out}.html`, { ...notebook, metadata }, { folder: path.dirname(file) });
  for (const written of [`${out}.html`, `${out}.ipynb`]) {
    const megabytes = (statSync(written).size / 1e6).toFixed(2);
    console.log(`${path.relative("", written)}  ${megabytes} MB`);
  }
}
