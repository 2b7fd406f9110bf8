// The pictures of a sweep while they were made: all of them, step by step.
import { readFile } from "node:fs/promises";
import type { Plot } from "../../platform/drawing/plot";
import { filesOf, type CellResult } from "../../sweeps/cellResult";
import { layoutOf } from "../../sweeps/plan";
import type { SweepResult } from "../../sweeps/sweepResult";
import { titleOf } from "../../sweeps/sweepSheet";
import { cellCaption, notDone } from "./cellCaption";
import { flipbook } from "./flipbook";
import { aspectOf, notebookLimit } from "./limits";
import { stripPicture } from "./mosaic";

/**
 * The contact sheet of a sweep over its steps 0, 1, 2, 4, 8 …: a slider and a button go through the steps, the mouse shows the numbers of a
 * picture. A cell that ended early stays as it was; where pictures would get too small, some steps are left out.
 *
 * @param options `limit`: of the plot in bytes, which decides how large the pictures are (default: what a notebook's output holds)
 */
export async function sweepSteps(result: SweepResult, { limit = notebookLimit }: { limit?: number } = {}): Promise<Plot> {
  const { folder, sweep, cells } = result;
  const aspect = await aspectOf(result);
  const { rows, rowLabels, columnLabels } = layoutOf(sweep, sweep.cells);
  const done = new Map(cells.map((cell) => [cell.index, cell]));
  const steps = [...new Set(cells.flatMap(({ frames }) => frames))].sort((a, b) => a - b);
  const strips = new Map<number, Buffer>();
  for (const cell of cells) strips.set(cell.index, await readFile(filesOf(folder, cell).strip));
  const inEveryTile = <Value>(make: (cell: CellResult) => Value, otherwise: Value): Value[][] =>
    rows.map((row) => row.map((index) => (done.has(index) ? make(done.get(index)!) : otherwise)));
  const pages = await Promise.all(steps.map(async (step) => ({
    name: String(step),
    pictures: await Promise.all(inEveryTile(async (cell): Promise<Buffer | undefined> => {
      const n = lastAt(cell.frames, step);
      return stripPicture(strips.get(cell.index)!, n, cell.frames.length);
    }, Promise.resolve(undefined)).map((row) => Promise.all(row))),
    captions: inEveryTile((cell) => cellCaption(cell, lastAt(cell.history.index, step)), notDone),
  })));
  const title = titleOf(sweep);
  return flipbook(pages, {
    title, what: "step", rowLabels, columnLabels, open: pages.length - 1, play: true, spare: true, aspect, limit,
    summary: `${cells.length} cells at steps ${steps.join(", ")}: ${title}`,
  });
}

/** The index of the last of the ascending numbers that is not above `most`. */
function lastAt(numbers: readonly number[], most: number): number {
  return Math.max(0, numbers.filter((number) => number <= most).length - 1);
}
