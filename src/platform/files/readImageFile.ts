// The bytes of an image file, and the format that they are in; or an error that says what is there instead.
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { firstLine, nearest } from "../../errors";
import { imageFormats, imageKind, type ImageFormat } from "./imageKind";
import { checkRegular } from "./regularFile";

/** Largest image file that is read, in bytes: the largest picture that may be decoded, uncompressed in 16 bits, is 3 GB. */
const largestFile = 2 ** 31 - 1;

/** The bytes of an image file. @throws Error for a missing one, with the nearest name, RangeError for a folder, a device or too large a file */
export async function readImageFile(file: string): Promise<Uint8Array> {
  try {
    checkRegular(file, await fs.stat(file), largestFile, "an image");
    return await fs.readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") throw await missing(file, error);
    if (error instanceof RangeError) throw error;
    throw new Error(`${file} cannot be read (${code ?? firstLine(error)}): check its permissions`, { cause: error });
  }
}

async function missing(file: string, cause: unknown): Promise<Error> {
  const folder = path.dirname(path.resolve(file));
  const names = await fs.readdir(folder).catch(() => undefined);
  if (!names) return new Error(`${file} does not exist: there is no folder ${folder}`, { cause });
  const images = names.filter((name) => path.extname(name).toLowerCase() in imageFormats);
  const hint = images.length > 0 ? `did you mean ${nearest(path.basename(file), images)}?` : "there is no image in it";
  return new Error(`${file} does not exist in ${folder}: ${hint}`, { cause });
}

/** The format of an image's bytes; `name` begins the error. @throws Error for an empty file and for other formats, saying which */
export function mustBeImageFormat(name: string, bytes: Uint8Array): ImageFormat {
  if (bytes.length === 0) throw new Error(`${name} is empty (0 bytes): export or download the image again`);
  const kind = imageKind(bytes);
  if ("format" in kind) return kind.format;
  throw new Error(
    `${name} cannot be loaded: it is ${kind.other}, expected a JPEG, PNG, WebP or TIFF: convert it to PNG or choose another file`);
}
