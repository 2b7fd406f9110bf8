// npm run sweep -- PLAN.json --out DIR [--shard k/n] | merge DIR… --out DIR: many runs, and the joining of their parts.
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { SingleBar } from "cli-progress";
import { firstLine } from "../src/errors";
import { formatDuration } from "../src/platform/drawing/formatDuration";
import { writeSweepPage } from "../src/platform/page/sweepPage";
import { mergeSweeps } from "../src/sweeps/mergeSweeps";
import type { Plan } from "../src/sweeps/plan";
import { sweep, type SweepProgress } from "../src/sweeps/sweep";
import type { SweepResult } from "../src/sweeps/sweepResult";

const usage = `npm run sweep -- PLAN.json --out DIR [--shard k/n] [--workers n]
npm run sweep -- merge DIR… --out DIR

  PLAN.json      { "base": { "steps": 60 }, "over": { "styleLayers": [["relu1_1"], ["relu4_1"]], "styleWeight": [1, 10, 100] } }
  --out DIR      where the results go; the same command goes on with what was stopped or killed
  --shard k/n    only the k-th of n parts, for as many machines; merge joins their folders
  --workers n    how many processes, of one thread each (default: one for each core; on a GPU, take 1)`;

/** What was asked for is not to be understood. */
class Misunderstood extends Error {}

type Print = (line: string) => void;

/** Runs the command line and returns the exit code: 0 done, 1 failed, 2 not understood, 130 stopped. */
export async function main(words: string[], print: Print = console.log, complain: Print = console.error): Promise<number> {
  try {
    const { values, positionals } = read(words);
    if (values.help) return print(usage), 0;
    if (!values.out) throw new Misunderstood("where to? --out DIR");
    const [first, ...more] = positionals;
    if (first === "merge") {
      const merged = await mergeSweeps(more, values.out);
      return print(`${merged.cells.length} cells are joined: ${await finished(merged)}`), 0;
    }
    if (first === undefined || more.length > 0) throw new Misunderstood(`one plan, not ${positionals.length}`);
    return await runPlan(first, values.out, values, print);
  } catch (error) {
    const misunderstood = error instanceof Misunderstood;
    complain(`${(error as Error).message}${misunderstood ? `\n\n${usage}` : ""}`);
    return misunderstood ? 2 : 1;
  }
}

async function runPlan(file: string, out: string, { shard, workers }: Values, print: Print): Promise<number> {
  const bar = progressBar();
  const options = { out, shard, workers: workers === undefined ? undefined : Number(workers), each: bar.update };
  const result = await sweep(readPlan(file), options).finally(bar.stop);
  const { done, cells } = bar.last();
  if (done < cells) return print(`stopped: ${done} of ${cells} cells are done; the same command goes on from there`), 130;
  const whole = result.missing.length === 0;
  print(whole ? `${cells} cells: ${await finished(result)}`
    : `${cells} cells of shard ${shard} are in ${shown(result.folder)}; when all are done: npm run sweep -- merge DIR… --out DIR`);
  return 0;
}

/** Writes the page, and says where to look. */
async function finished(result: SweepResult): Promise<string> {
  const page = await writeSweepPage(result);
  return `${shown(page)}, and beside it sheet.png, table.csv, table.json`;
}

interface Values {
  readonly out?: string;
  readonly shard?: string;
  readonly workers?: string;
  readonly help?: boolean;
}

function read(args: string[]): { values: Values; positionals: string[] } {
  try {
    return parseArgs({
      args, allowPositionals: true,
      options: {
        out: { type: "string" }, shard: { type: "string" }, workers: { type: "string" }, help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new Misunderstood((error as Error).message);
  }
}

function readPlan(file: string): Plan {
  if (!fs.existsSync(file)) throw new Misunderstood(`there is no plan ${file}`);
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as Plan;
  } catch (error) {
    throw new Error(`${file} is not JSON: ${firstLine(error)}`);
  }
}

/** One line in a terminal; without one, a line for every cell. */
function progressBar(): { update(progress: SweepProgress): void; stop(): void; last(): SweepProgress } {
  const terminal = process.stderr.isTTY;
  const bar = new SingleBar({
    format: "{bar} {value}/{total} cells · {clock}{left}", barCompleteChar: "█", barIncompleteChar: "░", barsize: 30,
    hideCursor: true, linewrap: false, gracefulExit: false, stream: process.stderr,
  });
  let last: SweepProgress | undefined;
  return {
    update(progress) {
      const { done, cells, seconds, secondsLeft } = progress;
      const payload = { clock: formatDuration(seconds), left: secondsLeft === undefined ? "" : ` · ${formatDuration(secondsLeft)} left` };
      if (terminal && !last) bar.start(cells, done, payload);
      else if (terminal) bar.update(done, payload);
      else if (done !== last?.done) process.stderr.write(`${done}/${cells} cells · ${payload.clock}${payload.left}\n`);
      last = progress;
    },
    stop() {
      if (terminal && last) bar.stop();
    },
    last: () => last!,
  };
}

/** Relative to where the reader stands, when that is shorter. */
function shown(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.length < file.length ? relative : file;
}

if (require.main === module) void main(process.argv.slice(2)).then((code) => process.exit(code));
