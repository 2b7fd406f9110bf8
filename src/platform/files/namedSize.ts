// The size that an image will have, without loading it.
import * as fs from "node:fs/promises";
import sharp from "sharp";
import type { LoadOptions } from "./loadImage";
import { isFile } from "./loadNamed";
import { notRegular } from "./regularFile";
import { samples } from "./sample";
import { targetSize } from "./targetSize";

/** `[height, width]` of `loadNamed(name, options)`, read from the beginning of the file; undefined where that would fail. */
export async function namedSize(name: string, options: LoadOptions): Promise<[height: number, width: number] | undefined> {
  try {
    const file = isFile(name) ? name : samples().get(name)!;
    if (notRegular(await fs.stat(file))) return undefined; // a pipe would never end
    const { autoOrient: { height, width } } = await sharp(file, { limitInputPixels: false }).metadata();
    return targetSize(name, height, width, options);
  } catch {
    return undefined;
  }
}
