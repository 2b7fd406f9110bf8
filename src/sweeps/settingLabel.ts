// How a sweep's settings are written: in labels, and in the names of files.
import type { Json } from "../json";
import type { Settings } from "./settings";

/** A setting and its value in a label. */
export type SettingLabel = (name: keyof Settings, value: Settings[keyof Settings]) => string;

/** A setting in a label: `styleWeight 30`, `relu1_1 relu2_1`, `adam rate 0.05`. A number says nothing without its name. */
export function settingLabel(name: keyof Settings, value: Settings[keyof Settings]): string {
  return typeof value === "number" || value === null ? `${name} ${value ?? "none"}` : textOf(value as Json);
}

/** The labels of a sweep with these settings: as `settingLabel`, but image files without the folders that all of them lie in. */
export function settingLabels(all: readonly Pick<Settings, ImageSetting>[]): SettingLabel {
  const shared = new Map(imageSettings.map((name) => [name as string, sharedFolder(new Set(all.map((settings) => settings[name])))]));
  return (name, value) => {
    const folder = shared.get(name);
    return folder && typeof value === "string" && value.startsWith(folder) ? value.slice(folder.length) : settingLabel(name, value);
  };
}

/** The settings that name images. */
export const imageSettings = ["photo", "painting"] as const;
type ImageSetting = typeof imageSettings[number];

/**
 * The names of the cells' files: the index, and the images where not all cells have the same, such as `0003-cat`; of nothing but letters,
 * digits and hyphens, whatever the images are called.
 */
export function cellNames(all: readonly Pick<Settings, ImageSetting>[]): string[] {
  const varied = imageSettings.filter((name) => new Set(all.map((settings) => settings[name])).size > 1);
  return all.map((settings, index) => [String(index).padStart(4, "0"), ...varied.flatMap((name) => wordOf(settings[name]))].join("-"));
}

/** At most 24 letters: two words, an index and what a temporary file's name has around them fit the 255 bytes of a file's name. */
function wordOf(image: string | null): string[] {
  const stem = (image ?? "none").split(/[/\\]/).at(-1)!.replace(/(?<=.)\.[^.]*$/, "");
  const word = [...stem.replace(/[^\p{L}\p{N}]+/gu, "-")].slice(0, 24).join("").replace(/^-+|-+$/g, "");
  return word === "" ? [] : [word];
}

/** The folders that all these files lie in, with the last slash; samples, which have no folder, do not count. */
function sharedFolder(images: ReadonlySet<string | null>): string {
  const folders = [...images].filter((image) => image !== null).map((image) => /^.*[/\\]/.exec(image)?.[0].split(/(?<=[/\\])/) ?? []);
  const [first = [], ...others] = folders.filter((parts) => parts.length > 0);
  const differing = first.findIndex((part, i) => others.some((parts) => parts[i] !== part));
  return first.slice(0, differing < 0 ? first.length : differing).join("");
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
