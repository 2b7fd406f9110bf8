// Writing a file so that no reader ever finds half of it: a temporary name in the same folder, then a rename.
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { sweepUp, temporaryName } from "./temporaryFile";

/**
 * Writes `file` whole or not at all: `content` goes to a temporary name beside it, is flushed to disk and renamed.
 * A missing folder is created. On failure the temporary file is removed and an older `file` stays; one that a killed process left
 * in the folder is removed, too.
 *
 * @param content the bytes or text, or a function that writes them to the temporary path it is given
 */
export async function writeAtomically(
  file: string, content: Uint8Array | string | ((temporary: string) => Promise<void>),
): Promise<void> {
  const folder = path.dirname(path.resolve(file));
  await fs.mkdir(folder, { recursive: true });
  await sweepUp(folder);
  const temporary = temporaryName(path.resolve(file));
  try {
    if (typeof content === "function") await content(temporary);
    else await fs.writeFile(temporary, content);
    await flush(temporary);
    await fs.rename(temporary, file);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
}

/** Without this a power cut after the rename can leave the new name on an empty file. */
async function flush(file: string): Promise<void> {
  const handle = await fs.open(file, "r+");
  await handle.sync().finally(() => handle.close());
}
