// Several image files by one name: a folder, or a pattern such as photos/*.jpg.
import * as fs from "node:fs";
import * as path from "node:path";
import { imageFormats } from "./imageKind";
import { samples } from "./sample";

/**
 * The image files that `name` stands for: those directly in a folder, or those that match a pattern, in which `*` is any characters of
 * a folder's or file's name and `?` is one. In the order of their paths (by character code, so the same everywhere); hidden files are
 * left out. Undefined where `name` is a sample's or a file's, or nothing at all.
 *
 * @throws RangeError for a folder without images, and for a pattern that matches none
 */
export function findImages(name: string): string[] | undefined {
  if (samples().has(name)) return undefined;
  if (isFolder(name)) {
    const found = imagesIn(name).map((file) => joined(name.replace(/(?<=.)[/\\]+$/, ""), file));
    if (found.length > 0) return found;
    throw new RangeError(`there is no ${kinds} in the folder ${name}: name another folder, or a pattern such as ${joined(name, "*", "*.jpg")}`);
  }
  if (!/[*?]/.test(name) || fs.existsSync(name)) return undefined;
  if (name.includes("**")) throw new RangeError(`${name}: ** is not known: write a * for each folder, such as photos/*/*.jpg`);
  const found = matching(name).filter(isImage).sort();
  if (found.length > 0) return found;
  throw new RangeError(`no ${kinds} matches ${name}${nearby(name)}`);
}

const kinds = "JPEG, PNG, WebP or TIFF";

function isFolder(name: string): boolean {
  return fs.statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
}

function isImage(file: string): boolean {
  return path.extname(file).toLowerCase() in imageFormats && fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

/** The names of the images in a folder. */
function imagesIn(folder: string): string[] {
  return fs.readdirSync(folder).filter((file) => !file.startsWith(".") && isImage(path.join(folder, file))).sort();
}

/** All that matches a pattern, folder by folder. */
function matching(pattern: string): string[] {
  const [first, ...parts] = pattern.split(separator);
  const start = first === "" || /^[a-z]:$/i.test(first) ? { found: [`${first}/`], parts } : { found: [""], parts: [first, ...parts] };
  return start.parts.reduce((found, part) => found.flatMap((folder) => {
    if (!/[*?]/.test(part)) return [joined(folder, part)];
    const names = isFolder(folder || ".") ? fs.readdirSync(folder || ".") : [];
    return names.filter((name) => expression(part).test(name) && (part.startsWith(".") || !name.startsWith("."))).map((name) => joined(folder, name));
  }), start.found);
}

const separator = path.sep === "/" ? "/" : /[/\\]/;

function expression(part: string): RegExp {
  const source = [...part].map((letter) => ({ "*": ".*", "?": "." }[letter] ?? letter.replace(/[\\^$.|+()[\]{}]/, "\\$&"))).join("");
  return new RegExp(`^${source}$`, "su");
}

/** With a slash, so that a plan means the same on every system. */
function joined(...parts: string[]): string {
  return parts.filter((part) => part !== "").join("/").replace(/\/{2,}/g, "/");
}

/** What there is where a pattern found nothing. */
function nearby(pattern: string): string {
  const parts = pattern.split(separator);
  const folder = parts.slice(0, parts.findIndex((part) => /[*?]/.test(part))).join("/") || (pattern.startsWith("/") ? "/" : ".");
  if (!isFolder(folder)) return `: there is no folder ${folder} (relative to ${process.cwd()})`;
  const images = imagesIn(folder);
  if (images.length === 0) return `: there is no image in ${folder}`;
  return `; in ${folder} are ${images.slice(0, 3).join(", ")}${images.length > 3 ? ` and ${images.length - 3} more` : ""}`;
}
