// The contact sheet of a sweep: every cell's picture, labeled with the settings that differ.
import type { Image } from "../image";
import { contactSheet } from "../platform/drawing/contactSheet";
import { loadImage } from "../platform/files/loadImage";
import { filesOf } from "./cellResult";
import { layoutOf } from "./plan";
import type { SweepResult } from "./sweepResult";

/**
 * All pictures as one: the last setting of a grid from left to right, the others from top to bottom, labeled; a list in
 * rows, a label below each picture. Cells that are not done stay empty.
 *
 * @param options `side`: the longer side of each picture in pixels (default: as large as the pictures are, 192 at most);
 *   `title` (default: what all cells share); `on`: what the pictures lie on, as in `contactSheet`
 */
export async function sweepSheet(
  { folder, sweep, cells }: SweepResult, { side, title, on }: { side?: number; title?: string; on?: "paper" | "table" } = {},
): Promise<Image> {
  const { rows, rowLabels, columnLabels } = layoutOf(sweep, sweep.cells);
  const done = new Map(cells.map((result) => [result.index, result]));
  const tiles = await Promise.all(rows.map((row) => Promise.all(row.map(async (index) => {
    const result = done.get(index);
    const label = columnLabels.length > 0 ? undefined : sweep.cells[index].label;
    return { image: result && await loadImage(filesOf(folder, index).picture), label };
  }))));
  const longer = Math.max(64, ...tiles.flat().map(({ image }) => (image ? Math.max(...image.shape) : 0)));
  try {
    return await contactSheet(tiles, {
      rowLabels, columnLabels, title: title ?? titleOf(sweep), side: side ?? Math.min(192, longer), on,
    });
  } finally {
    tiles.flat().forEach(({ image }) => image?.dispose());
  }
}

/** What all cells share, in a line. */
export function titleOf({ cells }: SweepResult["sweep"]): string {
  const { photo, painting, network, optimizer, steps } = cells[0].settings;
  const same = <Value>(value: Value, name: "photo" | "painting" | "network" | "optimizer" | "steps"): Value | undefined =>
    (cells.every(({ settings }) => JSON.stringify(settings[name]) === JSON.stringify(value)) ? value : undefined);
  const images = [same(photo, "photo"), same(painting, "painting")].filter(Boolean).join(" as ");
  const names = [same(network, "network"), same(optimizer, "optimizer")].filter((name) => typeof name === "string");
  const taken = same(steps, "steps");
  return [images, ...names, taken === undefined ? "" : `${taken} steps`].filter(Boolean).join(", ");
}
