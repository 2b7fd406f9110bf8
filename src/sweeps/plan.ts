// A plan: what all runs of a sweep share, and what they differ in. It becomes a list of cells, one for each run.
import { nearest } from "../errors";
import type { Json } from "../json";
import type { AnyLoss } from "../losses/loss";
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

/**
 * The cells of a plan, in order.
 *
 * @throws RangeError for a setting that does not exist (with the nearest name), an empty list, a value that is not allowed
 */
export function cellsOf(plan: PlanFile): Cell[] {
  for (const key of Object.keys(plan ?? {}))
    if (!["base", "over"].includes(key))
      throw new RangeError(`a sweep has base and over, and no ${key}; did you mean ${nearest(key, ["base", "over"])}?`);
  if (typeof plan?.over !== "object" || plan.over === null)
    throw new TypeError("a sweep needs `over`: { styleWeight: [1, 10, 100] }, or a list of settings");
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
  return all.map((settings, index) => ({
    index, settings, label: varying.map((name) => settingLabel(name, settings[name])).join(", ") || "all defaults",
  }));
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
  return {
    rows,
    rowLabels: down.length === 0 ? [] : rows.map(([first]) =>
      down.map((name) => settingLabel(name, cells[first].settings[name])).join(", ")),
    columnLabels: last[1].map((value) => settingLabel(last[0], value)),
  };
}

/** The settings of a grid that have several values, with these; a list has none. */
export function gridOf({ over }: Pick<PlanFile, "over">): [keyof Settings, readonly Settings[keyof Settings][]][] {
  return isList(over) ? [] : settingsOf(over).filter(([, values]) => values.length > 1);
}

/** A setting in a label: `styleWeight 30`, `relu1_1 relu2_1`, `adam rate 0.05`. A number says nothing without its name. */
export function settingLabel(name: keyof Settings, value: Settings[keyof Settings]): string {
  return typeof value === "number" || value === null ? `${name} ${value ?? "none"}` : textOf(value as Json);
}

function textOf(value: Json | undefined): string {
  const { custom } = (value ?? {}) as { custom?: { name: string } };
  if (custom) return custom.name;
  if (Array.isArray(value)) return value.map(textOf).join(typeof value[0] === "number" ? "×" : " ");
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== 0); // a weight of 0 has no effect
  if (entries.length === 1 && entries[0][1] === 1) return entries[0][0];
  return entries.map(([name, inner]) => `${name} ${textOf(inner)}`.trim()).join(" ");
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
