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
import { fitText, svgText, textWidth, wrapText, type SvgTextOptions } from "./svgText";

/** One position of a sheet. Without an image it stays empty; or, with the size of an image that is still to come, it is a gray box. */
export interface Tile {
  image?: Image;
  label?: string;
  size?: readonly [height: number, width: number];
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

const grounds = {
  paper: { color: "#ffffff", ink: "#222222", empty: "#eeeeee", margin: 16 },
  table: { color: table, ink: tableInk, empty: "#303236", margin: 8 },
} as const;
const fontSize = 15;
const line = 22;
const titleSize = 20;
const titleLine = 26;
const widestRowLabel = 180;
const widestWord = 240;

/**
 * Draws `tiles` as a labeled grid: a list (broken into `columns`), or rows of tiles. Every picture is scaled to `side` pixels
 * on its longer side (smoothly; those of fewer than 64 pixels are enlarged by pixel blocks, which can be counted) and centered;
 * labels stand below. Labels are broken between words, and a column is as wide as its longest word, so that nothing is lost but the end of
 * a word of more than 240 pixels. Returns a new image; the arguments stay the caller's.
 */
export async function contactSheet(tiles: Tiles, options: SheetOptions = {}): Promise<Image> {
  const { data, width, height } = await contactSheetPixels(tiles, options);
  await engine();
  const values = new Float32Array(data.length); // `from` with a function runs out of memory at 100 million
  for (let i = 0; i < data.length; i++) values[i] = data[i] / 255;
  return tf.tensor3d(values, [height, width, 3]);
}

/** The same as bytes instead of a tensor. */
export async function contactSheetPixels(tiles: Tiles, options: SheetOptions = {}): Promise<Pixels> {
  const { side = 192, gap = 12, rowLabels = [], columnLabels = [], title = "", on = "paper" } = options;
  const { color: ground, ink, empty, margin } = grounds[mustBeOneOf(on, ["paper", "table"] as const, "ground", "contactSheet")];
  const rows = rowsOf(tiles, options.columns);
  const columns = Math.max(0, ...rows.map((row) => row.length));
  if (columns === 0) throw new RangeError("contactSheet: expected at least one tile, got none.");
  refuseExtra("rowLabels", rowLabels, rows.length);
  refuseExtra("columnLabels", columnLabels, columns);
  if (!(side >= 8)) throw new RangeError(`contactSheet: expected a side of at least 8 pixels, got ${side}.`);

  const pictures = await Promise.all(rows.map((row, y) => Promise.all(row.map((tile, x) => scaledPicture(tile, x, y, side)))));
  const boxes = rows.map((row, y) => row.map((tile, x) => pictures[y][x] ?? boxOf(tile?.size, side)));
  const drawn = boxes.flat().filter((box) => box !== undefined);
  if (drawn.length === 0) drawn.push({ width: side, height: side });
  const words = [...columnLabels.map((label) => longestWord(label, true)), ...rows.flat().map((tile) => longestWord(tile?.label, false))];
  const boxWidth = Math.max(64, ...drawn.map((box) => box.width), Math.min(widestWord, Math.max(...words, 0)));
  const boxHeight = Math.max(...drawn.map((box) => box.height));
  const wrapped = (label: string | undefined, width: number, bold: boolean, size = fontSize): string[] =>
    (label?.trim() ? wrapText(label.trim(), width, size, { bold }).map((one) => fitText(one, width, size, { bold })) : []);
  const headings = columnLabels.map((label) => wrapped(label, boxWidth, true));
  const sides = rowLabels.map((label) => wrapped(label, widestRowLabel, true));
  const labels = rows.map((row) => row.map((tile) => wrapped(tile?.label, boxWidth, false)));
  const rowWidth = Math.max(0, ...sides.flat().map((label) => Math.ceil(textWidth(label, fontSize, { bold: true }))));
  const left = rowLabels.length > 0 ? margin + rowWidth + gap : margin;
  const width = left + columns * (boxWidth + gap) - gap + margin;
  const titles = wrapped(title, width - 2 * margin, true, titleSize);
  const top = margin + (titles.length > 0 ? titleLine * titles.length + 10 : 0) + (headings.length > 0 ? mostLines(headings) * line + 4 : 0);
  const rowHeights = rows.map((_, y) => Math.max(boxHeight, (sides[y]?.length ?? 0) * line));
  const rowTops: number[] = [];
  let bottom = top;
  for (const [y, row] of labels.entries()) {
    rowTops.push(bottom);
    bottom += rowHeights[y] + mostLines(row) * line + gap;
  }
  const height = bottom - gap + margin;
  const columnLeft = (x: number): number => left + x * (boxWidth + gap);

  const marks: string[] = [];
  const write = (lines: readonly string[], x: number, y: number, options: Pick<SvgTextOptions, "anchor" | "bold">): void =>
    lines.forEach((one, i) => marks.push(svgText(one, { x, y: y + i * line, size: fontSize, color: ink, ...options })));
  titles.forEach((one, i) =>
    marks.push(svgText(one, { x: margin, y: margin + titleSize + i * titleLine, size: titleSize, bold: true, color: ink })));
  headings.forEach((lines, x) =>
    write(lines, columnLeft(x) + boxWidth / 2, top - 10 - (lines.length - 1) * line, { anchor: "middle", bold: true }));
  sides.forEach((lines, y) =>
    write(lines, left - gap, rowTops[y] + rowHeights[y] / 2 + 5 - ((lines.length - 1) / 2) * line, { anchor: "end", bold: true }));
  const overlays: OverlayOptions[] = [];
  rows.forEach((row, y) => row.forEach((_, x) => {
    const [picture, box] = [pictures[y][x], boxes[y][x]];
    const corner = box && {
      left: columnLeft(x) + Math.floor((boxWidth - box.width) / 2), top: rowTops[y] + Math.floor((rowHeights[y] - box.height) / 2),
    };
    if (picture) overlays.push({ input: picture.data, raw: { width: picture.width, height: picture.height, channels: 3 }, ...corner });
    else if (box) marks.push(`<rect x="${corner!.left}" y="${corner!.top}" width="${box.width}" height="${box.height}" fill="${empty}"/>`);
    write(labels[y][x], columnLeft(x) + boxWidth / 2, rowTops[y] + rowHeights[y] + 16, { anchor: "middle" });
  }));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" `
    + `font-family="${await labelFont()}"><rect width="100%" height="100%" fill="${ground}"/>${marks.join("")}</svg>`;
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

/** How large an image of this size will be on the sheet. */
function boxOf(size: Tile["size"], side: number): { width: number; height: number } | undefined {
  if (!size) return undefined;
  const [height, width] = size.map((one) => Math.max(1, Math.round((one * side) / Math.max(...size))));
  return { height, width };
}

/** In pixels. */
function longestWord(label: string = "", bold: boolean): number {
  return Math.max(...label.split(/\s+/).map((word) => Math.ceil(textWidth(word, fontSize, { bold }))));
}

function mostLines(labels: readonly (readonly string[])[]): number {
  return Math.max(0, ...labels.map((lines) => lines.length));
}
