// show(): an image, a grid of images or a plot, in the output of the running cell.
import * as tf from "@tensorflow/tfjs";
import { beginOutput, setPresenter } from "../cellOutput";
import type { Image } from "../image";
import { formatNumber } from "../platform/drawing/formatNumber";
import { contactSheetPixels, type SheetOptions, type Tile, type Tiles } from "../platform/drawing/contactSheet";
import type { Plot } from "../platform/drawing/plot";
import { isDrawn, showWidget, type Drawn } from "./controls/showWidget";
import { bundle } from "./display";
import { imageBundle, pixelsBundle, plotBundle, type MimeOutput } from "./mimeBundles";
import { present } from "./present";

/** A grid: named images, labeled tiles, or rows of tiles. */
export type Grid = Readonly<Record<string, Image>> | Tiles;

/** How a grid is arranged (on a dark table, unless `on: "paper"`), and the caption below it. */
export interface ShowOptions extends SheetOptions {
  readonly caption?: string;
}

/** Shows an image with a caption. Values beyond 0…1 are clipped; NaN is refused, as it would be a black picture. */
export async function show(image: Image, caption?: string): Promise<void>;
/** Shows a plot: interactive where the front end has plotly, a picture everywhere else. */
export async function show(plot: Plot): Promise<void>;
/** Shows a grid of images with labels: `show({ photo, painting })`, `show([{ image, label }, …], { columns: 3 })`. */
export async function show(grid: Grid, options?: ShowOptions): Promise<void>;
/** Shows a control: a knob where the front end has widgets, its value as text everywhere else. */
export async function show(control: Drawn): Promise<void>;
export async function show(what: Image | Plot | Grid | Drawn, how: string | ShowOptions = {}): Promise<void> {
  if (isDrawn(what)) return void showWidget(what);
  const drawn = beginOutput();
  try {
    present(await outputOf(what, typeof how === "string" ? { caption: how } : how));
  } finally {
    drawn();
  }
}

// The last expression of a cell: pictures as pictures, and a tensor as its shape and numbers.
setPresenter((value) => {
  if (isImage(value)) return shown(value, show(value));
  if (isPlot(value)) return show(value);
  if (isDrawn(value)) return show(value);
  if (value instanceof tf.Tensor) return describeTensor(value);
  if (isResult(value)) return show(value.image, `loss ${formatNumber(value.loss)}`);
  const parts: unknown[] = Object.values(value);
  return parts.length > 0 && parts.every(isImage) ? show(value as Grid) : undefined;
});

/** An image that cannot be drawn, such as one with NaN, is no mistake of a cell that only names it. */
async function shown(image: Image, drawing: Promise<void>): Promise<void> {
  await drawing.catch((error: Error) => bundle({ "text/plain": `${describeTensor(image)}\n${error.message}` }));
}

function isImage(value: unknown): value is Image {
  return value instanceof tf.Tensor && value.rank === 3 && value.shape[2] === 3 && !value.isDisposed;
}

/** What a recipe returns. */
function isResult(value: object): value is { image: Image; loss: number } {
  return "image" in value && isImage(value.image) && "loss" in value && typeof value.loss === "number";
}

function describeTensor(tensor: tf.Tensor): string {
  const kind = `tensor [${tensor.shape.join(", ")}] of ${tensor.dtype}`;
  return tensor.isDisposed ? `${kind}, disposed` : `${kind}\n${tensor.toString()}`;
}

async function outputOf(what: Image | Plot | Grid, { caption, ...options }: ShowOptions): Promise<MimeOutput> {
  if (what instanceof tf.Tensor) return imageBundle(what, caption);
  if (isPlot(what)) return plotBundle(what);
  const tiles = tilesOf(what);
  const labels = tiles.flat().map((tile) => tile?.label).filter(Boolean).join(" · ");
  return pixelsBundle(await contactSheetPixels(tiles, { on: "table", ...options }), caption, [caption, labels].filter(Boolean).join(": "));
}

function isPlot(what: unknown): what is Plot {
  return typeof what === "object" && what !== null && "data" in what && "layout" in what;
}

function tilesOf(grid: Grid): Tiles {
  if (grid instanceof Promise) throw new TypeError("show() got a promise: write `await` in front of what you show");
  const inTile = (item: unknown): unknown => (item instanceof tf.Tensor ? { image: item } : item);
  if (Array.isArray(grid)) return grid.map(inTile) as Tile[];
  const named = typeof grid === "object" && grid !== null ? Object.entries(grid) : [];
  if (named.length === 0 || named.some(([, image]) => !(image instanceof tf.Tensor)))
    throw new TypeError("show() draws an image (a tensor [height, width, 3]), a plot, or a grid: " +
      "{ name: image, … } or [{ image, label }, …]");
  return named.map(([label, image]) => ({ image: image as Image, label }));
}
