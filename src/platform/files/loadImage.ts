// Reading a picture file into an Image: upright, in sRGB, three channels, 0…1.
import { createHash } from "node:crypto";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { firstLine } from "../../errors";
import { resizeTaps, type Image } from "../../image";
import { rememberSource } from "../../imageSource";
import type { Resampling } from "../../math/resample";
import { resampleRows } from "../../math/resampleRows";
import { engine } from "../engine/engine";
import { mustBeImageFormat, readImageFile } from "./readImageFile";
import { returnedLimit, targetSize, type SizeOptions } from "./targetSize";

/** How to load an image: its size, how it is resampled to that, and the color behind it where it is transparent. */
export type LoadOptions = SizeOptions & Partial<Resampling> & {
  /** Color behind transparent pixels, "#rgb" or "#rrggbb" (default white), mixed in sRGB values as browsers do. */
  readonly background?: string;
};

/**
 * Loads a JPEG, PNG, WebP or TIFF as an image: `[height, width, 3]`, float32, sRGB values in 0…1.
 *
 * EXIF rotation is applied; an embedded color profile and CMYK are converted to sRGB; grayscale becomes three equal
 * channels; 16 bits stay 16; transparency is flattened on `background`. Of several pages the first is read.
 * The size is asked for as in `resize`: `{ shorter: 256 }`, `{ longer: 256 }`, `{ exactly: [h, w] }` or `{ cover: [h, w] }`. `shorter` and
 * `longer` only shrink unless `enlarge` is set. So is the `filter`, of which the default is the sharpest, `"lanczos"`: the numbers are those
 * of `resize(await loadImage(file), …)` and Pillow's to one level of 255, in less memory.
 * (A picture of more than 100 million pixels first becomes four times as large as asked for, by another Lanczos.)
 *
 * Refused, with the file's name and the remedy: a missing, empty, damaged or cut-short file, a folder or a device, other formats, float
 * TIFFs, sides under 2 pixels, and more than 100 million pixels (up to 500 million where a smaller size is asked for:
 * the picture is then shrunk while it is decoded).
 */
export async function loadImage(source: string | Uint8Array, options: LoadOptions = {}): Promise<Image> {
  const name = typeof source === "string" ? source : "the image in the buffer";
  const background = parseColor(options.background ?? "#ffffff");
  const bytes = typeof source === "string" ? await readImageFile(source) : source;
  const format = mustBeImageFormat(name, bytes);
  const { rgb, shape } = await decode(name, bytes, options, background).catch((error: unknown) => {
    // Sizes and depths that are refused are RangeErrors; everything else comes from the decoder.
    if (error instanceof RangeError) throw error;
    throw new Error(
      `${name} is damaged or cut short (${firstLine(error)}): export or download the ${format.toUpperCase()} again`, { cause: error });
  });
  await engine();
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return rememberSource(tf.tensor3d(rgb, shape), { ...(typeof source === "string" && { file: path.basename(source) }), sha256 });
}

async function decode(
  name: string, bytes: Uint8Array, options: LoadOptions, background: readonly number[],
): Promise<{ rgb: Float32Array; shape: [height: number, width: number, channels: 3] }> {
  // "error" refuses a file that ends early or is damaged, where "none" would fill the rest with gray; warnings
  // (an unknown tag) pass. targetSize checks the number of pixels.
  const input = sharp(bytes, { failOn: "error", limitInputPixels: false });
  const info = await input.metadata();
  const { height, width } = info.autoOrient;
  const [toHeight, toWidth] = targetSize(name, height, width, options);
  if (info.depth !== "uchar" && info.depth !== "ushort")
    throw new RangeError(`${name} has ${info.depth} values, expected 8 or 16 bits: save it as 16-bit TIFF or PNG`);
  const deep = info.space === "rgb16" || info.space === "grey16";
  const [rows, columns] = decodedSize([height, width], [toHeight, toWidth]);
  const taps = resizeTaps(name, [rows, columns], [toHeight, toWidth], "lanczos", options);
  let pipeline = input.autoOrient();
  if (rows !== height) pipeline = pipeline.resize(columns, rows, { fit: "fill", kernel: "lanczos3", fastShrinkOnLoad: false });
  pipeline = pipeline.toColorspace(deep ? "rgb16" : "srgb");
  // sharp works on 16-bit images with a profile in Display P3 and would leave them there; 8-bit ones it takes to sRGB.
  if (deep && info.icc) pipeline = pipeline.withIccProfile("srgb", { attach: false });
  const { data, info: { channels } } = await pipeline.raw({ depth: deep ? "ushort" : "uchar" }).toBuffer({ resolveWithObject: true });
  const values = deep ? new Uint16Array(Uint8Array.from(data).buffer) : data;
  const read = (row: number, into: Float32Array): void =>
    flatten(values, row * columns, channels, deep ? 65535 : 255, background, into);
  return { rgb: resampleRows(read, columns, taps.rows, taps.columns), shape: [toHeight, toWidth, 3] };
}

/** Of a picture that is too large to have in memory, sharp leaves four times the sides asked for while it decodes, at most the limit. */
function decodedSize([height, width]: [number, number], [toHeight, toWidth]: [number, number]): [number, number] {
  if (height * width <= returnedLimit) return [height, width];
  const factor = Math.min(Math.sqrt(returnedLimit / (height * width)), 4 * Math.max(toHeight / height, toWidth / width));
  return [Math.max(toHeight, Math.round(factor * height)), Math.max(toWidth, Math.round(factor * width))];
}

/** Writes RGB in 0…1 of pixels from `first` on, of one to four whole-numbered channels: gray spread out, alpha mixed with `background`. */
function flatten(
  values: Uint8Array | Uint16Array, first: number, channels: number, largest: number, background: readonly number[], into: Float32Array,
): void {
  const from = first * channels;
  if (channels === 3) {
    for (let i = 0; i < into.length; i++) into[i] = values[from + i] / largest;
    return;
  }
  const colors = channels === 4 ? 3 : 1;
  for (let i = 0, at = from; i < into.length; i += 3, at += channels) {
    const alpha = channels > colors ? values[at + colors] / largest : 1;
    for (let c = 0; c < 3; c++) into[i + c] = alpha * (values[at + (colors === 3 ? c : 0)] / largest) + (1 - alpha) * background[c];
  }
}

function parseColor(color: string): number[] {
  const digits = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(color) ? color.slice(1) : undefined;
  if (!digits) throw new RangeError(`background: expected "#rgb" or "#rrggbb", got ${JSON.stringify(color)}`);
  const pairs = digits.length === 3 ? [...digits].map((digit) => digit + digit) : digits.match(/../g)!;
  return pairs.map((pair) => parseInt(pair, 16) / 255);
}
