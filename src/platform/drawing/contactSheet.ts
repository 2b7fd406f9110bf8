// A contact sheet: a labeled grid of pictures, drawn as one picture.
import * as tf from "@tensorflow/tfjs";
import sharp, { type OverlayOptions } from "sharp";
import type { Image } from "../../image";
import { engine } from "../engine/engine";
import { imageBytes } from "../files/saveImage";
import { escapeXml, fitLabel, labelFont, labelWidth } from "./fonts";

/** One place of a sheet. Without an image it stays empty. */
export interface Cell {
  image?: Image;
  label?: string;
}

/** How a sheet is laid out. */
export interface SheetOptions {
  /** Columns for a plain list of cells. Default: up to four in one row, more as square as it goes. */
  columns?: number;
  /** Longest side of every picture in pixels. Default 192. */
  cell?: number;
  /** Space between pictures in pixels. Default 12. */
  gap?: number;
  rowLabels?: readonly string[];
  columnLabels?: readonly string[];
  title?: string;
}

const ink = "#222222";
const fontSize = 15;
const line = 22;
const margin = 16;
const titleSize = 20;
const titleHeight = 36;
const widestRowLabel = 180;

/**
 * Draws `cells` as a labeled grid on white: a list (broken into `columns`), or rows of cells. Every picture is scaled
 * to `cell` pixels on its longer side (smoothly down; up by pixel blocks, so feature maps stay readable) and centered;
 * labels stand below, shortened with "…" where they are too long. Returns a new image; the given stay the caller's.
 */
export async function contactSheet(
  cells: readonly Cell[] | readonly (readonly (Cell | undefined)[])[], options: SheetOptions = {},
): Promise<Image> {
  const { cell = 192, gap = 12, rowLabels = [], columnLabels = [], title = "" } = options;
  const rows = inRows(cells, options.columns);
  const columns = Math.max(0, ...rows.map((row) => row.length));
  if (columns === 0) throw new RangeError("contactSheet: expected at least one cell, got none.");
  refuseExtra("rowLabels", rowLabels, rows.length);
  refuseExtra("columnLabels", columnLabels, columns);
  if (!(cell >= 8)) throw new RangeError(`contactSheet: expected a cell of at least 8 pixels, got ${cell}.`);

  const tiles = await Promise.all(rows.map((row, y) => Promise.all(row.map((place, x) => tile(place, x, y, cell)))));
  const drawn = tiles.flat().filter((picture) => picture !== undefined);
  const boxWidth = Math.max(64, ...drawn.map((picture) => picture.width));
  const boxHeight = Math.max(1, ...drawn.map((picture) => picture.height));
  const labeled = rows.map((row) => row.some((place) => place?.label));
  const rowWidths = await Promise.all(rowLabels.map((text) => labelWidth(text, fontSize, { bold: true })));
  const rowWidth = Math.min(widestRowLabel, Math.max(0, ...rowWidths));
  const left = rowLabels.length > 0 ? margin + rowWidth + gap : margin;
  const top = margin + (title ? titleHeight : 0) + (columnLabels.length > 0 ? line + 4 : 0);
  const rowTops: number[] = [];
  let bottom = top;
  for (const hasLabel of labeled) {
    rowTops.push(bottom);
    bottom += boxHeight + (hasLabel ? line : 0) + gap;
  }
  const width = left + columns * (boxWidth + gap) - gap + margin;
  const height = bottom - gap + margin;
  const columnLeft = (x: number): number => left + x * (boxWidth + gap);

  const texts: Promise<string>[] = [];
  if (title) texts.push(text(title, margin, margin + titleSize, width - 2 * margin, { size: titleSize, bold: true }));
  columnLabels.forEach((label, x) => texts.push(
    text(label, columnLeft(x) + boxWidth / 2, top - 10, boxWidth, { anchor: "middle", bold: true })));
  rowLabels.forEach((label, y) => texts.push(
    text(label, left - gap, rowTops[y] + boxHeight / 2 + 5, widestRowLabel, { anchor: "end", bold: true })));
  const pictures: OverlayOptions[] = [];
  rows.forEach((row, y) => row.forEach((place, x) => {
    const picture = tiles[y][x];
    if (picture) {
      pictures.push({
        input: picture.data, raw: { width: picture.width, height: picture.height, channels: 3 },
        left: columnLeft(x) + Math.floor((boxWidth - picture.width) / 2),
        top: rowTops[y] + Math.floor((boxHeight - picture.height) / 2),
      });
    }
    const [middle, below] = [columnLeft(x) + boxWidth / 2, rowTops[y] + boxHeight + 16];
    if (place?.label) texts.push(text(place.label, middle, below, boxWidth, { anchor: "middle" }));
  }));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" `
    + `font-family="${await labelFont()}"><rect width="100%" height="100%" fill="#ffffff"/>`
    + `${(await Promise.all(texts)).join("")}</svg>`;
  await engine();
  const sheet = await sharp(Buffer.from(svg)).flatten({ background: "#ffffff" }).composite(pictures)
    .removeAlpha().toColorspace("srgb").raw().toBuffer({ resolveWithObject: true });
  return tf.tensor3d(Float32Array.from(sheet.data, (value) => value / 255), [sheet.info.height, sheet.info.width, 3]);
}

function inRows(
  cells: readonly Cell[] | readonly (readonly (Cell | undefined)[])[], columns: number | undefined,
): (readonly (Cell | undefined)[])[] {
  if (cells.some(Array.isArray)) return cells as (readonly (Cell | undefined)[])[];
  const list = cells as readonly Cell[];
  const across = columns ?? (list.length <= 4 ? list.length : Math.ceil(Math.sqrt(list.length)));
  if (!(across >= 1)) return [];
  return Array.from({ length: Math.ceil(list.length / across) }, (_, y) => list.slice(y * across, (y + 1) * across));
}

function refuseExtra(name: string, labels: readonly string[], places: number): void {
  if (labels.length <= places) return;
  throw new RangeError(`contactSheet: expected at most ${places} ${name}, got ${labels.length}; leave out the rest.`);
}

/** A cell's picture as bytes, its longer side `side` pixels. */
async function tile(
  place: Cell | undefined, x: number, y: number, side: number,
): Promise<{ data: Buffer; width: number; height: number } | undefined> {
  if (!place?.image) return undefined;
  const name = `contactSheet: the picture ${place.label ? `"${place.label}"` : `in row ${y + 1}, column ${x + 1}`}`;
  const { data, height, width } = await imageBytes(name, place.image);
  const kernel = Math.max(height, width) < side ? "nearest" : "lanczos3";
  const scaled = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(side, side, { fit: "inside", kernel }).raw().toBuffer({ resolveWithObject: true });
  return { data: scaled.data, width: scaled.info.width, height: scaled.info.height };
}

async function text(
  label: string, x: number, y: number, width: number,
  { anchor = "start", size = fontSize, bold = false }: { anchor?: string; size?: number; bold?: boolean },
): Promise<string> {
  const shown = escapeXml(await fitLabel(label, width, size, { bold }));
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${ink}" text-anchor="${anchor}"`
    + `${bold ? ' font-weight="bold"' : ""}>${shown}</text>`;
}
