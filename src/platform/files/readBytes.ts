// Reading a part of a file: one call of `read` may return fewer bytes than it was asked for, and for 2^31 or more it ends the process.
import type { FileHandle } from "node:fs/promises";

/** Fills `into` with the bytes of an open file from `position` on. Returns how many there were: fewer only at the file's end. */
export async function readBytes(handle: FileHandle, into: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  while (filled < into.length) {
    const { bytesRead } = await handle.read(into, filled, Math.min(into.length - filled, 2 ** 30), position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
