// An image or a plot as an output of a notebook: MIME bundles, small enough for a notebook that is stored.
import sharp, { type JpegOptions, type Sharp } from "sharp";
import type { Image } from "../image";
import type { Pixels } from "../platform/drawing/contactSheet";
import { enlargement } from "../platform/drawing/enlargement";
import { escapeMarkdown } from "../platform/drawing/escapeMarkup";
import { fitBytes } from "../platform/drawing/fitBytes";
import type { Plot } from "../platform/drawing/plot";
import { plotPng } from "../platform/drawing/plotPng";
import { imageBytes } from "../platform/files/saveImage";
import type { MimeBundle, MimeMetadata } from "./display";

/** A bundle, its metadata for the front end, and the caption to show below it. */
export interface MimeOutput {
  readonly data: MimeBundle;
  readonly metadata: MimeMetadata;
  readonly caption?: string;
}

/** No output is larger, as JSON, in bytes. */
export const outputLimit = 300_000;

const textBytes = 5_000;                                     // kept free for text and keys
const pictureLimit = ((outputLimit - textBytes) * 3) / 4;    // base64 makes 4 bytes of 3
const smallPng = 100_000;                                    // bytes: up to here a PNG, which keeps every pixel
const legible = 256;                                         // pixels: smaller pictures are enlarged

// From hardly different to still good; a photograph of 1000 pixels passes with the first.
const jpegs: JpegOptions[] = [
  { quality: 90, chromaSubsampling: "4:4:4" }, { quality: 80, chromaSubsampling: "4:4:4" }, { quality: 70 },
];

/**
 * An image as one picture: a PNG where that is small, a JPEG otherwise, shrunk only when nothing else fits. Small images are
 * enlarged to about 256 pixels; below 64, so that the pixels can be counted. `description` is the text for those who cannot see it.
 */
export async function imageBundle(image: Image, caption?: string, description?: string): Promise<MimeOutput> {
  return pixelsBundle(await imageBytes("the image", image), caption, description);
}

/** The same of pixels. */
export async function pixelsBundle(pixels: Pixels, caption: string = "", description: string = caption): Promise<MimeOutput> {
  return { ...(await picture(pixels, description)), ...(caption && { caption }) };
}

async function picture(pixels: Pixels, description: string): Promise<MimeOutput> {
  const { width, height } = pixels;
  const alt = `image ${width}×${height}${description && `: ${description}`}`;
  const longer = Math.max(height, width);
  const natural = longer >= legible ? longer : longer * Math.ceil(legible / longer);
  const drawn = await scaled(pixels, natural);
  const png = await drawn.clone().png({ compressionLevel: 9 }).toBuffer();
  if (png.length <= smallPng) return bundleOf("image/png", png, alt);
  const jpeg = await fitBytes(async ({ side, options }) => {
    const fitted = side === natural ? drawn.clone() : await scaled(pixels, side);
    return fitted.jpeg(options).toBuffer();
  }, jpegLadder(natural), pictureLimit);
  return bundleOf("image/jpeg", jpeg!.drawn, alt);
}

/** Every quality at the natural size, then ever smaller, by as much as the last one was too large. */
function* jpegLadder(natural: number): Generator<{ side: number; options: JpegOptions }, void, number> {
  for (let side = natural; ;) {
    let bytes = Infinity;
    for (const options of jpegs) bytes = yield { side, options };
    side = Math.floor(side * Math.min(0.95, Math.sqrt(pictureLimit / bytes)));
  }
}

function bundleOf(type: string, picture: Buffer, alt: string): MimeOutput {
  return { data: { [type]: picture.toString("base64"), "text/plain": alt }, metadata: {} };
}

/**
 * A plot for plotly, as a picture for every front end without it, and as a sentence. JupyterLab shows the picture until the mouse comes
 * near; a notebook saved without it would be one line of text on GitHub.
 */
export async function plotBundle(plot: Plot): Promise<MimeOutput> {
  const { data, layout, config, frames, summary } = plot;
  const plotly = { data, layout, config, ...(frames && { frames }) };
  const left = outputLimit - textBytes - Buffer.byteLength(JSON.stringify(plotly));
  const interactive = left > 60_000;
  const twin = await plotPng(plot, { limit: Math.min(150_000, interactive ? (left * 3) / 4 : pictureLimit) });
  const picture = { [twin.type]: twin.bytes.toString("base64"), "text/plain": summary };
  return {
    data: interactive ? { "application/vnd.plotly.v1+json": plotly, ...picture } : picture,
    metadata: { [twin.type]: { width: twin.width, height: twin.height } },
  };
}

/** The pixels with `side` as their longer side. */
async function scaled({ data, width, height }: Pixels, side: number): Promise<Sharp> {
  const kernel = enlargement(Math.max(width, height), side);
  const resized = await sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .resize(side, side, { fit: "inside", kernel }).raw().toBuffer({ resolveWithObject: true });
  return sharp(resized.data, { raw: resized.info });
}

/**
 * A caption as an output of its own. It is text, and no part of the picture: it has the front end's font and colors, is as wide as there is
 * room, and can be read aloud and copied.
 */
export function captionBundle(caption: string): MimeOutput {
  return {
    data: { "text/markdown": escapeMarkdown(caption), "text/plain": caption },
    metadata: { "text/markdown": { styloscope: "caption" } },
  };
}
