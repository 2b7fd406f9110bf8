// A contact sheet: a labeled grid of pictures, drawn as one picture.
import * as tf from "@tensorflow/tfjs";
import sharp, { type OverlayOptions } from "sharp";
import { mustBeOneOf } from "../../errors";
import type { Image } from "../../image";
import { engine } from "../engine/engine";
import { imageBytes } from "../files/saveImage";
import { table, tableInk } from "./colors";
import { enlargement } from "./enlargement";
import { labelFont } from "./fonts";
import { inRows } from "./inRows";
import { fitText, svgText, textWidth } from "./svgText";

/** One position of a sheet. Without an image it stays empty. */
export interface Tile {
  image?: Image;
  label?: string;
}

/** A list of tiles, or rows of them. */
export type Tiles = readonly Tile[] | readonly (readonly (Tile | undefined)[])[];

/** How a sheet is arranged. */
export interface SheetOptions {
  /** Columns for a plain list of tiles. Default: up to four in one row, more as nearly square as possible. */
  columns?: number;
  /** Longest side of every picture in pixels. Default 192. */
  side?: number;
  /** Space between pictures in pixels. Default 12. */
  gap?: number;
  rowLabels?: readonly string[];
  columnLabels?: readonly string[];
  title?: string;
  /** What the pictures lie on: white paper (default), or a dark table, which suits light and dark screens alike. */
  on?: "paper" | "table";
}

/** 8-bit RGB, row by row. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const grounds = { paper: { color: "#ffffff", ink: "#222222", margin: 16 }, table: { color: table, ink: tableInk, margin: 8 } } as const;
const fontSize = 15;
const line = 22;
const titleSize = 20;
const titleHeight = 36;
const widestRowLabel = 180;

/**
 * Draws `tiles` as a labeled grid: a list (broken into `columns`), or rows of tiles. Every picture is scaled to `side` pixels
 * on its longer side (smoothly; those of fewer than 64 pixels are enlarged by pixel blocks, which can be counted) and centered;
 * labels stand below, shortened with "…" where they are too long. Returns a new image; the arguments stay the caller's.
 */
export async function contactSheet(tiles: Tiles, options: SheetOptions = {}): Promise<Image> {
  const { data, width, height } = await contactSheetPixels(tiles, options);
  await engine();
  return tf.tensor3d(Float32Array.from(data, (value) => value / 255), [height, width, 3]);
}

/** The same as bytes instead of a tensor. */
export async function contactSheetPixels(tiles: Tiles, options: SheetOptions = {}): Promise<Pixels> {
  const { side = 192, gap = 12, rowLabels = [], columnLabels = [], title = "", on = "paper" } = options;
  const { color: ground, ink, margin } = grounds[mustBeOneOf(on, ["paper", "table"] as const, "ground", "contactSheet")];
  const rows = rowsOf(tiles, options.columns);
  const columns = Math.max(0, ...rows.map((row) => row.length));
  if (columns === 0) throw new RangeError("contactSheet: expected at least one tile, got none.");
  refuseExtra("rowLabels", rowLabels, rows.length);
  refuseExtra("columnLabels", columnLabels, columns);
  if (!(side >= 8)) throw new RangeError(`contactSheet: expected a side of at least 8 pixels, got ${side}.`);

  const pictures = await Promise.all(rows.map((row, y) => Promise.all(row.map((tile, x) => scaledPicture(tile, x, y, side)))));
  const drawn = pictures.flat().filter((picture) => picture !== undefined);
  const boxWidth = Math.max(64, ...drawn.map((picture) => picture.width));
  const boxHeight = Math.max(1, ...drawn.map((picture) => picture.height));
  const rowWidths = rowLabels.map((label) => Math.ceil(textWidth(label, fontSize, { bold: true })));
  const rowWidth = Math.min(widestRowLabel, Math.max(0, ...rowWidths));
  const left = rowLabels.length > 0 ? margin + rowWidth + gap : margin;
  const top = margin + (title ? titleHeight : 0) + (columnLabels.length > 0 ? line + 4 : 0);
  const rowTops: number[] = [];
  let bottom = top;
  for (const row of rows) {
    rowTops.push(bottom);
    bottom += boxHeight + (row.some((tile) => tile?.label) ? line : 0) + gap;
  }
  const width = left + columns * (boxWidth + gap) - gap + margin;
  const height = bottom - gap + margin;
  const columnLeft = (x: number): number => left + x * (boxWidth + gap);

  const texts: string[] = [];
  if (title) texts.push(text(title, margin, margin + titleSize, width - 2 * margin, { size: titleSize, bold: true, ink }));
  columnLabels.forEach((label, x) => texts.push(
    text(label, columnLeft(x) + boxWidth / 2, top - 10, boxWidth, { anchor: "middle", bold: true, ink })));
  rowLabels.forEach((label, y) => texts.push(
    text(label, left - gap, rowTops[y] + boxHeight / 2 + 5, widestRowLabel, { anchor: "end", bold: true, ink })));
  const overlays: OverlayOptions[] = [];
  rows.forEach((row, y) => row.forEach((tile, x) => {
    const picture = pictures[y][x];
    if (picture) {
      overlays.push({
        input: picture.data, raw: { width: picture.width, height: picture.height, channels: 3 },
        left: columnLeft(x) + Math.floor((boxWidth - picture.width) / 2),
        top: rowTops[y] + Math.floor((boxHeight - picture.height) / 2),
      });
    }
    const [middle, below] = [columnLeft(x) + boxWidth / 2, rowTops[y] + boxHeight + 16];
    if (tile?.label) texts.push(text(tile.label, middle, below, boxWidth, { anchor: "middle", ink }));
  }));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" `
    + `font-family="${await labelFont()}"><rect width="100%" height="100%" fill="${ground}"/>${texts.join("")}</svg>`;
  const sheet = await sharp(Buffer.from(svg)).flatten({ background: ground }).composite(overlays)
    .removeAlpha().toColorspace("srgb").raw().toBuffer({ resolveWithObject: true });
  return { data: sheet.data, width: sheet.info.width, height: sheet.info.height };
}

function rowsOf(tiles: Tiles, columns: number | undefined): readonly (readonly (Tile | undefined)[])[] {
  if (tiles.some(Array.isArray)) return tiles as readonly (readonly (Tile | undefined)[])[];
  return inRows(tiles as readonly Tile[], columns ?? (tiles.length <= 4 ? tiles.length : Math.ceil(Math.sqrt(tiles.length))));
}

function refuseExtra(name: string, labels: readonly string[], count: number): void {
  if (labels.length <= count) return;
  throw new RangeError(`contactSheet: expected at most ${count} ${name}, got ${labels.length}; leave out the rest.`);
}

/** A tile's picture, its longer side `side` pixels. */
async function scaledPicture(tile: Tile | undefined, x: number, y: number, side: number): Promise<(Pixels & { data: Buffer }) | undefined> {
  if (!tile?.image) return undefined;
  const name = `contactSheet: the picture ${tile.label ? `"${tile.label}"` : `in row ${y + 1}, column ${x + 1}`}`;
  const { data, height, width } = await imageBytes(name, tile.image);
  const kernel = enlargement(Math.max(width, height), side);
  const scaled = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(side, side, { fit: "inside", kernel }).raw().toBuffer({ resolveWithObject: true });
  return { data: scaled.data, width: scaled.info.width, height: scaled.info.height };
}

function text(
  label: string, x: number, y: number, width: number,
  { ink, anchor = "start", size = fontSize, bold = false }: { ink: string; anchor?: "start" | "middle" | "end"; size?: number; bold?: boolean },
): string {
  const line = label.replace(/\s+/g, " ").trim();
  return svgText(fitText(line, width, size, { bold }), { x, y, size, bold, anchor, color: ink });
}
