// The checksum of a file on disk.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { checkRegular } from "./regularFile";

/** The md5 or sha256 of `file`, in hexadecimal; the file is read in chunks. */
export async function checksumOf(file: string, algorithm: "md5" | "sha256"): Promise<string> {
  checkRegular(file, await stat(file), Infinity, "a file");
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}
