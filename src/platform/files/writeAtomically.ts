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
  try {
    await fs.mkdir(folder, { recursive: true });
  } catch (error) {
    throw explained(error, file, folder);
  }
  await sweepUp(folder);
  const temporary = temporaryName(path.resolve(file));
  let foreign = false; // `content` reads other files, and may fail at those
  try {
    if (typeof content === "function") {
      foreign = true;
      await content(temporary);
      foreign = false;
    } else await fs.writeFile(temporary, content);
    await flush(temporary);
    await fs.rename(temporary, file);
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => {}); // the first error is the one to report
    const explanation = explained(error, file, folder);
    throw foreign && !["ENOSPC", "EDQUOT"].includes(explanation?.code ?? "") ? error : explanation;
  }
}

/** An error of the file system, with the file and the remedy; any other one as it is. */
function explained(error: unknown, file: string, folder: string): NodeJS.ErrnoException {
  let inner = error;
  while (inner instanceof Error && !("code" in inner) && inner.cause) inner = inner.cause;
  const code = inner instanceof Error && "code" in inner ? String(inner.code) : "";
  const what = {
    ENOSPC: "the disk is full: free some space", EDQUOT: "your share of the disk is used up: free some space",
    EISDIR: "it is a folder: choose another name", ENOTEMPTY: "it is a folder: choose another name",
    EEXIST: `${folder} is not a folder: choose another one`, ENOTDIR: `a part of ${folder} is not a folder: choose another one`,
    EACCES: `you may not write into ${folder}: choose another folder`, EPERM: `you may not write into ${folder}: choose another folder`,
    EROFS: `${folder} can only be read: choose another folder`, ENAMETOOLONG: "its name is too long: choose a shorter one",
  }[code];
  return what === undefined ? error as Error : Object.assign(new Error(`${file} was not written: ${what}`, { cause: error }), { code });
}

/** Without this a power cut after the rename can leave the new name on an empty file. */
async function flush(file: string): Promise<void> {
  const handle = await fs.open(file, "r+");
  await handle.sync().finally(() => handle.close());
}
