// How large a plot of a sweep may be, and the shape of its pictures.
import sharp from "sharp";
import { filesOf } from "../../sweeps/cellResult";
import type { SweepResult } from "../../sweeps/sweepResult";

/** Bytes of a plot with pictures in it, so that it and its twin fit one output of a notebook. */
export const notebookLimit = 220_000;

/** Width over height of the first cell's picture. @throws where no cell is done */
export async function aspectOf({ folder, cells }: SweepResult): Promise<number> {
  if (cells.length === 0) throw new RangeError(`no cell of the sweep in ${folder} is done yet: there is nothing to draw`);
  const { width, height } = await sharp(filesOf(folder, cells[0]).picture).metadata();
  return width / height;
}
