// The file that an image's name stands for.
import * as fs from "node:fs";
import { nearest } from "../../errors";
import { isFile } from "./loadNamed";
import { samples } from "./sample";

/** The file of a sample's name, or the file of that name. @throws Error for a file that is not there, RangeError for no sample's name */
export function imageFile(name: string): string {
  const available = samples();
  const file = available.get(name) ?? (isFile(name) ? name : undefined);
  if (file && fs.existsSync(file)) return file;
  if (file) throw new Error(`the image ${file} does not exist (relative to ${process.cwd()})`);
  const meant = available.size > 0 ? ` did you mean "${nearest(name, [...available.keys()])}"?` : "";
  throw new RangeError(`no sample image "${name}";${meant} There are: ${[...available.keys()].join(", ") || "none"}. ` +
    `A file has a folder or an extension in its name`);
}
