// The contact sheet of a sweep: every cell's picture, labeled with the settings that differ.
import type { Image } from "../image";
import { contactSheet } from "../platform/drawing/contactSheet";
import { loadImage } from "../platform/files/loadImage";
import { namedSize } from "../platform/files/namedSize";
import { filesOf } from "./cellResult";
import { noteOf } from "./noteOf";
import { layoutOf } from "./plan";
import type { Settings } from "./settings";
import type { SweepResult } from "./sweepResult";

/**
 * All pictures as one: the last setting of a grid from left to right, the others from top to bottom, labeled; a list in
 * rows, a label below each picture. Below a picture stands also what went wrong, such as "diverging". A cell that is not done is a gray
 * box as large as its picture will be.
 *
 * @param options `side`: the longer side of each picture in pixels (default: as large as the pictures are, 192 at most, and less where the
 *   sheet would have more than 20 million pixels); `title` (default: what all cells share); `on`: what the pictures lie
 *   on, as in `contactSheet`
 */
export async function sweepSheet(
  { folder, sweep, cells }: SweepResult, { side, title, on }: { side?: number; title?: string; on?: "paper" | "table" } = {},
): Promise<Image> {
  const { rows, rowLabels, columnLabels } = layoutOf(sweep, sweep.cells);
  const done = new Map(cells.map((result) => [result.index, result]));
  const expected = new Map<string, Promise<Size>>();
  // Of a picture that is not there yet: that of the image it begins with. There are few of these, and many cells.
  function sizeToCome({ photo, painting, size }: Settings): Promise<Size> {
    const key = JSON.stringify([photo ?? painting, size]);
    if (!expected.has(key)) expected.set(key, typeof size === "number" ? namedSize((photo ?? painting)!, { shorter: size }) : Promise.resolve(size));
    return expected.get(key)!;
  }
  const pictureOf = (index: number): string => filesOf(folder, sweep.cells[index]).picture;
  const sizes = await Promise.all(sweep.cells.map(({ index, settings }) =>
    (done.has(index) ? namedSize(pictureOf(index), {}) : sizeToCome(settings))));
  const largest = Math.max(64, ...sizes.flatMap((size) => size ?? []));
  const drawnSide = side ?? Math.min(192, largest, Math.floor(Math.sqrt(20e6 / sweep.cells.length)));
  const tiles = await Promise.all(rows.map((row) => Promise.all(row.map(async (index) => {
    const [cell, result] = [sweep.cells[index], done.get(index)];
    const label = [columnLabels.length > 0 ? "" : cell.label, result ? noteOf(result) : ""].filter(Boolean).join(": ");
    return { image: result && await loadImage(pictureOf(index), { longer: drawnSide }), label, size: sizes[index] };
  }))));
  try {
    return await contactSheet(tiles, { rowLabels, columnLabels, title: title ?? titleOf(sweep), side: drawnSide, on });
  } finally {
    tiles.flat().forEach(({ image }) => image?.dispose());
  }
}

/** Undefined where an image cannot be read. */
type Size = readonly [height: number, width: number] | undefined;

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
