// Sample images by name: the project's, the classic ones, and those in the user's folders.
import * as fs from "node:fs";
import * as path from "node:path";
import { nearest } from "../../errors";
import type { Image } from "../../image";
import { imageFormats } from "./imageKind";
import { loadImage, type LoadOptions } from "./loadImage";
import { manifest } from "./manifest";
import { imagesPath } from "./paths";

/**
 * Loads a sample image by its name without extension, e.g. `sample("valley", { shorter: 256 })`.
 * Searched: `notebooks/images`, its `classic` (filled by `npm run images`), and the folders in `STYLOSCOPE_IMAGES`.
 */
export async function sample(name: string, options: LoadOptions = {}): Promise<Image> {
  const found = samples();
  const file = found.get(name);
  if (file) return loadImage(file, options);
  if (manifest.some((entry) => entry.kind === "image" && entry.name === name))
    throw new Error(`the sample image "${name}" is not downloaded yet: get the classic pictures with \`npm run images\``);
  const names = [...found.keys()];
  const later = manifest.filter((entry) => entry.kind === "image" && !found.has(entry.name)).map((entry) => entry.name);
  throw new Error(
    `no sample image "${name}"; did you mean "${nearest(name, [...names, ...later])}"? There are: ${names.join(", ") || "none"}` +
      `${later.length ? `; with \`npm run images\` also: ${later.join(", ")}` : ""}`);
}

/** Every available sample image: name without extension → file; the first folder of the search path wins. */
export function samples(): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of imagesPath()) {
    // A missing folder (no classic pictures yet) counts as empty.
    const files = fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [];
    for (const file of files) {
      const { name, ext } = path.parse(file);
      if (ext.toLowerCase() in imageFormats && !name.startsWith(".") && !found.has(name)) found.set(name, path.join(folder, file));
    }
  }
  return found;
}
