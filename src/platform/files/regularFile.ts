// Opening only what is a file, and only as much of it as is sensible: a device or a pipe would never end.
import * as fs from "node:fs";

/** What `stats` describe, as a phrase for "it is …", where it is not a regular file. */
export function notRegular(stats: fs.Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a pipe";
  if (stats.isSocket()) return "a socket";
  return "a device";
}

/**
 * Throws a RangeError, beginning with `name`, where `stats` are not those of a regular file of at most `largest` bytes. `instead` says what to
 * give: "an image inside it".
 */
export function checkRegular(name: string, stats: fs.Stats, largest: number, instead: string): void {
  const kind = notRegular(stats);
  if (kind === "a folder") throw new RangeError(`${name} is a folder: give ${instead} inside it`);
  if (kind) throw new RangeError(`${name} is ${kind}, not a file: give ${instead}`);
  if (stats.size > largest)
    throw new RangeError(`${name} has ${bytes(stats.size)}, more than the ${bytes(largest)} that can be read: is it ${instead}?`);
}

/** The content of a regular file of at most `largest` bytes. */
export function readSmallFile(file: string, largest: number, instead = "a file", name: string = file): Buffer {
  checkRegular(name, fs.statSync(file), largest, instead);
  return fs.readFileSync(file);
}

function bytes(count: number): string {
  return count < 1e6 ? `${count} bytes` : count < 1e9 ? `${Number((count / 1e6).toPrecision(4))} MB` : `${Number((count / 1e9).toPrecision(4))} GB`;
}
