// Tests the kernel with Jupyter's own client: kernelspec found, nothing lost, errors with their line. For CI and
// after `npm run lab` has installed JupyterLab. Needs dist/ (npm run build).
import { spawnSync } from "node:child_process";
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
import { type Cell, type Output, readNotebook, writeNotebook } from "../src/platform/files/notebookFile";
import { labEnvironment, LabError, prepareLab } from "./lab";

// What `jupyter execute --inplace` does, but for its patience: it takes outputs for 4 s after a cell's reply, drops the later ones with a
// warning, and has no option for that. On a busy machine it needs longer for 700.
const execute = `
import sys, nbformat
from nbclient import NotebookClient
file = sys.argv[1]
notebook = nbformat.read(file, as_version=4)
NotebookClient(notebook, timeout=120, iopub_timeout=120, kernel_name="tslab").execute()
nbformat.write(notebook, file)
`;

const root = path.resolve(__dirname, "..");

Promise.resolve().then(() => check(prepareLab())).then(
  () => console.log("Jupyter's own client gets everything from the kernel"),
  (error) => {
    console.error(error instanceof LabError ? error.message : error);
    process.exit(1);
  },
);

async function check(programs: string): Promise<void> {
  const specs = JSON.parse(run(programs, "jupyter", ["kernelspec", "list", "--json"])).kernelspecs;
  assert.match(specs.tslab?.spec.display_name ?? "", /styloscope/, "jupyter does not list the kernel tslab");
  console.log(`kernelspec: ${path.relative(root, specs.tslab.resource_dir)}`);

  mkdirSync(path.join(root, "out"), { recursive: true });
  const folder = mkdtempSync(path.join(root, "out", "check-"));   // inside the project: cells import "styloscope"
  try {
    const file = path.join(folder, "check.ipynb");
    const metadata = { kernelspec: { name: "tslab" } };
    await writeNotebook(file, { cells: cells(), metadata, nbformat: 4, nbformat_minor: 5 });
    run(programs, "python", ["-c", execute, file]);
    const [displays, prints, failing, after] = readNotebook(file).cells.map((cell) => cell.outputs!);
    assert.equal(displays.length, 700, "of 700 displays");
    const text = prints.map((output) => (output as Extract<Output, { text: string }>).text).join("");
    assert.equal(text, Array.from({ length: 700 }, (_, i) => `line ${i}\n`).join(""), "of 700 printed lines");
    const error = failing.find((output) => output.output_type === "error");
    assert.match(error?.traceback.join("\n") ?? "", /line 2/, "the error's line");
    assert.deepEqual(after.map((output) => output.output_type), ["stream"], "the cell after the error");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function cells(): Cell[] {
  const sources: [string, string[]][] = [
    ["import { display } from \"tslab\";\nfor (let i = 0; i < 700; i++) display.text(`shown ${i}`);", []],
    ["for (let i = 0; i < 700; i++) console.log(`line ${i}`);", []],
    ["const message: string = \"on purpose\";\nthrow new Error(message);", ["raises-exception"]],
    ["import * as styloscope from \"styloscope\";\nconsole.log(typeof styloscope);", []],
  ];
  return sources.map(([source, tags], i) =>
    ({ cell_type: "code", id: `cell-${i}`, metadata: { tags }, source, execution_count: null, outputs: [] }));
}

function run(programs: string, program: string, args: string[]): string {
  const result = spawnSync(path.join(programs, program), args, { env: labEnvironment(), encoding: "utf8" });
  if (result.status !== 0) throw new Error(`${program} ${args.join(" ")} failed:\n${result.stderr || result.error}`);
  return result.stdout;
}
