// How large the picture in a file is, without decoding it.
import sharp from "sharp";
import { firstLine } from "../../errors";
import { mustBeImageFormat, readImageFile } from "./readImageFile";

/** `[height, width]` of an image file, upright. @throws Error as `loadImage`, for a missing file, another format, or a damaged head */
export async function imageSize(file: string): Promise<[height: number, width: number]> {
  const bytes = await readImageFile(file);
  const format = mustBeImageFormat(file, bytes);
  const { autoOrient: { height, width } } = await sharp(bytes, { limitInputPixels: false }).metadata().catch((error: unknown) => {
    throw new Error(`${file} is damaged or cut short (${firstLine(error)}): take another copy of the ${format.toUpperCase()}`, { cause: error });
  });
  return [height, width];
}
