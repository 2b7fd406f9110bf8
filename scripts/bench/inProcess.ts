// Measures in a separate process, so that memory and time to the first result are those of one engine and one size.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Measurement, PairedMeasurement } from "./measure";

export const root = path.resolve(__dirname, "..", "..");

/** An engine's measurement at a size, or the reason why there is none. The floor needs an engine only to hold the filters. */
export function measureApart(name: string, side: number): Measurement | string {
  return inProcess<Measurement>("measure", [name, String(side)], name === "floor" ? "cpu" : name);
}

export function measurePairs(side: number): PairedMeasurement | string {
  return inProcess<PairedMeasurement>("measure", ["pairs", String(side)], "onnx");
}

/** The JSON that a script of this folder prints, with `engine` or the best one; or the reason why it failed. */
export function inProcess<Result>(script: string, args: readonly string[], engine?: string): Result | string {
  const { stdout, stderr } = spawnSync(process.execPath,
    ["--require", "ts-node/register/transpile-only", path.join(__dirname, `${script}.ts`), ...args],
    { cwd: root, env: { ...process.env, ...(engine && { STYLOSCOPE_ENGINE: engine }) }, encoding: "utf8", timeout: 120 * 60_000 });
  const line = stdout.split("\n").find((text) => text.startsWith("{"));
  return line ? JSON.parse(line) as Result : stderr.split("\n").find((text) => /^\w*Error: |does not load/.test(text))?.slice(0, 200) ?? "it did not finish";
}

const machine = { cpu: os.cpus()[0]?.model, cores: os.availableParallelism(), node: process.version, load: os.loadavg()[0] };

export function printMachine(): void {
  console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; load before: ${machine.load.toFixed(2)}` +
    `${machine.load > 0.5 ? " (the machine is busy: these times are too long)" : ""}`);
}

/** Writes `results` to out/, with a description of the machine. */
export function writeResults(name: string, results: object): void {
  mkdirSync(path.join(root, "out"), { recursive: true });
  const content = { machine: { ...machine, loadAfter: os.loadavg()[0] }, ...results };
  writeFileSync(path.join(root, "out", name), JSON.stringify(content, null, 2) + "\n");
}
