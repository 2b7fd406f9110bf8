// Joins the parts of a sweep that was run in shards.
import * as fs from "node:fs";
import * as path from "node:path";
import { writeAtomically } from "../platform/files/writeAtomically";
import { filesOf, readResult } from "./cellResult";
import type { Cell } from "./plan";
import { belongsTo, claimFolder, differenceOf, readSweep } from "./sweepFolder";
import { loadSweep, type SweepResult } from "./sweepResult";
import { writeReport } from "./writeReport";

/**
 * Puts the cells of several folders into `out`, a new one or one of this sweep, and makes the sheet and the table of all.
 *
 * @throws where the folders are parts of different sweeps, or a cell is in none of them, or in two with other results; then
 *   nothing is written
 */
export async function mergeSweeps(folders: readonly string[], out: string): Promise<SweepResult> {
  if (folders.length === 0) throw new RangeError("no folder to merge: name those of the parts");
  const [first, ...others] = folders;
  const sweep = readSweep(first);
  for (const other of others) {
    const difference = differenceOf(sweep, readSweep(other), `in ${first}`, `in ${other}`);
    if (difference) throw new Error(`these are parts of different sweeps: ${difference}`);
  }
  belongsTo(out, sweep); // or it throws
  const found = sweep.cells.map((cell) => ({ cell, source: sourceOf(cell, folders) }));
  const missing = found.filter(({ source }) => source === undefined).map(({ cell }) => cell.index);
  if (missing.length > 0)
    throw new Error(`${missing.length} of ${sweep.cells.length} cells are in none of these folders, or damaged there: ${listed(missing)}. ` +
      "Run their shards again (what is done is kept), or name the folder that has them");
  await claimFolder(out, sweep);
  for (const { cell, source } of found) {
    const [from, to] = [filesOf(source!, cell), filesOf(out, cell)];
    if (path.resolve(from.numbers) === path.resolve(to.numbers)) continue;
    for (const name of ["time", "strip", "picture", "numbers"] as const)
      await writeAtomically(to[name], fs.readFileSync(from[name]));
  }
  const merged = loadSweep(out);
  await writeReport(merged);
  return merged;
}

/** The folder that has the cell, whole. @throws where two have it, and differ */
function sourceOf(cell: Cell, folders: readonly string[]): string | undefined {
  const [source, ...more] = folders.filter((folder) => readResult(folder, cell) !== undefined);
  const bytes = (folder: string): Buffer => fs.readFileSync(filesOf(folder, cell).numbers);
  for (const other of more)
    if (!bytes(source).equals(bytes(other)))
      throw new Error(`cell ${cell.index} (${cell.label}) is in ${source} and in ${other}, with other results: ` +
        "leave one of the two out");
  return source;
}

/** `0, 3, 6 and 12 more`. */
function listed(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 10).join(", ");
  return numbers.length > 10 ? `${shown} and ${numbers.length - 10} more` : shown;
}
