// Starting a command through npm, and counting what is left of it when it was asked to end.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import * as path from "node:path";
import { after } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { readNotebook } from "../../src/platform/files/notebookFile";

const root = path.resolve(__dirname, "../..");
export const skip: false | string = process.platform === "linux" ? false : "processes are counted in /proc";
mkdirSync(path.join(root, "out"), { recursive: true });
const folder = mkdtempSync(path.join(root, "out", "test-ended-"));
const started: Started[] = [];
after(() => {
  for (const { temporary } of started) {
    for (const { pid } of alive(temporary)) process.kill(pid, "SIGKILL");
    rmSync(temporary, { recursive: true, force: true });
  }
  rmSync(folder, { recursive: true, force: true });
});

export interface Started {
  readonly child: ChildProcess;
  /** The temporary folder of all of its processes. */
  readonly temporary: string;
  readonly out: string;
  exitCode(): Promise<number>;
}

export function start(name: string, words: string[], said: RegExp, more: NodeJS.ProcessEnv = {}): Promise<Started> {
  const temporary = mkdtempSync(path.join(tmpdir(), "ended-test-"));
  const out = path.join(folder, `${name}-out.ipynb`);
  const env = { ...process.env, TMPDIR: temporary, JUPYTER_RUNTIME_DIR: path.join(folder, `${name}-runtime`), npm_lifecycle_event: undefined, ...more };
  const child = spawn("npm", ["run", "--silent", ...words, ...(words[0] === "notebook" ? ["--out", out] : [])],
    { cwd: root, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const exited = new Promise<number>((resolve) => child.on("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal!])));
  const result = { child, temporary, out, exitCode: () => exited };
  started.push(result);
  return new Promise((resolve, reject) => {
    let text = "";
    const listen = (data: Buffer): void => {
      text += data;
      if (said.test(text)) resolve(result);
    };
    child.stdout!.on("data", listen);
    child.stderr!.on("data", listen);
    setTimeout(() => reject(new Error(`it did not say ${said}: ${text}`)), 60_000).unref();
    void exited.then((code) => reject(new Error(`it ended with ${code}: ${text}`)));
  });
}

/** The processes with this temporary folder. */
export function alive(temporary: string): { pid: number; command: string }[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, "utf8").includes(`TMPDIR=${temporary}\0`)) return [];
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      return command ? { pid: Number(pid), command } : [];
    } catch {
      return []; // it ended meanwhile
    }
  });
}

export async function assertNothingLeft({ temporary }: Started, seconds: number): Promise<void> {
  const until = Date.now() + 1000 * seconds;
  while (alive(temporary).length > 0 && Date.now() < until) await wait(100);
  assert.deepEqual(alive(temporary), []);
  assert.deepEqual(readdirSync(temporary).filter((name) => !name.includes("compile-cache")), []);
  rmSync(temporary, { recursive: true });
}

export function notebook(name: string, last: string): string {
  const cells = ["console.log('one');", last].map((source) => ({ cell_type: "code", metadata: {}, source, execution_count: null, outputs: [] }));
  const file = path.join(folder, `${name}.ipynb`);
  writeFileSync(file, JSON.stringify({ cells, metadata: { kernelspec: { name: "tslab" } }, nbformat: 4, nbformat_minor: 4 }));
  return file;
}

export const isKernel = ({ command }: { command: string }): boolean => command.includes("launch.js");
/** A cell that would take ten minutes. */
export const waits = "await new Promise((resolve) => setTimeout(resolve, 600_000));";
/** A cell that never yields. */
export const spins = "while (true) {}";

/** Runs a notebook with npm, asks it to end in its second cell, and asserts that nothing is left but the notebook with the first cell's output. */
export async function assertEnds(what: string, cell: string, ask: (npm: number) => void, code: number, more?: NodeJS.ProcessEnv): Promise<void> {
  const name = what.replace(/\W+/g, "-");
  const run = await start(name, ["notebook", "--", notebook(name, cell)], /1\/2/, more);
  await wait(500);
  assert.ok(alive(run.temporary).some(isKernel), "a kernel runs");
  ask(run.child.pid!);
  await assertNothingLeft(run, 20);
  assert.deepEqual(readNotebook(run.out).cells[0].outputs, [{ output_type: "stream", name: "stdout", text: "one\n" }]);
  assert.equal(await run.exitCode(), code);
}
