// Being asked to stop, as a signal: Ctrl-C, SIGTERM, SIGHUP, or the end of the npm that runs the command.
import { spawnSync } from "node:child_process";
import { constants } from "node:os";
import { isAlive } from "../src/platform/files/isAlive";

export interface StopRequest {
  /** Aborted (with `reason`) by the first request. A second one ends the program at once. */
  readonly signal: AbortSignal;
  /** What a program exits with that was asked to stop: 130 after Ctrl-C, 143 after SIGTERM, as a shell counts it. */
  exitCode(): number;
  /** Gives the signals back to Node. */
  release(): void;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const onePress = 500; // ms in which two signals are one request: npm passes on a Ctrl-C that the terminal sends to everybody

/** Listens for requests to stop, until `release`. `ctrlC: false`: a Ctrl-C is ignored, since a child in the same terminal handles it. */
export function stopRequest({ reason, ctrlC = true }: { reason?: Error; ctrlC?: boolean } = {}): StopRequest {
  const stop = new AbortController();
  let asked = 0;
  let exitCode = 0;
  const onSignal = (name: NodeJS.Signals): void => {
    if (name === "SIGINT" && !ctrlC) return;
    if (stop.signal.aborted) {
      if (Date.now() - asked > onePress) process.exit(exitCode);
      return;
    }
    asked = Date.now();
    exitCode = 128 + constants.signals[name];
    stop.abort(reason);
  };
  const endWatch = whenNpmEnds(() => stop.signal.aborted || onSignal("SIGTERM"));
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: stop.signal,
    exitCode: () => exitCode,
    release() {
      endWatch();
      for (const name of signals) process.off(name, onSignal);
    },
  };
}

/**
 * Calls `onEnd` when the npm that runs this program has ended: killed, it passes nothing on, and neither does the shell between it and
 * its script. Returns what ends the watch. A program that npm does not run may outlive its parent.
 */
function whenNpmEnds(onEnd: () => void): () => void {
  if (!process.env.npm_lifecycle_event || process.platform === "win32") return () => {};
  const parent = process.ppid;
  const [above, name] = spawnSync("ps", ["-o", "ppid=,comm=", "-p", `${parent}`], { encoding: "utf8" }).stdout?.trim().split(/\s+/) ?? [];
  const npm = /(^|[/-])(ba|da|a|z)?sh$/.test(name ?? "") ? Number(above) : parent;
  const timer = setInterval(() => {
    if (process.ppid === parent && isAlive(npm)) return;
    clearInterval(timer);
    onEnd();
  }, 500).unref();
  return () => clearInterval(timer);
}
