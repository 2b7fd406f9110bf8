// One setting of a sweep under a slider: what it alone does to the pictures.
import { readFile } from "node:fs/promises";
import { mustBeOneOf } from "../../errors";
import type { Plot } from "../../platform/drawing/plot";
import { filesOf } from "../../sweeps/cellResult";
import { gridOf, settingLabel, type Cell } from "../../sweeps/plan";
import type { Settings } from "../../sweeps/settings";
import type { SweepResult } from "../../sweeps/sweepResult";
import { titleOf } from "../../sweeps/sweepSheet";
import { cellCaption, notDone } from "./cellCaption";
import { flipbook } from "./flipbook";
import { aspectOf, notebookLimit } from "./limits";

/**
 * The pictures of a sweep with one setting under a slider, and side by side what the others make of it; the mouse shows the
 * numbers of a picture. Of a list of settings, which is no grid, the slider turns from cell to cell.
 *
 * @param options `over`: which setting (default: the grid's last); `limit`: of the figure in bytes, as in `sweepSteps`
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
  const leafOf = async (name: string, alike: readonly Cell[]) => {
    const rows = inRows(alike);
    return {
      name, rows,
      pictures: await Promise.all(rows.map((row) => Promise.all(row.map(async ({ index }) =>
        (done.has(index) ? readFile(filesOf(folder, index).picture) : undefined))))),
      words: rows.map((row) => row.map(({ index }) => (done.has(index) ? cellCaption(done.get(index)!) : notDone))),
    };
  };
  const values = grid.find(([name]) => name === setting)?.[1] ?? [];
  const leaves = await Promise.all(setting === undefined
    ? sweep.cells.map((cell) => leafOf(cell.label, [cell]))
    : values.map((value) => leafOf(valueInWords(setting, value),
      sweep.cells.filter(({ settings }) => JSON.stringify(settings[setting]) === JSON.stringify(value)))));
  const labelOf = ({ settings }: Cell): string => others.map((name) => settingLabel(name, settings[name])).join(", ");
  const [first, ...more] = leaves[0].rows;
  const title = titleOf(sweep);
  return flipbook(leaves, {
    title, what: setting ?? "", columnLabels: more.length === 0 ? first.map(labelOf) : [],
    open: Math.floor(leaves.length / 2), aspect, limit,
    summary: `${setting ?? "cell"} ${leaves.map(({ name }) => name).join(", ")}: ${title}`,
  });
}

/** Up to six in a row; of more, as many rows as it takes. */
function inRows(cells: readonly Cell[]): Cell[][] {
  const rows = Math.ceil(cells.length / 6);
  const across = Math.ceil(cells.length / rows);
  return Array.from({ length: rows }, (_, row) => cells.slice(row * across, (row + 1) * across));
}

/** The slider says the name of the setting already. */
function valueInWords(setting: keyof Settings, value: Settings[keyof Settings]): string {
  return settingLabel(setting, value).replace(`${setting} `, "");
}
