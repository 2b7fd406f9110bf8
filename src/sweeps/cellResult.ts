// The result of a cell: two pictures and a file of numbers, written whole or not at all, the numbers last.
import * as fs from "node:fs";
import * as path from "node:path";
import type { History } from "../minimize/history";
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
  /** Why the run ended before its last step, if it did: "converged", or the message of a number that was not finite. */
  readonly ended: string | null;
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

export function filesOf(folder: string, index: number): CellFiles {
  const name = path.join(folder, "cells", String(index).padStart(4, "0"));
  return { numbers: `${name}.json`, picture: `${name}.png`, strip: `${name}.steps.jpg`, time: `${name}.time.json` };
}

/** A result is there when its numbers are: they are written last. */
export async function writeResult(
  folder: string, result: CellResult, pictures: CellPictures, seconds: number,
): Promise<void> {
  const files = filesOf(folder, result.index);
  await writeAtomically(files.time, `${JSON.stringify({ seconds: Number(seconds.toFixed(3)) })}\n`);
  await writeAtomically(files.strip, pictures.strip);
  await writeAtomically(files.picture, pictures.picture);
  await writeAtomically(files.numbers, `${JSON.stringify(result, null, 1)}\n`);
}

/** Whether a cell's result is in the folder. */
export function isDone(folder: string, { index }: Cell): boolean {
  return fs.existsSync(filesOf(folder, index).numbers);
}

/** The results that are in a folder, in order. */
export function readResults(folder: string, cells: readonly Cell[]): CellResult[] {
  return cells.filter((cell) => isDone(folder, cell))
    .map(({ index }) => JSON.parse(fs.readFileSync(filesOf(folder, index).numbers, "utf8")) as CellResult);
}
