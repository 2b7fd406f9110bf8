// A figure as a picture, without a browser: our own SVG, made into pixels by sharp. A PNG, or a JPEG where it shows photographs.
import sharp from "sharp";
import { labelFont } from "./fonts";
import type { Plot } from "./plot";
import { defaultWidth, plotSvg } from "./plotSvg";

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
  /** In CSS pixels (default: the figure's own, or 720). */
  readonly width?: number;
}

/** Draws a figure as a picture of at most `limit` bytes: as large as it is shown, or smaller where that does not fit. */
export async function plotPng(
  figure: Plot, { limit = 200_000, width = figure.layout.width ?? defaultWidth }: PngOptions = {},
): Promise<Picture> {
  const svg = plotSvg(figure, { width, font: await labelFont() });
  const size = { width, height: figure.layout.height };
  for (const scale of [1, 0.7, 0.5]) {
    const drawn = sharp(Buffer.from(svg), { density: 72 * scale, limitInputPixels: false }).removeAlpha();
    const { data, info } = await drawn.raw().toBuffer({ resolveWithObject: true });
    if (figure.data.some(({ source }) => String(source).startsWith("data:image/jpeg"))) {
      for (const quality of [80, 60]) {
        const bytes = await sharp(data, { raw: info }).jpeg({ quality }).toBuffer();
        if (bytes.length <= limit) return { type: "image/jpeg", bytes, ...size };
      }
      continue;
    }
    for (const options of [{ compressionLevel: 9 }, { compressionLevel: 9, palette: true, effort: 7 }]) {
      const bytes = await sharp(data, { raw: info }).png(options).toBuffer();
      if (bytes.length <= limit) return { type: "image/png", bytes, ...size };
    }
  }
  throw new RangeError(`this figure does not fit ${limit} bytes as a picture, even at half its size`);
}
