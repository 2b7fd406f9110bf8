// The sweep: many runs that differ in some settings, from a plan to a folder with pictures, a sheet and a table.
import { createHash } from "node:crypto";
import { setMaxListeners } from "node:events";
import { mkdir } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { hostSignal, Interrupted } from "../hostSignal";
import { withLock } from "../platform/files/fileLock";
import { filesOf, readResult } from "./cellResult";
import { isCustom, customLoss, extractCustomLosses } from "./customLosses";
import { localRunner } from "./localRunner";
import { mustBeFeasible, type Cell, type Plan, type PlanFile } from "./plan";
import { progressReporter } from "./progress";
import { runCells, type Failure } from "./runCells";
import { shardOf } from "./shardOf";
import { claimFolder, describeSweep, removeLeftovers, type SweepFile } from "./sweepFolder";
import { loadSweep, type SweepResult } from "./sweepResult";
import { workerRunner } from "./workerRunner";
import { writeReport } from "./writeReport";

/** How far a sweep is. */
export interface SweepProgress {
  readonly folder: string;
  /** Cells that are done, those of earlier runs included, and how many there are in all. */
  readonly done: number;
  readonly cells: number;
  /** Since this run began. */
  readonly seconds: number;
  /** Until the end, estimated from the steps taken so far; undefined before there are any, and once the sweep was stopped. */
  readonly secondsLeft: number | undefined;
  /** In the last report of a sweep that was stopped, or of which cells failed. */
  readonly stopped: boolean;
}

export interface SweepOptions {
  /** Where results go. Default: a folder in `out/` with a name that is a hash of the plan, so that each plan has its own. */
  readonly out?: string;
  /** How many processes, of one thread each. Default: as many as there are cores. On a GPU, 1. */
  readonly workers?: number;
  /** Runs only a part, `"2/3"` the second of three; `mergeSweeps` joins them. */
  readonly shard?: string;
  /**
   * Called at every step of any cell, for example `each: liveSweep()`. The sweep waits for the calls to end; where one throws or
   * rejects, the sweep stops, keeps what is done, and rejects with that error.
   */
  readonly each?: (progress: SweepProgress) => void | Promise<void>;
  /** Ends the sweep, as the stop button of a notebook does; what is done is kept. */
  readonly signal?: AbortSignal;
}

/**
 * Runs every cell of a plan, and writes its picture and its numbers into a folder; when all are done, `sheet.png`,
 * `table.csv` and `table.json` too. Run again, after a stop or a kill, it resumes with the cells that are missing or damaged. Several
 * processes may run one sweep in one folder: each takes cells that no other has.
 *
 *     await sweep({ base: { steps: 60 }, over: { styleLayers: [["relu1_1"], ["relu4_1"]], styleWeight: [1, 10, 100] } })
 *
 * Cells of one network share its forward pass over the targets, and the prepared targets. They are run in processes of one
 * thread; but a plan with a custom loss, which is a function, stays in this process, one cell after the other, on all threads.
 * The same plan gives the same files, wherever it was interrupted and however many workers it had.
 *
 * @throws RangeError for a setting, a layer, a loss … that does not exist, and for more than 5,000 cells, before anything is run or
 *   written; Error where the folder holds something else, and, at the end, where cells failed; and what `each` throws
 */
export async function sweep(plan: Plan, { out, workers, shard, each, signal }: SweepOptions = {}): Promise<SweepResult> {
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 1))
    throw new RangeError(`workers is how many processes to run, a whole number from 1; got ${workers}`);
  const host = hostSignal();
  if (host?.aborted) throw new Interrupted("stop was pressed before this sweep began");
  mustBeFeasible(plan?.over);
  const { plan: written, customLosses } = await extractCustomLosses(plan);
  const described = await describeSweep(written as PlanFile);
  for (const { settings: { contentLoss, styleLoss } } of described.cells)
    for (const loss of [contentLoss, styleLoss]) if (isCustom(loss)) customLoss(loss, customLosses); // it must be available
  const shardCells = shard === undefined ? described.cells : shardOf(described.cells, shard);
  const folder = out ?? path.join("out", `sweep-${hashOf(described)}`);
  await claimFolder(folder, described);
  await mkdir(path.join(folder, "cells"), { recursive: true });
  await removeLeftovers(folder);

  const waiting = shardCells.filter((cell) => !readResult(folder, cell));
  const began = performance.now();
  const before = shardCells.length - waiting.length;
  const progress = progressReporter(each);
  let done = before;
  const report = (secondsLeft: number | undefined, stopped: boolean): void => {
    const seconds = (performance.now() - began) / 1000;
    progress.report({ folder, done, cells: shardCells.length, secondsLeft, seconds, stopped });
  };
  report(undefined, false);
  const inThisProcess = customLosses.size > 0;
  const stop = AbortSignal.any([signal, host, progress.signal].filter((one) => one !== undefined));
  setMaxListeners(0, stop); // every worker listens
  const failures = await runCells(waiting, {
    workers: inThisProcess ? 1 : workers ?? os.availableParallelism(), signal: stop,
    claim: (cell, run) => claimCell(folder, cell, run),
    start: () => (inThisProcess ? localRunner(folder, described, customLosses, stop) : workerRunner(folder, stop)),
    each(count, secondsLeft) {
      done = before + count;
      report(secondsLeft, false);
    },
  });
  if (done < shardCells.length) report(undefined, true);
  await progress.finish();
  if (failures.length > 0) throw new Error(failureMessage(failures, shardCells.length));
  const result = loadSweep(folder);
  if (result.missing.length === 0) await writeReport(result);
  return result;
}

/**
 * Runs a cell unless another process runs it, or has done it: several may work in one folder. Returns whether it is done.
 */
async function claimCell(folder: string, cell: Cell, run: () => Promise<void>): Promise<boolean> {
  class Busy extends Error {}
  const lock = `${filesOf(folder, cell).numbers.replace(/json$/, "lock")}`;
  try {
    await withLock(lock, async () => { if (!readResult(folder, cell)) await run(); }, { onWait: () => { throw new Busy(); } });
    return true;
  } catch (error) {
    if (error instanceof Busy) return false;
    throw error;
  }
}

/** Eight digits that identify a sweep. */
function hashOf(described: SweepFile): string {
  return createHash("sha256").update(JSON.stringify(described)).digest("hex").slice(0, 8);
}

function failureMessage(failures: readonly Failure[], cells: number): string {
  const lines = failures.slice(0, 5).map(({ cell, reason }) => `cell ${cell.index} (${cell.label}): ${reason}`);
  if (failures.length > 5) lines.push(`and ${failures.length - 5} more`);
  return [
    `${failures.length} of ${cells} cells failed; what is done is kept, and the same sweep resumes there.`, ...lines,
  ].join("\n");
}
