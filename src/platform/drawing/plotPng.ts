// A plot as a picture, without a browser: our own SVG, drawn by sharp. A PNG without a background, or a JPEG where it shows photographs.
import sharp, { type OutputInfo, type Sharp } from "sharp";
import { ink, table, tableInk } from "./colors";
import { fitBytes } from "./fitBytes";
import { labelFont } from "./fonts";
import { defaultWidth, type Plot } from "./plot";
import { drawnLayout, plotSvg } from "./plotSvg";

export interface Picture {
  readonly type: "image/png" | "image/jpeg";
  readonly bytes: Buffer;
  /** As it should be shown, in CSS pixels. The file has no more: JupyterLab would show it larger than the plot. */
  readonly width: number;
  readonly height: number;
}

export interface PngOptions {
  /** In bytes (default 200 000). */
  readonly limit?: number;
  /** In CSS pixels (default: the layout's, or 720). */
  readonly width?: number;
}

interface Pixels { data: Buffer; info: OutputInfo }

/** Draws a plot as a picture of at most `limit` bytes: as large as it is shown, or smaller where that does not fit. */
export async function plotPng(
  plot: Plot, { limit = 200_000, width = plot.layout.width ?? defaultWidth }: PngOptions = {},
): Promise<Picture> {
  const photographs = plot.data.some(({ source }) => String(source).startsWith("data:image/jpeg"));
  const drawing = plotSvg(plot, { width, font: await labelFont() });
  const svg = Buffer.from(photographs ? drawing.replaceAll(ink, tableInk) : drawing);
  const encodings: ((picture: Sharp) => Sharp)[] = photographs
    ? [80, 60].map((quality) => (picture) => picture.flatten({ background: table }).jpeg({ quality }))
    : [{ compressionLevel: 9 }, { compressionLevel: 9, palette: true, effort: 7 }].map((options) => (picture) => picture.png(options));
  const pixels = new Map<number, Promise<Pixels>>();
  const drawn = (scale: number): Promise<Pixels> => {
    const known = pixels.get(scale) ?? sharp(svg, { density: 72 * scale, limitInputPixels: false })
      .raw().toBuffer({ resolveWithObject: true });
    pixels.set(scale, known);
    return known;
  };
  const ladder = [1, 0.7, 0.5].flatMap((scale) => encodings.map((encode) => ({ scale, encode })));
  const found = await fitBytes(async ({ scale, encode }) => {
    const { data, info } = await drawn(scale);
    return encode(sharp(data, { raw: info })).toBuffer();
  }, ladder, limit);
  if (!found) throw new RangeError(`this plot does not fit ${limit} bytes as a picture, even at half its size`);
  return { type: photographs ? "image/jpeg" : "image/png", bytes: found.drawn, width, height: drawnLayout(plot).height };
}
