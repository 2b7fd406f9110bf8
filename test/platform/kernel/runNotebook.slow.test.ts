// Running notebooks through the real kernel, from the library and from the command line.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { PassThrough } from "node:stream";
import { type Cell, readNotebook } from "../../../src/platform/files/notebookFile";
import type { Kernel } from "../../../src/platform/kernel/kernel";
import { CellFailure, runNotebook } from "../../../src/platform/kernel/runNotebook";
import { type Progress, showProgress } from "../../../src/platform/kernel/showProgress";
import { startKernel } from "../../../src/platform/kernel/startKernel";

const root = path.resolve(__dirname, "../../..");
let folder: string;
let kernel: Kernel;

before(async () => {
  mkdirSync(path.join(root, "out"), { recursive: true });
  folder = mkdtempSync(path.join(root, "out", "test-"));   // inside the project, where cells find "styloscope"
  kernel = await startKernel({ cwd: folder });
});
after(async () => {
  await kernel.shutdown();
  rmSync(folder, { recursive: true, force: true });
});

const markdown: Cell = { cell_type: "markdown", metadata: {}, source: "# Words" };
const parameters = 'const steps = 3;\nconst name: string = "photo";';

/** Writes a notebook of these code cells; one that begins with "const steps" is tagged as the parameters. */
function written(name: string, ...sources: string[]): string {
  const cells = sources.map((source): Cell => {
    const tags = source === parameters ? ["parameters"] : [];
    return { cell_type: "code", metadata: { tags }, source, execution_count: 7, outputs: [] };
  });
  const file = path.join(folder, name);
  save(file, [markdown, ...cells], "tslab");
  return file;
}

function save(file: string, cells: Cell[], kernelName: string): void {
  writeFileSync(file, JSON.stringify({ cells, metadata: { kernelspec: { name: kernelName } }, nbformat: 4, nbformat_minor: 4 }));
}

const textOf = (cell: Cell): string =>
  cell.outputs!.map((output) => (output.output_type === "stream" ? output.text : "")).join("");

test("a notebook runs in its own folder with its package, parameters set, outputs and counts in place", async () => {
  const file = written("good.ipynb", parameters,
    'import { newDisplay } from "tslab";\nconst view = newDisplay();\nview.text("first");\nconsole.log(steps, name);',
    'import * as styloscope from "styloscope";\nview.text(typeof styloscope);', "  ", "console.log(process.cwd());");
  const { notebook, cellSeconds, seconds } = await runNotebook(file, { set: { steps: "5", name: "noise" } });
  const [, , injected, showing, , empty, last] = notebook.cells;
  assert.equal(injected.source, 'const steps = 5;\nconst name = "noise";');
  assert.deepEqual(showing.outputs, [
    { output_type: "display_data", data: { "text/plain": "object" }, metadata: {} },
    { output_type: "stream", name: "stdout", text: "5 noise\n" },
  ]);
  assert.deepEqual(notebook.cells.map((cell) => cell.execution_count), [undefined, 1, 2, 3, 4, null, 5]);
  assert.deepEqual(empty.outputs, []);
  assert.equal(textOf(last), `${path.relative(root, folder)}\n`);
  assert.equal(notebook.metadata.kernelspec?.name, "tslab");
  assert.ok(!JSON.stringify(notebook).includes(root), "an absolute path of this machine");
  assert.ok(cellSeconds.length === 5 && cellSeconds.every((s) => s >= 0 && s <= seconds));
});

test("the first failing cell fails the run, with its number, its error and the outputs up to there", async () => {
  const failing = "const two: number = 2;\n\nthrow new RangeError(`at ${process.cwd()}`);";
  const file = written("bad.ipynb", "console.log('one');", failing, "console.log('three');");
  await assert.rejects(runNotebook(file, { kernel }), (error: unknown) => {
    assert.ok(error instanceof CellFailure);
    assert.deepEqual([error.cell, error.ename], [2, "RangeError"]);
    assert.match(error.message, /^cell 2 of bad\.ipynb failed: RangeError: at [^]*line 3\n/);
    const [, one, two, three] = error.notebook.cells;
    assert.equal(textOf(one), "one\n");
    assert.equal(two.outputs?.at(-1)?.output_type, "error");
    assert.deepEqual([three.execution_count, three.outputs], [null, []]);
    assert.ok(!JSON.stringify(error.notebook).includes(root), "an absolute path of this machine");
    return true;
  });
});

test("progress counts up to all cells, with the first words of the running one and its last line of text", async () => {
  const seen: Progress[] = [];
  const file = written("progress.ipynb", "// count sheep\nconsole.log('one sheep');", "const a = 1;");
  await runNotebook(file, { kernel, onProgress: (progress) => seen.push({ ...progress }) });
  assert.deepEqual(seen.map(({ done }) => done), [...seen.map(({ done }) => done)].sort());
  assert.ok(seen.every(({ cells }) => cells === 2));
  assert.ok(seen.some(({ label, latest }) => label === "count sheep" && latest === "one sheep"));
  assert.deepEqual([seen.at(-1)!.done, seen.at(-1)!.cell], [2, 2]);
  assert.ok(seen.every(({ seconds }, i) => i === 0 || seconds >= seen[i - 1].seconds));
});

test("without a terminal the progress is plain lines, one per cell", () => {
  const stream = new PassThrough();
  const view = showProgress("n", stream as unknown as NodeJS.WriteStream);
  const at = { cells: 2, seconds: 1.25 };
  view.update({ ...at, done: 0, cell: 1, label: "load" });
  view.update({ ...at, done: 0, cell: 1, label: "load", latest: "50 %" });
  view.update({ ...at, done: 1, cell: 2, label: "run" });
  view.stop();
  assert.equal(String(stream.read()), "n     1.3 s  0/2  load\nn     1.3 s  1/2  run\n");
});

test("a run that is stopped ends soon and keeps the outputs up to there", async () => {
  const stop = new AbortController();
  const endless = "console.log('on'); await new Promise((r) => setTimeout(r, 60_000));";
  const file = written("long.ipynb", "console.log('one');", endless);
  const run = runNotebook(file, {
    kernel,
    signal: stop.signal,
    onProgress: ({ cell, latest }) => cell === 2 && latest === "on" && setTimeout(() => stop.abort(), 100),
  });
  await assert.rejects(run, (error: CellFailure) => {
    assert.match(error.message, /cell 2 of long\.ipynb failed: Interrupted/);
    assert.equal(textOf(error.notebook.cells[1]), "one\n");
    return true;
  });
});

for (const [how, before, cell, said] of [
  ["killed", "console.log('one');", "console.log('two');\nprocess.kill(process.pid, 'SIGKILL');", /ended \(signal SIGKILL\)/],
  ["exiting", "console.log('one');", "console.log('two');\nsetTimeout(() => process.exit(3), 200); await new Promise(() => {});", /ended \(exit code 3\)/],
  ["by what an earlier cell began", "console.log('one');\nconst timer = setTimeout(() => process.exit(7), 1500);",
    "console.log('two');\nawait new Promise((resolve) => setTimeout(resolve, 60_000));", /ended \(exit code 7\)/],
] as const)
  test(`a kernel that dies (${how}) fails the run with the cell and how it died, and the outputs up to there are kept`, async () => {
    const file = written("dies.ipynb", before, cell, "console.log('three');");
    await assert.rejects(runNotebook(file), (error: unknown) => {
      assert.ok(error instanceof CellFailure);
      assert.deepEqual([error.cell, error.ename], [2, "KernelDied"]);
      assert.match(error.message, /^cell 2 of dies\.ipynb failed: KernelDied: the kernel /);
      assert.match(error.message, said);
      const [, one, two, three] = error.notebook.cells;
      assert.equal(textOf(one), "one\n");
      assert.equal(two.outputs?.at(-1)?.output_type, "error");
      assert.match(JSON.stringify(two.outputs), said);
      assert.deepEqual([three.execution_count, three.outputs], [null, []]);
      return true;
    });
  });

test("a run that is stopped while the kernel starts ends at once", async () => {
  const file = written("early.ipynb", "console.log('one');");
  const stop = new AbortController();
  await assert.rejects(runNotebook(file, { signal: stop.signal, onProgress: () => setTimeout(() => stop.abort(), 50) }), /stopped before the kernel answered/);
  await assert.rejects(runNotebook(file, { signal: AbortSignal.abort() }), /stopped before the kernel answered/);
});

test("a notebook for another kernel is refused", async () => {
  const file = path.join(folder, "python.ipynb");
  save(file, [], "python3");
  await assert.rejects(runNotebook(file), /python\.ipynb needs the kernel "python3", and only "tslab" is available/);
});

test("npm run notebook writes the executed notebook and exits with 1 when a cell fails", () => {
  const script = (...words: string[]) => spawnSync(process.execPath,
    ["--require", "ts-node/register", "scripts/notebook.ts", ...words], { cwd: root, encoding: "utf8" });
  const picky = "if (steps > 5) throw new Error(`too many: ${steps}`);\nconsole.log(steps);";
  const file = written("cli.ipynb", parameters, picky);
  const out = path.join(folder, "written", "cli.ipynb");

  const good = script(file, "--set", "steps=4", "--out", out);
  assert.equal(good.status, 0, good.stderr);
  assert.match(good.stdout, /written\/cli\.html +\d\.\d\d MB\n.*written\/cli\.ipynb +\d\.\d\d MB\n/);
  assert.match(readFileSync(out.replace(".ipynb", ".html"), "utf8"), /<html[^]*console[^]*steps/);
  assert.equal(textOf(readNotebook(out).cells[3]), "4\n");

  const bad = script(file, "--set", "steps=6", "--out", out);
  assert.equal(bad.status, 1);
  assert.match(bad.stderr, /cell 3 of cli\.ipynb failed: Error: too many: 6/);
  assert.match(readFileSync(out, "utf8"), /too many: 6/);
  assert.deepEqual(readdirSync(path.dirname(out)), ["cli.html", "cli.ipynb"]);

  const dies = written("dies.ipynb", "console.log('one');", "process.kill(process.pid, 'SIGKILL');");
  const died = script(dies, "--out", out);
  assert.equal(died.status, 1);
  assert.match(died.stderr, /cell 2 of dies\.ipynb failed: KernelDied: .*SIGKILL/);
  assert.equal(textOf(readNotebook(out).cells[1]), "one\n");

  const none = script();
  assert.equal(none.status, 1);
  assert.match(none.stderr, /expected one notebook, got 0\n\nnpm run notebook -- /);
});

test("an error that nothing awaits fails the run, in its cell or in the one that runs when it comes", async () => {
  for (const [cells, failing] of [
    [["void Promise.reject(new Error('at once'));", "1"], 1],
    [["void (async () => { await new Promise((r) => setTimeout(r, 50)); throw new Error('soon'); })(); 1", "await new Promise((r) => setTimeout(r, 400));"], 2],
    [["setTimeout(() => { throw new Error('timer'); }, 20); await new Promise((r) => setTimeout(r, 200));"], 1],
  ] as const)
    await assert.rejects(runNotebook(written("unawaited.ipynb", ...cells)), (error: CellFailure) => {
      assert.match(error.message, new RegExp(`cell ${failing} of`));
      assert.match(error.message, /at once|soon|timer/);
      return true;
    });
});
