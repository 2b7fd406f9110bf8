// Running another program and waiting for it: whether it succeeded, and its last lines for an error message.
import { spawnSync } from "node:child_process";

export interface RunResult {
  readonly ok: boolean;
  /** Its standard output, where it was not shown. */
  readonly output: string;
  /** The last lines of what it wrote and was not shown, for an error message. */
  readonly lastLines: string;
}

/** Runs a program to its end. With `show`, its standard output goes to the terminal. */
export function run(program: string, args: readonly string[], show: boolean): RunResult {
  const result = spawnSync(program, args, { stdio: ["ignore", show ? "inherit" : "pipe", "pipe"], encoding: "utf8" });
  const output = result.stdout ?? "";
  // venv complains on standard output, pip on standard error.
  const all = [output, result.stderr ?? "", result.error?.message ?? ""].join("\n").trim();
  const lines = all.split("\n").filter((line) => line.trim() !== "" && !noise.test(line));
  return { ok: result.status === 0, output, lastLines: lines.slice(-6).join("\n") };
}

/** Stack frames, and what node-gyp prints about the machine after the error. */
const noise = /^(gyp ERR! stack)?\s+at \S|^gyp (info|ERR! (?!stack Error))|^Node\.js v/;
