// The committed notebooks, their cells, and what makes a test of them quick.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import * as path from "node:path";
import { type Cell, hasTag, joined, type NotebookCell, type NotebookJson, type NotebookOutput, readNotebook } from "../../src/platform/files/notebookFile";
import { checkType, type CheckJson } from "../../src/notebook/check";
import { runNotebook, type RunOptions } from "../../src/platform/kernel/runNotebook";

export const root: string = path.resolve(__dirname, "../..");
export const folder: string = path.join(root, "notebooks");
export const files: string[] = readdirSync(folder).filter((file) => file.endsWith(".ipynb")).sort();

// At such sizes WebAssembly is the quicker: onnx makes a session for every new graph. `npm start` has its own test, on the best engine.
process.env.STYLOSCOPE_ENGINE ??= "wasm";

const network = "vgg19-mini";

/** What makes each notebook quick enough for a test: the small network, small pictures, few steps. */
export const small: Record<string, Record<string, string>> = {
  "00-first-picture.ipynb": { network, size: "48", steps: "3" },
  "01-your-own-picture.ipynb": { network, size: "48", steps: "2" },
  "02-what-a-network-sees.ipynb": { network, size: "96" },
  "03-content.ipynb": { network, size: "32", length: "2" },
  "04-gram.ipynb": { network, size: "32", length: "2" },
  "05-by-hand.ipynb": { network, size: "32", steps: "3" },
  "06-weights.ipynb": { network, size: "48", steps: "3" },
  "07-descent.ipynb": { network, size: "32", steps: "3" },
  "08-other-styles.ipynb": { network, size: "48", length: "2" },
  "09-control.ipynb": { network, size: "96", steps: "1" },
  "10-networks.ipynb": { size: "96", steps: "1" },
  "11-an-experiment.ipynb": { network, size: "48", steps: "2" },
  "12-figures.ipynb": { size: "32", steps: "1", few: "0" },
  "13-a-critic.ipynb": { network, size: "48", steps: "2" },
  "14-in-one-pass.ipynb": { network, size: "48", steps: "2", lessons: "2" },
  "15-moving-pictures.ipynb": { network, size: "48", count: "3", steps: "2" },
};

export const cellsOf = (notebook: unknown): readonly NotebookCell[] => (notebook as NotebookJson).cells;
export const code = (cells: readonly NotebookCell[]): NotebookCell[] => cells.filter(({ cell_type }) => cell_type === "code");
export const outputs = (cells: readonly NotebookCell[]): NotebookOutput[] => code(cells).flatMap(({ outputs = [] }) => outputs);

/** The notebooks that `npm test` runs; `npm test -- slow` runs the others. */
export const quick: string[] = ["00-first-picture.ipynb"];

/** The checks that cells have shown. */
export const checksIn = (cells: readonly NotebookCell[]): CheckJson[] =>
  outputs(cells).flatMap(({ data }) => (data?.[checkType] as CheckJson | undefined) ?? []);

/** The sizes that a notebook invites, in the comment of its parameter. */
export function sizesOf(file: string): string[] {
  const parameters = code(cellsOf(readNotebook(path.join(folder, file)))).find((cell) => hasTag(cell as Cell, "parameters"));
  const [, listed] = /^const size = \d+;.*?((?:\d+, )+\d+)$/m.exec(joined(parameters?.source)) ?? [];
  assert.ok(listed, `${file} does not say which sizes it is for: const size = 128;   // …: 96, 128, 192`);
  return listed.split(", ");
}

/** The student edition runs to its end and nothing in it is wrong; in the solutions edition every check is right. `set`: more parameters. */
export async function runsInOurKernel(file: string, { solutions = false, set = {} }: RunOptions = {}): Promise<void> {
  const { notebook } = await runNotebook(path.join(folder, file), { set: { ...small[file], ...set }, solutions });
  const shown = outputs(cellsOf(notebook));
  for (const { label, verdict } of checksIn(cellsOf(notebook))) assert.ok(verdict === "right" || (verdict === "not yet" && !solutions), `${label}: ${verdict}`);
  assert.ok(shown.some(({ data }) => data?.["image/png"] || data?.["image/jpeg"]));
  for (const { data } of shown) assert.doesNotMatch(joined(data?.["text/markdown"]), /✗/);
}
