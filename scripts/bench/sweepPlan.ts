// The benchmark's sweep, and the processes that run it.
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { PlanFile } from "../../src/sweeps/plan";
import { styleLayers } from "../../src/terms";

export const root: string = path.resolve(__dirname, "../..");

/** The style layer (one of five has all the weight, the others are only measured) × six style weights: 30 cells. */
export function benchPlan(side: number, steps: number): PlanFile {
  const only = (layer: string): Record<string, number> =>
    Object.fromEntries(styleLayers.map((other) => [other, other === layer ? 1 : 0]));
  return {
    base: { photo: "valley", painting: "strokes", network: "vgg19-mini", size: [side, side], steps },
    over: { styleLayers: styleLayers.map(only), styleWeight: [1, 3, 10, 30, 100, 300] },
  };
}

/** A sweep in a separate process, with the built package, as a user runs it. */
export function startSweep(plan: PlanFile, out: string, options: { shard?: string; workers?: number } = {}): ChildProcess {
  return program(`require("./dist/index").sweep(JSON.parse(process.argv[1]), JSON.parse(process.argv[2]))`,
    JSON.stringify(plan), JSON.stringify({ out, ...options }));
}

/** Runs JavaScript in a separate process, in the package's root. */
export function program(code: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, ["-e", code, "--", ...args], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
}

/** Waits for the end of a process. @throws Error when it fails, unless it was killed from here */
export async function waitFor(child: ChildProcess): Promise<void> {
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.once("exit", (...how) => resolve(how)));
  if (code !== 0 && signal !== "SIGKILL") throw new Error(`a program ended with ${signal ?? `code ${code}`}`);
}

/** How many cells a folder holds. */
export function cellsIn(folder: string): number {
  const cells = path.join(folder, "cells");
  return fs.existsSync(cells) ? fs.readdirSync(cells).filter((name) => /^\d+\.json$/.test(name)).length : 0;
}

/** Kills a sweep without warning as soon as its folder holds `cells` cells. */
export async function killAt(child: ChildProcess, folder: string, cells: number): Promise<void> {
  while (cellsIn(folder) < cells) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGKILL");
  await waitFor(child);
}

/** The files of two folders that differ, except those that hold times. */
export function differences(one: string, other: string): string[] {
  const files = (folder: string): string[] => fs.readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => fs.statSync(path.join(folder, name)).isFile() && !/time/.test(name));
  const all = [...new Set([...files(one), ...files(other)])].sort();
  return all.filter((name) => {
    const [a, b] = [one, other].map((folder) => path.join(folder, name));
    return !fs.existsSync(a) || !fs.existsSync(b) || !fs.readFileSync(a).equals(fs.readFileSync(b));
  });
}
