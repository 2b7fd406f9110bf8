// The result of a cell: two pictures, a file of numbers and one of the time. It is there when all of them are there and whole.
import { createHash } from "node:crypto";
import * as path from "node:path";
import type { History } from "../minimize/history";
import { readSmallFile } from "../platform/files/regularFile";
import { writeAtomically } from "../platform/files/writeAtomically";
import type { Cell } from "./plan";

/** The result of a run: plain JSON, with its full settings. The same run has the same bytes, so it holds no times. */
export interface CellResult extends Cell {
  readonly engine: string;
  /** What the network calls itself. */
  readonly network: string;
  /** The step with the lowest loss, whose image is the picture. */
  readonly step: number;
  /** The loss of the picture, clipped to 0…1 (but not rounded to 8 bits); so are `parts`, `unweighted` and `gradientNorm`. */
  readonly loss: number;
  /** Weighted, by name. */
  readonly parts: Readonly<Record<string, number>>;
  readonly unweighted: Readonly<Record<string, number>>;
  readonly gradientNorm: number;
  /** Why the run ended before its last step, if it did: "converged", "no gradient", or the message of a number that was not finite. */
  readonly ended: string | null;
  /** What went wrong all the same: the last `warning` of a step, and that no step had a lower loss than the start. */
  readonly warning: string | null;
  /** The numbers of every step. */
  readonly history: Pick<History, "index" | "loss" | "unweighted">;
  /** The steps whose images are in the strip, from left to right. */
  readonly frames: readonly number[];
}

/** As files hold them: the best image, and the strip of images from the start to the end. */
export interface CellPictures {
  readonly picture: Buffer;
  readonly strip: Buffer;
}

/** Where a cell's files are: its numbers, its picture, the strip of its steps, and how long it took. */
export interface CellFiles {
  readonly numbers: string;
  readonly picture: string;
  readonly strip: string;
  readonly time: string;
}

export function filesOf(folder: string, { name }: Pick<Cell, "name">): CellFiles {
  const stem = path.join(folder, "cells", name);
  return { numbers: `${stem}.json`, picture: `${stem}.png`, strip: `${stem}.steps.jpg`, time: `${stem}.time.json` };
}

/** Each file whole or not at all, the numbers last, with a checksum of themselves and the pictures. */
export async function writeResult(
  folder: string, result: CellResult, pictures: CellPictures, seconds: number,
): Promise<void> {
  const files = filesOf(folder, result);
  await writeAtomically(files.time, `${JSON.stringify({ seconds: Number(seconds.toFixed(3)) })}\n`);
  await writeAtomically(files.strip, pictures.strip);
  await writeAtomically(files.picture, pictures.picture);
  await writeAtomically(files.numbers, `${JSON.stringify({ ...result, sha256: checksumOf(result, pictures) }, null, 1)}\n`);
}

/**
 * A cell's result, where all of its files are in the folder, whole, and this cell's; undefined otherwise: such a cell is run again.
 *
 * @throws Error where a file is there and may not be read
 */
export function readResult(folder: string, cell: Cell): CellResult | undefined {
  const files = filesOf(folder, cell);
  return whole(() => {
    const { sha256, ...result } = readJson(files.numbers) as CellResult & { sha256: string };
    if (result.index !== cell.index || JSON.stringify(result.settings) !== JSON.stringify(cell.settings)) return undefined;
    const pictures = { picture: readSmallFile(files.picture, largest), strip: readSmallFile(files.strip, largest) };
    return sha256 === checksumOf(result, pictures) && readSeconds(folder, cell) !== undefined ? { ...result, ...cell } : undefined;
  });
}

/** How long a cell took; undefined where its file is missing or damaged. */
export function readSeconds(folder: string, cell: Cell): number | undefined {
  return whole(() => {
    const { seconds } = readJson(filesOf(folder, cell).time) as { seconds: unknown };
    return typeof seconds === "number" && seconds >= 0 ? seconds : undefined;
  });
}

/** Bytes of a file that are read: a picture of the largest size that is loaded. */
const largest = 500e6;

/** Of the numbers, as JSON without spaces, and of both pictures. */
function checksumOf(result: CellResult, { picture, strip }: CellPictures): string {
  return createHash("sha256").update(JSON.stringify(result)).update(picture).update(strip).digest("hex");
}

function readJson(file: string): object {
  const value = JSON.parse(readSmallFile(file, largest).toString()) as unknown;
  if (typeof value === "object" && value !== null) return value;
  throw new RangeError(`${file} holds no object`);
}

/** What `read` returns; undefined where a file is missing, is no file, or is no JSON. */
function whole<Value>(read: () => Value | undefined): Value | undefined {
  try {
    return read();
  } catch (error) {
    const missing = ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
    if (missing || error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}
