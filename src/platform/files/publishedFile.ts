// Whether a file is the published one, by its publisher's checksum and, where that is only an md5, by a sha256 of our own.
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { checksumOf } from "./checksumOf";
import type { Fetchable } from "./manifest";
import { writeAtomically } from "./writeAtomically";

type Checksum = Fetchable["checksum"];

/** An entry, as far as its content goes. */
type Entry = Pick<Fetchable, "checksum" | "sha256">;

/** What `file` should have had, and what it has instead. */
export type Difference = Checksum & { readonly actual: string };

/**
 * The first checksum that `file` has not; undefined where it is the published file. Checked are the publisher's and, where that is
 * an md5, which can be forged, also the project's sha256, or the one noted beside the file when it was fetched and found right.
 */
export async function differenceFrom({ checksum: published, sha256 }: Entry, file: string): Promise<Difference | undefined> {
  const value = published.algorithm === "sha256" ? undefined : sha256 ?? await noted(file);
  for (const checksum of value === undefined ? [published] : [published, { algorithm: "sha256", value } as const]) {
    const actual = await checksumOf(file, checksum.algorithm);
    if (actual !== checksum.value) return { ...checksum, actual };
  }
  return undefined;
}

/** Notes the sha256 of a file that was just found right by its md5 alone, as `sha256sum --check` reads it. */
export async function noteChecksum(entry: Entry, file: string): Promise<void> {
  if (entry.checksum.algorithm === "sha256" || entry.sha256 !== undefined) return;
  const value = await checksumOf(file, "sha256");
  if (value !== await noted(file)) await writeAtomically(`${file}.sha256`, `${value}  ${path.basename(file)}\n`);
}

async function noted(file: string): Promise<string | undefined> {
  const note = await fs.readFile(`${file}.sha256`, "utf8").catch(() => "");
  return /^[0-9a-f]{64}(?= )/.exec(note)?.[0];
}
