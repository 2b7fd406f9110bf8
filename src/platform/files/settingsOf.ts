// What made a picture: the settings that its file keeps.
import sharp from "sharp";
import { firstLine } from "../../errors";
import { mustBeImageFormat, readImageFile } from "./readImageFile";
import { settingsIn } from "./settingsXmp";
import { isVideoName, videoInfo } from "./videoFile";

/**
 * The settings that `saveImage` kept in a picture's file, or `npm run stylize` in a video's (as its comment), as plain data; undefined where it has none. They are text that anybody may have
 * written: nothing of them is run or opened.
 *
 * @throws Error for a missing, empty or damaged file, or one that is no image; also where its settings are no JSON
 */
export async function settingsOf(file: string): Promise<unknown> {
  if (isVideoName(file)) return inComment((await videoInfo(file)).comment);
  const bytes = await readImageFile(file);
  const format = mustBeImageFormat(file, bytes);
  const { xmp } = await sharp(bytes, { limitInputPixels: false }).metadata().catch((error: unknown) => {
    throw new Error(`${file} is damaged or cut short (${firstLine(error)}): take another copy of the ${format.toUpperCase()}`, { cause: error });
  });
  try {
    return xmp && settingsIn(xmp.toString());
  } catch (error) {
    throw new Error(`the settings in ${file} are damaged (${firstLine(error)}): take another copy of it`, { cause: error });
  }
}

/** Any text may be a video's comment. */
function inComment(comment = ""): unknown {
  try {
    return JSON.parse(comment);
  } catch {
    return undefined;
  }
}
