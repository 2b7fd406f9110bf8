// Writing an image to a file, or encoding it to bytes.
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { nearest } from "../../errors";
import type { Image } from "../../image";
import { imageFormats, type ImageFormat } from "./imageKind";
import { settingsXmp } from "./settingsXmp";
import { writeAtomically } from "./writeAtomically";

/** How an image is saved. */
export interface SaveOptions {
  /** JPEG and WebP quality, 1…100 (default 95). PNG and TIFF are lossless. */
  readonly quality?: number;
  /**
   * What made the image, such as the `settings` of what `transfer` returned: plain data, kept in the file as JSON (in its XMP, which all
   * four formats have), at most 60,000 bytes. `settingsOf` reads it back, and so does any program that shows XMP.
   */
  readonly settings?: object;
}

/**
 * Saves `image` to `file`, in the format of its extension: .png .jpg .jpeg .webp .tif .tiff; 8 bits, sRGB.
 *
 * Values are clipped to 0…1 and rounded to 1/255. JPEGs keep full color resolution (4:4:4). The file is written whole or
 * not at all; a missing folder is created.
 *
 * @throws Error for another extension, RangeError for values that are NaN or infinite, TypeError or RangeError for settings that are no
 *   plain data, or too much of it
 */
export async function saveImage(image: Image, file: string, { quality = 95, settings }: SaveOptions = {}): Promise<void> {
  const extension = path.extname(file).toLowerCase();
  const format = imageFormats[extension];
  if (!format) {
    const known = Object.keys(imageFormats);
    const hint = extension ? `did you mean ${nearest(extension, known)}?` : "add one of them";
    throw new Error(`${file}: "${extension}" is not the extension of an image format; there are ${known.join(" ")}: ${hint}`);
  }
  await writeAtomically(file, await encode(file, image, format, { quality, xmp: settings && settingsXmp(settings) }));
}

/** How an image is encoded. */
export interface EncodeOptions extends Pick<SaveOptions, "quality"> {
  /** Longest side in pixels: a larger image is shrunk (Lanczos). Default: the image's own size. */
  readonly maxSide?: number;
}

/** The bytes of `image` as a PNG or JPEG file; clipped, rounded and refused as by `saveImage`. */
export async function encodeImage(
  image: Image, format: "png" | "jpeg", { quality = 95, maxSide = Infinity }: EncodeOptions = {},
): Promise<Buffer> {
  return encode("the image", image, format, { quality, maxSide });
}

async function encode(
  name: string, image: Image, format: ImageFormat,
  { quality, maxSide = Infinity, xmp }: { quality: number; maxSide?: number; xmp?: string },
): Promise<Buffer> {
  if (!Number.isInteger(quality) || quality < 1 || quality > 100)
    throw new RangeError(`${name}: expected a quality of a whole number in 1…100, got ${quality}`);
  const { data, height, width } = await imageBytes(name, image);
  let pipeline = sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
  const side = Math.round(maxSide);
  if (Math.max(height, width) > maxSide) pipeline = pipeline.resize(side, side, { fit: "inside", kernel: "lanczos3" });
  if (xmp !== undefined) pipeline = pipeline.withXmp(xmp);
  switch (format) {
    case "png": return pipeline.png().toBuffer();
    case "jpeg": return pipeline.jpeg({ quality, chromaSubsampling: "4:4:4" }).toBuffer();
    case "webp": return pipeline.webp({ quality, smartSubsample: true }).toBuffer();
    case "tiff": return pipeline.tiff({ compression: "deflate", predictor: "horizontal" }).toBuffer();
  }
}

/** The pixels of `image` as 8-bit RGB, row by row; `name` begins the errors. */
export async function imageBytes(
  name: string, image: tf.Tensor,
): Promise<{ data: Uint8Array; height: number; width: number }> {
  const [height, width, channels] = image.shape;
  if (image.rank !== 3 || channels !== 3 || height < 1 || width < 1)
    throw new RangeError(`${name}: expected an image of shape [height, width, 3], got [${image.shape.join(", ")}]`);
  const values = await image.data<"float32">();
  const bad = values.reduce((count, value) => (Number.isFinite(value) ? count : count + 1), 0);
  if (bad > 0)
    throw new RangeError(
      `${name}: ${bad} of ${values.length} values are NaN or infinite, so there is no picture to write: keep the last good image, or ` +
        "lower the step size or the weights");
  const data = new Uint8ClampedArray(values.length); // clips and rounds (halves to even)
  for (let i = 0; i < values.length; i++) data[i] = 255 * values[i]; // `from` with a function takes ten times as long
  return { data: new Uint8Array(data.buffer), height, width };
}
