// A plan: what all runs of a sweep share, and what they differ in. It becomes a list of cells, one for each run.
import { nearest } from "../errors";
import type { AnyLoss } from "../losses/loss";
import { cellNames, settingLabels } from "./settingLabel";
import { mustBeSetting, settingsFrom, type Settings } from "./settings";

/** Some settings, as a reader writes them: a loss is a choice by name, or a loss. */
export type SettingsInput = { readonly [Name in keyof Settings]?: Settings[Name] | (Name extends `${string}Loss` ? AnyLoss : never) };

/** Values to try, by the setting's name: every combination is a cell. The last setting changes fastest. */
export type Grid<One = SettingsInput> = { readonly [Name in keyof One]?: readonly NonNullable<One>[Name][] };

/** What a sweep runs. `{ base: { steps: 60 }, over: { styleWeight: [1, 10, 100], seed: [0, 1] } }` has six cells. */
export interface Plan<One = SettingsInput> {
  /** What all cells share, where it is not the default. */
  readonly base?: One;
  /** A grid, or a list with the settings of each cell. */
  readonly over: Grid<One> | readonly One[];
}

/** A plan that a file can hold. */
export type PlanFile = Plan<Partial<Settings>>;

/** One run: plain JSON, with every setting. */
export interface Cell {
  readonly index: number;
  /** What its files are called: its index, and the images that not all cells share, such as `0003-cat`. */
  readonly name: string;
  /** What sets it apart from the others: `relu1_1, styleWeight 30`. */
  readonly label: string;
  readonly settings: Settings;
}

/** The cells as they stand on a sheet: the grid's last setting runs from left to right, all others from top to bottom. */
export interface SheetLayout {
  readonly rows: readonly (readonly number[])[];
  readonly rowLabels: readonly string[];
  readonly columnLabels: readonly string[];
}

/** A sweep has this many cells at most: each is four files and a picture on the sheet, which takes 1 GB to draw with 5,000. */
export const mostCells = 5_000;

/**
 * The cells of a plan, in order.
 *
 * @throws RangeError for a setting that does not exist (with the nearest name), an empty list, a value that is not allowed, and for more
 *   than `mostCells` cells
 */
export function cellsOf(plan: PlanFile): Cell[] {
  mustBePlan(plan);
  mustBeFeasible(plan.over);
  const { base = {}, over } = plan;
  const differing = isList(over) ? over : combinations(over);
  if (differing.length === 0) throw new RangeError("this sweep is over nothing: give `over` at least one value");
  const all = differing.map((settings, index) => {
    try {
      return settingsFrom({ ...base, ...settings });
    } catch (error) {
      if (differing.length > 1 && error instanceof RangeError) error.message += ` (in cell ${index} of ${differing.length})`;
      throw error;
    }
  });
  const varying = variedBy(all);
  const [names, label] = [cellNames(all), settingLabels(all)];
  return all.map((settings, index) => ({
    index, name: names[index], label: varying.map((name) => label(name, settings[name])).join(", ") || "all defaults", settings,
  }));
}

/** @throws RangeError or TypeError for what has not the form of a plan; what is in it is not looked at */
export function mustBePlan(plan: PlanFile): void {
  for (const key of Object.keys(plan ?? {}))
    if (!["base", "over"].includes(key))
      throw new RangeError(`a sweep has base and over, and no ${key}; did you mean ${nearest(key, ["base", "over"])}?`);
  if (typeof plan?.over !== "object" || plan.over === null)
    throw new TypeError("a sweep needs `over`: { styleWeight: [1, 10, 100] }, or a list of settings");
  if (plan.base !== undefined && !isObject(plan.base))
    throw new TypeError(`base is what all cells share, such as { steps: 60 }; got ${JSON.stringify(plan.base)}`);
  for (const [i, entry] of isList(plan.over) ? plan.over.entries() : [])
    if (!isObject(entry)) throw new TypeError(`over is a list of settings, such as [{ steps: 60 }]; its entry ${i} is ${JSON.stringify(entry)}`);
}

/**
 * Counts the cells before they are made: a list of eight million would never be finished.
 *
 * @throws RangeError for more than `mostCells`
 */
export function mustBeFeasible(over: unknown): void {
  if (typeof over !== "object" || over === null) return; // no plan: what is wrong with it is said elsewhere
  const lists = Array.isArray(over) ? [over] : Object.values(over).filter(Array.isArray);
  const counts = lists.map((list) => list.length).filter((count) => count !== 1);
  const cells = counts.reduce((product, count) => product * count, 1);
  if (cells <= mostCells) return;
  const number = (count: number): string => count.toLocaleString("en");
  throw new RangeError(`this sweep has ${number(cells)} cells${counts.length > 1 ? ` (${counts.map(number).join(" × ")})` : ""}, and the most ` +
    `is ${number(mostCells)}, as each leaves four files and takes a place on the sheet: try fewer values, or several sweeps`);
}

/** Cells that are equal in this can share a network. */
export function networkOf({ settings }: Cell): string {
  return JSON.stringify(settings.network);
}

/** About as many pixels as an image of this size has. */
export function pixelsOf(size: Settings["size"]): number {
  return typeof size === "number" ? size * size : size[0] * size[1];
}

/** The settings that are not the same in all cells. */
export function variedBy(all: readonly Settings[]): (keyof Settings)[] {
  const names = Object.keys(all[0]) as (keyof Settings)[];
  return names.filter((name) => new Set(all.map((settings) => JSON.stringify(settings[name]))).size > 1);
}

/** How the cells of a plan stand on a sheet; a list stands in rows as square as it goes. */
export function layoutOf({ over }: Pick<PlanFile, "over">, cells: readonly Cell[]): SheetLayout {
  const settings = gridOf({ over });
  const last = settings.at(-1);
  const across = last ? last[1].length : Math.ceil(Math.sqrt(cells.length));
  const rows = Array.from({ length: Math.ceil(cells.length / across) }, (_, row) =>
    cells.slice(row * across, (row + 1) * across).map(({ index }) => index));
  if (!last) return { rows, rowLabels: [], columnLabels: [] };
  const down = settings.slice(0, -1).map(([name]) => name);
  const label = settingLabels(cells.map((cell) => cell.settings));
  return {
    rows,
    rowLabels: down.length === 0 ? [] : rows.map(([first]) =>
      down.map((name) => label(name, cells[first].settings[name])).join(", ")),
    columnLabels: last[1].map((value) => label(last[0], value)),
  };
}

/** The settings of a grid that have several values, with these; a list has none. */
export function gridOf({ over }: Pick<PlanFile, "over">): [keyof Settings, readonly Settings[keyof Settings][]][] {
  return isList(over) ? [] : settingsOf(over).filter(([, values]) => values.length > 1);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(over: PlanFile["over"]): over is readonly Partial<Settings>[] {
  return Array.isArray(over);
}

function settingsOf(grid: Grid<Partial<Settings>>): [keyof Settings, readonly Settings[keyof Settings][]][] {
  return Object.entries(grid).map(([name, values]) => {
    mustBeSetting(name);
    if (!Array.isArray(values) || values.length === 0)
      throw new RangeError(`over.${name} is a list of the values to try; got ${JSON.stringify(values)}`);
    return [name as keyof Settings, values];
  });
}

function combinations(grid: Grid<Partial<Settings>>): Partial<Settings>[] {
  return settingsOf(grid).reduce<Partial<Settings>[]>(
    (cells, [name, values]) => cells.flatMap((settings) => values.map((value) => ({ ...settings, [name]: value }))), [{}]);
}
