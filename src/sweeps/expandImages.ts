// Folders and patterns of images in a plan: their pictures become values of the setting.
import { findImages } from "../platform/files/findImages";
import { mustBePlan, type Grid, type PlanFile } from "./plan";
import { imageSettings } from "./settingLabel";
import type { Settings } from "./settings";

/**
 * `plan` with the files that a folder or a pattern stands for: among the values of a grid, at their place; in `base`, as another setting
 * of the grid, before all others; and in a list, as an entry for each.
 *
 * @throws RangeError where a folder or a pattern has no images
 */
export function expandImages(plan: PlanFile): PlanFile {
  mustBePlan(plan);
  const { base = {}, over } = plan;
  const own = (name: string): boolean => !Array.isArray(over) && name in over; // base has no say then
  const several = Object.fromEntries(imageSettings.flatMap((name) => {
    const files = own(name) ? undefined : filesIn(base[name]);
    return files ? [[name, files] as const] : [];
  }));
  const rest = Object.fromEntries(Object.entries(base).filter(([name]) => !(name in several))) as Partial<Settings>;
  return { base: rest, over: Array.isArray(over) ? listOf(over, several) : gridOf(over as Grid<Partial<Settings>>, several) };
}

function gridOf(over: Grid<Partial<Settings>>, several: Readonly<Record<string, readonly string[]>>): Grid<Partial<Settings>> {
  const grid: Record<string, unknown> = { ...several, ...over };
  for (const name of imageSettings)
    if (Array.isArray(grid[name])) grid[name] = grid[name].flatMap((value: unknown): unknown[] => filesIn(value) ?? [value]);
  return grid as Grid<Partial<Settings>>;
}

function listOf(over: readonly Partial<Settings>[], several: Readonly<Record<string, readonly string[]>>): Partial<Settings>[] {
  return over.flatMap((entry) => imageSettings.reduce<Partial<Settings>[]>((entries, name) => {
    const files = name in entry ? filesIn(entry[name]) : several[name];
    return files ? entries.flatMap((one) => files.map((file) => ({ ...one, [name]: file }))) : entries;
  }, [entry]));
}

/** Undefined for what is no folder and no pattern. */
function filesIn(value: unknown): string[] | undefined {
  return typeof value === "string" && value !== "" ? findImages(value) : undefined;
}
