// The sweep: many runs that differ in what one wants to know, from a plan to a folder with pictures, a sheet and a table.
import { createHash } from "node:crypto";
import { setMaxListeners } from "node:events";
import * as os from "node:os";
import * as path from "node:path";
import { hostSignal, Interrupted } from "../hostSignal";
import { isDone } from "./cellResult";
import { isCustom, customLoss, extractCustomLosses } from "./customLosses";
import type { Plan, PlanFile } from "./plan";
import { runCells, type Failure } from "./runCells";
import { runnerApart } from "./runnerApart";
import { runnerHere } from "./runnerHere";
import { shardOf } from "./shardOf";
import { belongsTo, describeSweep, sweepUp, writeSweep, type SweepFile } from "./sweepFolder";
import { loadSweep, type SweepResult } from "./sweepResult";
import { writeReport } from "./writeReport";

/** How far a sweep is. */
export interface SweepProgress {
  readonly folder: string;
  /** Cells that are done, those of earlier runs included, and how many there shall be in the end. */
  readonly done: number;
  readonly cells: number;
  /** Since this run began. */
  readonly seconds: number;
  /** Until the end, judged by the steps taken so far; undefined before there are any. */
  readonly secondsLeft: number | undefined;
}

export interface SweepOptions {
  /** Where results go. Default: a folder in `out/` with a name that stands for the plan, so that each plan has its own. */
  readonly out?: string;
  /** How many processes, of one thread each. Default: as many as there are cores. On a GPU, 1. */
  readonly workers?: number;
  /** Runs only a part, `"2/3"` the second of three; `mergeSweeps` joins them. */
  readonly shard?: string;
  /** Called at every step of any cell, for example `each: liveSweep()`; the last call is waited for. */
  readonly each?: (progress: SweepProgress) => void | Promise<void>;
  /** Ends the sweep, as the stop button of a notebook does; what is done is kept. */
  readonly signal?: AbortSignal;
}

/**
 * Runs every cell of a plan, and writes its picture and its numbers into a folder; when all are done, `sheet.png`,
 * `table.csv` and `table.json` too. Run again, after a stop or a kill, it goes on with the cells that are missing.
 *
 *     await sweep({ base: { steps: 60 }, over: { styleLayers: [["relu1_1"], ["relu4_1"]], styleWeight: [1, 10, 100] } })
 *
 * Cells of one network share its pass over the targets, and what the losses remember of them. They are run in processes of one
 * thread; but a plan with a loss of one's own, a function, stays in this process, one cell after the other, on all threads.
 * The same plan gives the same files, wherever it was interrupted and however many workers it had.
 *
 * @throws RangeError for a setting, a layer, a loss … that does not exist, before anything is run or written; Error where the
 *   folder holds something else, and, at the end, where cells failed
 */
export async function sweep(plan: Plan, { out, workers, shard, each, signal }: SweepOptions = {}): Promise<SweepResult> {
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 1))
    throw new RangeError(`workers is how many processes to run, a whole number from 1; got ${workers}`);
  const host = hostSignal();
  if (host?.aborted) throw new Interrupted("stop was pressed before this sweep began");
  const { plan: written, own } = await extractCustomLosses(plan);
  const described = await describeSweep(written as PlanFile);
  for (const { settings: { contentLoss, styleLoss } } of described.cells)
    for (const loss of [contentLoss, styleLoss]) if (isCustom(loss)) customLoss(loss, own); // it must be at hand
  const mine = shard === undefined ? described.cells : shardOf(described.cells, shard);
  const folder = out ?? path.join("out", `sweep-${nameOf(described)}`);
  const known = belongsTo(folder, described);
  if (!known) await writeSweep(folder, described);
  sweepUp(folder, mine, shard === undefined);

  const waiting = mine.filter((cell) => !isDone(folder, cell));
  const began = performance.now();
  const before = mine.length - waiting.length;
  let told: void | Promise<void> = undefined;
  const tell = (done: number, secondsLeft: number | undefined): void => {
    const seconds = (performance.now() - began) / 1000;
    told = each?.({ folder, done: before + done, cells: mine.length, secondsLeft, seconds });
  };
  tell(0, undefined);
  const stop = AbortSignal.any([signal, host].filter((one) => one !== undefined));
  setMaxListeners(0, stop); // every worker listens
  const failures = await runCells(waiting, {
    workers: own.size > 0 ? 1 : workers ?? os.availableParallelism(), signal: stop,
    start: () => (own.size > 0 ? runnerHere(folder, described, own, stop) : runnerApart(folder, stop)),
    each: tell,
  });
  await told;
  if (failures.length > 0) throw new Error(inWords(failures, mine.length));
  const swept = loadSweep(folder);
  if (swept.missing.length === 0) await writeReport(swept);
  return swept;
}

/** Eight digits that stand for a sweep. */
function nameOf(described: SweepFile): string {
  return createHash("sha256").update(JSON.stringify(described)).digest("hex").slice(0, 8);
}

function inWords(failures: readonly Failure[], cells: number): string {
  const lines = failures.slice(0, 5).map(({ cell, reason }) => `cell ${cell.index} (${cell.label}): ${reason}`);
  if (failures.length > 5) lines.push(`and ${failures.length - 5} more`);
  return [
    `${failures.length} of ${cells} cells failed; what is done is kept, and the same sweep goes on from there.`, ...lines,
  ].join("\n");
}
