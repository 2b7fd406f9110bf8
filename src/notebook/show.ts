// show(): an image, a grid of images or a figure, in the output of the running cell.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import { contactSheet, type Cell, type SheetOptions } from "../platform/drawing/contactSheet";
import type { Plot } from "../platform/drawing/plot";
import { bundle } from "./display";
import { plotBundle, imageBundle, type MimeOutput } from "./mimeBundles";

/** A grid: named images, labeled cells, or rows of cells. */
export type Grid = Readonly<Record<string, Image>> | readonly Cell[] | readonly (readonly (Cell | undefined)[])[];

/** How a grid is laid out, and what is written below it. */
export interface ShowOptions extends SheetOptions {
  readonly caption?: string;
}

/** Shows an image with a caption. Values beyond 0…1 are clipped; NaN is refused, as it would be a black picture. */
export async function show(image: Image, caption?: string): Promise<void>;
/** Shows a figure: interactive where the front end has plotly, a picture everywhere else. */
export async function show(figure: Plot): Promise<void>;
/** Shows a grid of images with labels: `show({ photo, painting })`, `show([{ image, label }, …], { columns: 3 })`. */
export async function show(grid: Grid, options?: ShowOptions): Promise<void>;
export async function show(what: Image | Plot | Grid, how: string | ShowOptions = {}): Promise<void> {
  const { caption, ...layout } = typeof how === "string" ? { caption: how } : how;
  const { data, metadata } = await shown(what, caption, layout);
  bundle(data, metadata);
}

async function shown(what: Image | Plot | Grid, caption: string | undefined, layout: SheetOptions): Promise<MimeOutput> {
  if (what instanceof tf.Tensor) return imageBundle(what, caption);
  if (isFigure(what)) return plotBundle(what);
  const cells = cellsOf(what);
  const sheet = await contactSheet(cells, layout);
  try {
    const labels = cells.flat().map((cell) => cell?.label).filter(Boolean).join(" · ");
    return await imageBundle(sheet, caption, [caption, labels].filter(Boolean).join(": "));
  } finally {
    sheet.dispose();
  }
}

function isFigure(what: unknown): what is Plot {
  return typeof what === "object" && what !== null && "data" in what && "layout" in what;
}

function cellsOf(grid: Grid): readonly Cell[] | readonly (readonly (Cell | undefined)[])[] {
  if (grid instanceof Promise) throw new TypeError("show() got a promise: write `await` in front of what you show");
  const inCell = (cell: unknown): unknown => (cell instanceof tf.Tensor ? { image: cell } : cell);
  if (Array.isArray(grid)) return grid.map(inCell) as Cell[];
  const named = typeof grid === "object" && grid !== null ? Object.entries(grid) : [];
  if (named.length === 0 || named.some(([, image]) => !(image instanceof tf.Tensor)))
    throw new TypeError("show() draws an image (a tensor [height, width, 3]), a figure, or a grid: " +
      "{ name: image, … } or [{ image, label }, …]");
  return named.map(([label, image]) => ({ image: image as Image, label }));
}
