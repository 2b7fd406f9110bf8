// Whether a file is still the one that was read, without reading it again.
import { stat } from "node:fs/promises";

export interface FileStamp {
  /** Another text when the file was replaced or written to. */
  readonly text: string;
  /** False right after a change: a second one within the clock of the file system would leave the same text. */
  readonly settled: boolean;
}

/** What is different after any change of a file: its number, size and times; the last cannot be set back. */
export async function fileStamp(file: string): Promise<FileStamp> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
  return { text: [dev, ino, size, mtimeNs, ctimeNs].join(), settled: Date.now() - Number(ctimeNs / 1_000_000n) > 2000 };
}
