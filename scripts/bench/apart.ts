// Measures in processes of their own, so that memory and time to the first result are those of one engine and size alone.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Line, Turns } from "./measure";

export const root = path.resolve(__dirname, "..", "..");

/** What `name` did at a size, or why it could not. The floor needs an engine only to hold the filters. */
export function lineOf(name: string, side: number): Line | string {
  return apart<Line>("measure", [name, String(side)], name === "floor" ? "cpu" : name);
}

export function turnsAt(side: number): Turns | string {
  return apart<Turns>("measure", ["turns", String(side)], "onnx");
}

/** The JSON that a script of this folder prints, on an engine or on the best. */
export function apart<Result>(script: string, given: readonly string[], engine?: string): Result | string {
  const { stdout, stderr } = spawnSync(process.execPath,
    ["--require", "ts-node/register/transpile-only", path.join(__dirname, `${script}.ts`), ...given],
    { cwd: root, env: { ...process.env, ...(engine && { STYLOSCOPE_ENGINE: engine }) }, encoding: "utf8", timeout: 120 * 60_000 });
  const line = stdout.split("\n").find((text) => text.startsWith("{"));
  return line ? JSON.parse(line) as Result : stderr.split("\n").find((text) => /^\w*Error: |does not load/.test(text))?.slice(0, 200) ?? "it did not end";
}

export const machine = { cpu: os.cpus()[0]?.model, cores: os.availableParallelism(), node: process.version, load: os.loadavg()[0] };

export function sayMachine(): void {
  console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; load before: ${machine.load.toFixed(2)}` +
    `${machine.load > 0.5 ? " (other work is running: these times are too long)" : ""}`);
}

/** Writes `found` to out/, with the machine beside it. */
export function write(name: string, found: object): void {
  mkdirSync(path.join(root, "out"), { recursive: true });
  const whole = { machine: { ...machine, loadAfter: os.loadavg()[0] }, ...found };
  writeFileSync(path.join(root, "out", name), JSON.stringify(whole, null, 2) + "\n");
}
