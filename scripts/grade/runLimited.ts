// Cells in a kernel of their own, of which nothing but time, memory and output is trusted, and those up to a limit.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { checkType, type CheckJson } from "../../src/notebook/check";
import type { KernelOutput } from "../../src/platform/kernel/kernel";
import { startKernel } from "../../src/platform/kernel/startKernel";

export interface Limits {
  /** For all cells together. */
  readonly seconds: number;
  /** Of memory, for the kernel and the programs that it starts. */
  readonly gigabytes: number;
  /** Of output. */
  readonly megabytes: number;
}

export interface CellRun {
  readonly checks: CheckJson[];
  /** Why it failed. */
  failure?: string;
}

/** Code; or code that is run only where one of the cells with these numbers, counted from 0, failed. */
export type LimitedCell = string | { readonly code: string; readonly ifFailed: readonly number[] };

export interface LimitedRun {
  /** One for each cell that was begun or left out. */
  readonly cells: readonly CellRun[];
  /** Why not all of them ran. */
  readonly ended?: string;
}

const watchEvery = 500; // ms

/** Runs cells one after the other in folder `cwd`, also after one that failed. Never rejects for what a cell does. */
export async function runLimited(cells: readonly LimitedCell[], { seconds, gigabytes, megabytes, cwd, signal }: Limits & { cwd: string; signal?: AbortSignal }): Promise<LimitedRun> {
  const ran: CellRun[] = [];
  let end: (why: string) => void = () => {};
  const limit = new Promise<string>((resolve) => (end = resolve));
  const kernel = await startKernel({ cwd, env: { STYLOSCOPE_UNAWAITED: "fail" }, largestMessage: megabytes * 1e6, signal });
  const onAbort = (): void => end("grading was stopped");
  signal?.addEventListener("abort", onAbort);
  const timer = setTimeout(() => end(`took more than ${seconds} s`), seconds * 1000);
  const watch = setInterval(() => void memoryOf(kernel.pid).then((bytes) => {
    if (bytes > gigabytes * 1e9) end(`used more than ${gigabytes} GB of memory`);
  }, (error: Error) => end(`its memory cannot be watched (${error.message})`)), watchEvery);
  let bytes = 0;
  try {
    for (const cell of cells) {
      const run: CellRun = { checks: [] };
      ran.push(run);
      if (typeof cell !== "string" && !cell.ifFailed.some((i) => ran[i].failure !== undefined)) continue;
      const code = typeof cell === "string" ? cell : cell.code;
      const onOutput = ({ type, content }: KernelOutput): void => {
        bytes += JSON.stringify(content).length;
        if (bytes > megabytes * 1e6) end(`printed more than ${megabytes} MB`);
        const json = type.endsWith("display_data") ? content.data?.[checkType] : undefined;
        if (json !== undefined) run.checks.push(checked(json));
      };
      const why = await Promise.race([limit, kernel.execute(code, { onOutput }).then(
        ({ status, ename, evalue }) => void (status !== "ok" && (run.failure = `${ename}: ${evalue}`.slice(0, 300))),
        (error: Error) => firstLine(error.message))]);
      if (typeof why === "string") return { cells: ran, ended: why };
    }
    return { cells: ran };
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    signal?.removeEventListener("abort", onAbort);
    await kernel.shutdown({ patience: 0 });
  }
}

/** Bytes that the process group of a kernel holds. */
async function memoryOf(group: number): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pgid=,rss="]);
  return stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number))
    .reduce((sum, [pgid, kilobytes]) => (pgid === group ? sum + kilobytes * 1024 : sum), 0);
}

/** What a cell says is a check, as one: any cell can say anything. */
function checked(json: Partial<CheckJson>): CheckJson {
  const verdict = (["right", "wrong", "not yet"] as const).find((each) => each === json.verdict) ?? "wrong";
  const relativeError = typeof json.relativeError === "number" && Number.isFinite(json.relativeError) ? json.relativeError : null;
  return { label: String(json.label).slice(0, 200), verdict, relativeError };
}

function firstLine(text: string): string {
  return text.split("\n")[0].slice(0, 200);
}
