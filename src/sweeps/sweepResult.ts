// The result of a sweep: the cells that are done, and the folder where they are.
import { printedAs } from "../printedAs";
import { readResult, type CellResult } from "./cellResult";
import { readSweep, type SweepFile } from "./sweepFolder";

export interface SweepResult {
  readonly folder: string;
  /** The whole sweep, also where only a part of it was run. */
  readonly sweep: SweepFile;
  /** The cells that are done, in order, with their full settings. */
  readonly cells: readonly CellResult[];
  /** The numbers of the cells that are not, or whose files are damaged. */
  readonly missing: readonly number[];
}

/** A sweep that was run before, whole or in part, from its folder. @throws where the folder holds none */
export function loadSweep(folder: string): SweepResult {
  const sweep = readSweep(folder);
  const cells = sweep.cells.map((cell) => readResult(folder, cell)).filter((result) => result !== undefined);
  const there = new Set(cells.map(({ index }) => index));
  const missing = sweep.cells.map(({ index }) => index).filter((index) => !there.has(index));
  const done = missing.length > 0 ? `${cells.length} of ${sweep.cells.length} cells` : `${cells.length} cells`;
  const sentence = `a sweep of ${done} in ${folder}; show(await sweepSheet(result)) shows their pictures`;
  return printedAs({ folder, sweep, cells, missing }, () => sentence);
}
