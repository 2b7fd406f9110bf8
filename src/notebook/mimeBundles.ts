// What a front end gets to see of an image or a figure: bundles small enough for a notebook that is kept.
import sharp, { type JpegOptions, type OutputInfo, type Sharp } from "sharp";
import type { Image } from "../image";
import { labelFont } from "../platform/drawing/fonts";
import type { Plot } from "../platform/drawing/plot";
import { plotPng } from "../platform/drawing/plotPng";
import { svgText, textWidth } from "../platform/drawing/svgText";
import { encodeImage } from "../platform/files/saveImage";
import type { MimeBundle, MimeMetadata } from "./display";

/** A bundle, and what the front end should know of it. */
export interface MimeOutput {
  readonly data: MimeBundle;
  readonly metadata: MimeMetadata;
}

/** No output is larger, as JSON, in bytes. */
export const outputLimit = 300_000;

const words = 5_000;                                         // bytes kept free for text and keys
const pictureLimit = ((outputLimit - words) * 3) / 4;        // base64 makes 4 bytes of 3
const smallPng = 100_000;                                    // bytes: up to here a PNG, which keeps every pixel
const legible = 256;                                         // pixels: smaller pictures are enlarged

// From hardly different to still good; a photograph of 1000 pixels passes with the first.
const jpegs: JpegOptions[] = [
  { quality: 90, chromaSubsampling: "4:4:4" }, { quality: 80, chromaSubsampling: "4:4:4" }, { quality: 70 },
];

/**
 * An image as one picture with its caption below: a PNG where that is small, a JPEG otherwise, shrunk only when nothing
 * else fits. `description` is the text for those who cannot see it. Small images are enlarged to about 256 pixels; below
 * 64, so that the pixels can be counted.
 */
export async function imageBundle(image: Image, caption: string = "", description: string = caption): Promise<MimeOutput> {
  const [height, width] = image.shape;
  const alt = `image ${width}×${height}${description && `: ${description}`}`;
  const exact = await encodeImage(image, "png");
  const longer = Math.max(height, width);
  const natural = longer >= legible ? longer : longer * Math.ceil(legible / longer);
  for (let side = natural; ;) {
    const picture = await captioned(exact, { side, pixels: longer < 64 }, caption);
    const png = side === natural ? await picture.clone().png({ compressionLevel: 9 }).toBuffer() : undefined;
    if (png && png.length <= smallPng) return of("image/png", png, alt);
    let bytes = Infinity;
    for (const options of jpegs) {
      const jpeg = await picture.clone().jpeg(options).toBuffer();
      if (jpeg.length <= pictureLimit) return of("image/jpeg", jpeg, alt);
      bytes = jpeg.length;
    }
    side = Math.floor(side * Math.min(0.95, Math.sqrt(pictureLimit / bytes)));
  }
}

function of(type: string, picture: Buffer, alt: string): MimeOutput {
  return { data: { [type]: picture.toString("base64"), "text/plain": alt }, metadata: {} };
}

/**
 * A figure for plotly, as a picture for every front end without it, and in words. Without the picture where the front end is known
 * to draw it (`STYLOSCOPE_PLOTS=native`, as `npm run lab` sets it): JupyterLab would show that until the mouse comes near.
 */
export async function plotBundle(figure: Plot): Promise<MimeOutput> {
  const { data, layout, config, frames, summary } = figure;
  const plotly = { data, layout, config, ...(frames && { frames }) };
  if (process.env.STYLOSCOPE_PLOTS === "native")
    return { data: { "application/vnd.plotly.v1+json": plotly, "text/plain": summary }, metadata: {} };
  const left = outputLimit - words - Buffer.byteLength(JSON.stringify(plotly));
  const interactive = left > 60_000;
  const twin = await plotPng(figure, { limit: Math.min(150_000, interactive ? (left * 3) / 4 : pictureLimit) });
  const picture = { [twin.type]: twin.bytes.toString("base64"), "text/plain": summary };
  return {
    data: interactive ? { "application/vnd.plotly.v1+json": plotly, ...picture } : picture,
    metadata: { [twin.type]: { width: twin.width, height: twin.height } },
  };
}

const size = 14;
const line = 20;

/** The longer side; and whether pixels are repeated or smoothed. */
interface Enlarged {
  readonly side: number;
  readonly pixels: boolean;
}

async function captioned(exact: Buffer, { side, pixels }: Enlarged, caption: string): Promise<Sharp> {
  const kernel = pixels ? "nearest" : "lanczos3";
  const scaled = await pixelsOf(sharp(exact).resize(side, side, { fit: "inside", kernel }));
  if (!caption) return sharp(scaled.data, { raw: scaled.info });
  const { width, height } = scaled.info;
  const lines = wrapped(caption, width);
  const tall = line * lines.length + 2;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${tall}" font-family="${await labelFont()}">`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    ...lines.map((text, i) => svgText(text, { x: 1, y: line * i + size, size })),
    "</svg>",
  ].join("");
  const taller = await pixelsOf(sharp(scaled.data, { raw: scaled.info })
    .extend({ bottom: tall + 6, background: "#ffffff" })
    .composite([{ input: Buffer.from(svg), left: 0, top: height + 6 }])
    .removeAlpha());
  return sharp(taller.data, { raw: taller.info });
}

function pixelsOf(picture: Sharp): Promise<{ data: Buffer; info: OutputInfo }> {
  return picture.raw().toBuffer({ resolveWithObject: true });
}

function wrapped(caption: string, width: number): string[] {
  const lines = [""];
  for (const word of caption.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (lines.at(-1) === "" || textWidth(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
