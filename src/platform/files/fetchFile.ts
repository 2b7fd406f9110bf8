// Fetching a file whole and checked, or not at all: resumed where it was cut, verified, then renamed into place.
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checksumOf } from "./checksumOf";
import { attempt, lengthOf, type FetchOptions, type Fetching } from "./fetchAttempt";
import { explain, mismatch, worthRetrying } from "./fetchErrors";
import type { Fetchable } from "./manifest";

export type { FetchOptions, FetchProgress } from "./fetchAttempt";

/**
 * Fetches `entry` into `folder` and returns the file's path; what is there and right is not fetched again.
 *
 * The bytes go to `NAME.part`. A cut or stalled connection is tried again, asking only for the rest; a server that
 * sends the whole file all the same restarts it. The finished part is read back, and renamed only if its checksum is
 * right; a wrong one is deleted. So `NAME` itself is never half-written. Errors name the file, the host and the remedy.
 */
export async function fetchFile(entry: Fetchable, folder: string, options: FetchOptions = {}): Promise<string> {
  const { retries = 4, backoffSeconds = 1, signal } = options;
  const address = options.from ?? entry.address;
  const file = path.join(folder, entry.fileName);
  const part = `${file}.part`;
  try {
    if (await isRight(file, entry)) return file;
    await fs.mkdir(folder, { recursive: true });
    let failures = 0;
    const fetching: Fetching = { entry, address, part, options, reported: 0, inherited: await lengthOf(part) > 0 };
    for (;;) {
      try {
        await attempt(fetching);
        const got = await checksumOf(part, entry.checksum.algorithm);
        if (got === entry.checksum.value) break;
        await fs.rm(part, { force: true });
        // What an earlier run left may belong to another version of the file: one clean fetch settles it.
        if (!fetching.inherited) throw mismatch(entry, address, got);
      } catch (error) {
        signal?.throwIfAborted();
        if (!worthRetrying(error) || failures === retries) throw error;
        await sleep(1000 * backoffSeconds * 2 ** failures++, undefined, { signal });
      }
    }
    await fs.rename(part, file);
    return file;
  } catch (error) {
    signal?.throwIfAborted();
    // A full disk must not stay full because of us.
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") await fs.rm(part, { force: true });
    throw explain(error, entry, address, folder);
  }
}

async function isRight(file: string, entry: Fetchable): Promise<boolean> {
  if (await lengthOf(file) === 0) return false;
  return await checksumOf(file, entry.checksum.algorithm) === entry.checksum.value;
}
