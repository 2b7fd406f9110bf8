// A file with the name of a published one is that file, byte for byte: a damaged byte may change numbers without an error.
import * as path from "node:path";
import { fileStamp } from "../../platform/files/fileStamp";
import { manifest, shipped, type Shipped } from "../../platform/files/manifest";
import { weightsFolder } from "../../platform/files/paths";
import { differenceFrom, type Difference } from "../../platform/files/publishedFile";

/** What was found in this process, by file and by all that changes with its content, so that each check costs once. */
const found = new Map<string, Promise<Difference | undefined>>();

/**
 * Throws where `file` has the name of published weights and another content. Other names may hold anything: their shapes are
 * checked, and that is all that is known of them.
 */
export async function checkPublished(file: string): Promise<void> {
  const entry = [...shipped, ...manifest].find(({ kind, fileName }) => kind === "weights" && fileName === path.basename(file));
  if (!entry) return;
  const key = `${entry.name} ${(await fileStamp(file)).text}`;
  const check = found.get(key) ?? differenceFrom(entry, file);
  found.set(key, check);
  check.catch(() => found.delete(key)); // a file that could not be read is read again
  const difference = await check;
  if (!difference) return;
  const { algorithm, value, actual } = difference;
  throw new Error(`${file} is damaged or was changed: expected ${algorithm} ${value}, got ${actual}. ${remedy(entry, file)}; `
    + "if it is meant to hold other weights, give it another name");
}

function remedy({ name, fileName }: Shipped, file: string): string {
  if (manifest.some((entry) => entry.name === name)) return `Delete it and fetch it again with \`npm run weights -- ${name}\``;
  return path.resolve(file) === path.join(weightsFolder, fileName) ? `Restore it with \`git checkout -- weights/${fileName}\``
    : `Take the project's own file, weights/${fileName}`;
}
