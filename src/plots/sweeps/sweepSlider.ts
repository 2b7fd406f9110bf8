// One setting of a sweep under a slider: what it alone changes in the pictures.
import { readFile } from "node:fs/promises";
import { mustBeOneOf } from "../../errors";
import { inRows } from "../../platform/drawing/inRows";
import type { Plot } from "../../platform/drawing/plot";
import { filesOf } from "../../sweeps/cellResult";
import { gridOf, type Cell } from "../../sweeps/plan";
import { settingLabels } from "../../sweeps/settingLabel";
import type { Settings } from "../../sweeps/settings";
import type { SweepResult } from "../../sweeps/sweepResult";
import { titleOf } from "../../sweeps/sweepSheet";
import { cellCaption, notDone } from "./cellCaption";
import { flipbook } from "./flipbook";
import { aspectOf, notebookLimit } from "./limits";

/**
 * The pictures of a sweep with one setting under a slider, and the values of the others side by side; the mouse shows the
 * numbers of a picture. Of a list of settings, which is no grid, the slider goes from cell to cell.
 *
 * @param options `over`: which setting (default: the grid's last); `limit`: of the plot in bytes, as in `sweepSteps`
 * @throws RangeError for a setting that the sweep is not over
 */
export async function sweepSlider(
  result: SweepResult, { over, limit = notebookLimit }: { over?: keyof Settings; limit?: number } = {},
): Promise<Plot> {
  const { folder, sweep, cells } = result;
  const aspect = await aspectOf(result);
  const grid = gridOf(sweep);
  const names = grid.map(([name]) => name);
  if (over !== undefined) mustBeOneOf(over, names, "setting with several values", "this sweep");
  const setting = over ?? names.at(-1);
  const others = names.filter((name) => name !== setting);
  const done = new Map(cells.map((cell) => [cell.index, cell]));
  const label = settingLabels(sweep.cells.map(({ settings }) => settings));
  const pageOf = async (name: string, alike: readonly Cell[]) => {
    const rows = inRows(alike, acrossOf(alike.length));
    return {
      name, rows,
      pictures: await Promise.all(rows.map((row) => Promise.all(row.map(async ({ index }) =>
        (done.has(index) ? readFile(filesOf(folder, sweep.cells[index]).picture) : undefined))))),
      captions: rows.map((row) => row.map(({ index }) => (done.has(index) ? cellCaption(done.get(index)!) : notDone))),
    };
  };
  const values = grid.find(([name]) => name === setting)?.[1] ?? [];
  const pages = await Promise.all(setting === undefined
    ? sweep.cells.map((cell) => pageOf(cell.label, [cell]))
    : values.map((value) => pageOf(label(setting, value).replace(`${setting} `, ""), // whose name the slider shows already
      sweep.cells.filter(({ settings }) => JSON.stringify(settings[setting]) === JSON.stringify(value)))));
  const labelOf = ({ settings }: Cell): string => others.map((name) => label(name, settings[name])).join(", ");
  const [first, ...more] = pages[0].rows;
  const title = titleOf(sweep);
  return flipbook(pages, {
    title, what: setting ?? "", columnLabels: more.length === 0 ? first.map(labelOf) : [],
    open: Math.floor(pages.length / 2), aspect, limit,
    summary: `${setting ?? "cell"} ${pages.map(({ name }) => name).join(", ")}: ${title}`,
  });
}

/** Up to six pictures in a row; more in rows that are about equally long. */
function acrossOf(count: number): number {
  return Math.ceil(count / Math.ceil(count / 6));
}
