// npm run sweep -- PLAN.json --out DIR [--shard k/n] | merge DIR… --out DIR: many runs, and merging their parts.
import * as fs from "node:fs";
import * as path from "node:path";
import { firstLine } from "../src/errors";
import { formatDuration } from "../src/platform/drawing/formatDuration";
import { progressBar } from "../src/platform/kernel/progressBar";
import { writeSweepPage } from "../src/notebook/sweepPage";
import { readSmallFile } from "../src/platform/files/regularFile";
import { mergeSweeps } from "../src/sweeps/mergeSweeps";
import type { Plan } from "../src/sweeps/plan";
import { sweep, type SweepProgress } from "../src/sweeps/sweep";
import { largestPlan } from "../src/sweeps/sweepFolder";
import type { SweepResult } from "../src/sweeps/sweepResult";
import { stopRequest } from "./stopRequest";
import { parsedArgs, UsageError } from "./usageError";

const usage = `npm run sweep -- PLAN.json --out DIR [--shard k/n] [--workers n]
npm run sweep -- merge DIR… --out DIR

  PLAN.json      { "base": { "steps": 60 }, "over": { "styleLayers": [["relu1_1"], ["relu4_1"]], "styleWeight": [1, 10, 100] } }
                 "photo": "photos" or "photos/*.jpg" stands for every picture of a folder or a pattern; so does "painting"
  --out DIR      where the results go; the same command resumes a sweep that was stopped or killed, repairs what is damaged, and
                 works beside another that runs
  --shard k/n    only the k-th of n parts, for machines without a common disk; merge joins their folders
  --workers n    how many processes, of one thread each (default: one for each core; on a GPU, take 1)`;

type Print = (line: string) => void;

/** Runs the command line and returns the exit code: 0 done, 1 failed, 2 wrong arguments, 130 stopped. */
export async function main(args: string[], print: Print = console.log, complain: Print = console.error): Promise<number> {
  try {
    const { values, positionals } = read(args);
    if (values.help) return print(usage), 0;
    if (!values.out) throw new UsageError("--out DIR is missing");
    const [first, ...more] = positionals;
    if (first === "merge") {
      const merged = await mergeSweeps(more, values.out);
      return print(`${merged.cells.length} cells are merged: ${await finished(merged)}`), 0;
    }
    if (first === undefined || more.length > 0) throw new UsageError(`expected one plan, got ${positionals.length}`);
    return await runPlan(first, values.out, values, print);
  } catch (error) {
    const wrongArguments = error instanceof UsageError;
    complain(`${(error as Error).message}${wrongArguments ? `\n\n${usage}` : ""}`);
    return wrongArguments ? 2 : 1;
  }
}

async function runPlan(file: string, out: string, { shard, workers }: Values, print: Print): Promise<number> {
  const plan = readPlan(file);
  const bar = progressBar<SweepProgress>({
    format: "{bar} {value}/{total} cells · {clock}{left}",
    position: (progress) => ({ value: progress.done, total: progress.cells, fields: times(progress) }),
    line(progress) {
      const { clock, left } = times(progress);
      return { key: progress.done, text: `${progress.done}/${progress.cells} cells · ${clock}${left}` };
    },
  });
  let last: SweepProgress | undefined;
  const each = (progress: SweepProgress): void => bar.update(last = progress);
  const { signal, release, exitCode } = stopRequest();
  const result = await sweep(plan, { out, shard, workers: workers === undefined ? undefined : Number(workers), each, signal })
    .finally(() => { release(); bar.stop(); });
  const { done, cells } = last!;
  if (done < cells) return print(`stopped: ${done} of ${cells} cells are done; the same command resumes it`), exitCode();
  const whole = result.missing.length === 0;
  print(whole ? `${cells} cells: ${await finished(result)}`
    : `${cells} cells of shard ${shard} are in ${shown(result.folder)}; when all are done: npm run sweep -- merge DIR… --out DIR`);
  return 0;
}

function times({ done, cells, seconds, secondsLeft }: SweepProgress): { clock: string; left: string } {
  const left = secondsLeft === undefined || done === cells ? "" : ` · ${formatDuration(secondsLeft)} left`;
  return { clock: formatDuration(seconds), left };
}

/** Writes the page, and returns where it is. */
async function finished(result: SweepResult): Promise<string> {
  const page = await writeSweepPage(result);
  const warned = result.cells.filter(({ warning }) => warning !== null).length;
  return `${shown(page)}, and beside it sheet.png, table.csv, table.json${warned > 0 ? ` (${warned} with a warning)` : ""}`;
}

interface Values {
  readonly out?: string;
  readonly shard?: string;
  readonly workers?: string;
  readonly help?: boolean;
}

function read(args: string[]): { values: Values; positionals: string[] } {
  return parsedArgs({
    args, allowPositionals: true,
    options: {
      out: { type: "string" }, shard: { type: "string" }, workers: { type: "string" }, help: { type: "boolean", short: "h" },
    },
  });
}

function readPlan(file: string): Plan {
  if (!fs.existsSync(file)) throw new UsageError(`there is no plan ${file}`);
  const bytes = readSmallFile(file, largestPlan, "a plan");
  try {
    return JSON.parse(bytes.toString()) as Plan;
  } catch (error) {
    throw new Error(`${file} is not JSON: ${firstLine(error)}`);
  }
}

/** Relative to the working folder, when that is shorter. */
function shown(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.length < file.length ? relative : file;
}

if (require.main === module) void main(process.argv.slice(2)).then((code) => process.exit(code));
