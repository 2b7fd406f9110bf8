// Running another program and waiting for it: whether it ended well, and its last words for an error message.
import { spawnSync } from "node:child_process";

export interface Ran {
  readonly ok: boolean;
  /** Its standard output, where it was not shown. */
  readonly said: string;
  /** The last lines of what it wrote and was not shown, for a message. */
  readonly words: string;
}

/** Runs a program to its end. With `show`, its standard output goes to the terminal. */
export function run(program: string, words: readonly string[], show: boolean): Ran {
  const result = spawnSync(program, words, { stdio: ["ignore", show ? "inherit" : "pipe", "pipe"], encoding: "utf8" });
  const said = result.stdout ?? "";
  // venv complains on standard output, pip on standard error.
  const all = [said, result.stderr ?? "", result.error?.message ?? ""].join("\n").trim();
  const telling = all.split("\n").filter((line) => line.trim() !== "" && !noise.test(line));
  return { ok: result.status === 0, said, words: telling.slice(-6).join("\n") };
}

/** Stack frames, and what node-gyp tells of the machine after the error. */
const noise = /^(gyp ERR! stack)?\s+at \S|^gyp (info|ERR! (?!stack Error))|^Node\.js v/;
