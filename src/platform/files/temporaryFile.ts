// Temporary files beside the file they will become. Their names say which process writes them, so that those of killed ones are known.
import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs/promises";
import { hostname } from "node:os";
import * as path from "node:path";
import { isAlive } from "./isAlive";

/** This machine, in eight digits: another one's processes cannot be asked for. */
export const thisHost: string = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

/** After this many seconds without a write a temporary file is left over, whoever wrote it. */
const longest = 24 * 3600;

/** A new name beside `file`: `.NAME.HOST-PID-RANDOM.tmp`. Random, too: two cells of one kernel may save to the same name at once. */
export function temporaryName(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.${thisHost}-${process.pid}-${randomBytes(6).toString("hex")}.tmp`);
}

/** Whether a file of this name may still be written: it is a temporary one, and its process is alive or on another machine. */
export function writerLives(name: string): boolean {
  const [, host, pid] = /^\..*\.([0-9a-f]{8})-(\d+)-[0-9a-f]{12}\.tmp$/.exec(path.basename(name)) ?? [];
  return host !== undefined && (host !== thisHost || isAlive(Number(pid)));
}

/** Removes what killed processes left of their temporary files in `folder`. */
export async function removeTemporaryFiles(folder: string): Promise<void> {
  const names = await fs.readdir(folder).catch(() => []);
  for (const name of names.filter((one) => /^\..*\.[0-9a-f]{8}-\d+-[0-9a-f]{12}\.tmp$/.test(one))) {
    const file = path.join(folder, name);
    const stats = await fs.stat(file).catch(() => undefined);
    if (stats && (!writerLives(name) || Date.now() - stats.mtimeMs > 1000 * longest)) await fs.rm(file, { force: true }).catch(() => {});
  }
}

const swept = new Set<string>();

/** The same, once in each process, as reading a folder takes time. */
export async function sweepUp(folder: string): Promise<void> {
  if (swept.has(folder)) return;
  swept.add(folder);
  await removeTemporaryFiles(folder);
}
