// The committed notebooks, their cells, and what makes a test of them quick.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import * as path from "node:path";
import { joined, type NotebookCell, type NotebookJson, type NotebookOutput } from "../../src/platform/files/notebookFile";
import { runNotebook } from "../../src/platform/kernel/runNotebook";

export const root: string = path.resolve(__dirname, "../..");
export const folder: string = path.join(root, "notebooks");
export const files: string[] = readdirSync(folder).filter((file) => file.endsWith(".ipynb")).sort();

// At such sizes WebAssembly is the quicker: onnx makes a session for every new graph. `npm start` has its own test, on the best engine.
process.env.STYLOSCOPE_ENGINE ??= "wasm";

const network = "vgg19-mini";

/** What makes each notebook quick enough for a test: the small network, small pictures, few steps. */
export const small: Record<string, Record<string, string>> = {
  "00-first-picture.ipynb": { network, size: "48", steps: "3" },
  "01-by-hand.ipynb": { size: "32", steps: "3" },
  "02-reconstructions.ipynb": { network, size: "32", length: "2" },
  "03-controls.ipynb": { network, size: "64", steps: "1" },
  "04-what-style-sees.ipynb": { network, size: "48", length: "2" },
  "05-live.ipynb": { network, size: "48", steps: "3" },
  "figures.ipynb": { size: "32", steps: "1", few: "0" },
};

export const cellsOf = (notebook: unknown): readonly NotebookCell[] => (notebook as NotebookJson).cells;
export const code = (cells: readonly NotebookCell[]): NotebookCell[] => cells.filter(({ cell_type }) => cell_type === "code");
export const outputs = (cells: readonly NotebookCell[]): NotebookOutput[] => code(cells).flatMap(({ outputs = [] }) => outputs);

/** The notebooks that `npm test` runs; `npm test -- slow` runs the others. */
export const quick: string[] = ["00-first-picture.ipynb"];

export async function runsInOurKernel(file: string): Promise<void> {
  const { notebook } = await runNotebook(path.join(folder, file), { set: small[file] ?? {} });
  const shown = outputs(cellsOf(notebook));
  assert.ok(shown.some(({ data }) => data?.["image/png"] || data?.["image/jpeg"]));
  for (const { data } of shown) assert.doesNotMatch(joined(data?.["text/markdown"]), /✗/);
}
