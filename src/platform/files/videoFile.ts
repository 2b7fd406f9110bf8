// Videos by ffmpeg: what a file has, its frames as images, and pictures as an MP4 with another video's sound.
import * as fs from "node:fs/promises";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { firstLine } from "../../errors";
import { resize, type Image } from "../../image";
import { engine } from "../engine/engine";
import { ffmpeg, ffmpegOutput, ffprobe, mustHaveFfmpeg } from "./ffmpeg";
import { writeAtomically } from "./writeAtomically";

/** Whether a file's name is a video's. */
export function isVideoName(file: string): boolean {
  return /\.(mp4|m4v|mov|mkv|avi|webm|ogv|mpe?g)$/i.test(file);
}

export interface VideoInfo {
  /** As a fraction, `"30000/1001"`. */
  readonly framesPerSecond: string;
  /** How many there are in the file. */
  readonly frames: number;
  /** The codec of its sound, where it has one. */
  readonly sound?: string;
  /** The text of its `comment`, where it has one. */
  readonly comment?: string;
}

/**
 * What a video has, by ffprobe.
 *
 * @throws Error for a missing or broken file, one without pictures, and where there is no ffmpeg
 */
export async function videoInfo(file: string): Promise<VideoInfo> {
  await fs.access(file).catch((error: unknown) => {
    throw new Error(`the video ${file} does not exist (relative to ${process.cwd()}), or cannot be read`, { cause: error });
  });
  await mustHaveFfmpeg(`${file} is a video, and reading one`, "give a folder of its frames");
  const printed = await ffprobe([
    "-v", "error", "-count_packets", "-show_entries", "stream=codec_type,codec_name,avg_frame_rate,nb_read_packets:format_tags=comment", "-of", "json", `file:${file}`,
  ]).catch((error: unknown) => {
    throw new Error(`${file} is damaged, cut short or no video (${firstLine(error)}): take another copy of it`, { cause: error });
  });
  const { streams = [], format } = JSON.parse(printed) as {
    streams?: { codec_type: string; codec_name: string; avg_frame_rate: string; nb_read_packets?: string }[]; format?: { tags?: { comment?: string } };
  };
  const pictures = streams.find(({ codec_type }) => codec_type === "video");
  const frames = Number(pictures?.nb_read_packets ?? 0);
  if (!pictures || frames === 0) throw new Error(`${file} has no pictures: take a file with a video in it`);
  const framesPerSecond = /^[1-9]\d*\/[1-9]\d*$/.test(pictures.avg_frame_rate) ? pictures.avg_frame_rate : "25/1";
  return { framesPerSecond, frames, sound: streams.find(({ codec_type }) => codec_type === "audio")?.codec_name, comment: format?.tags?.comment };
}

/**
 * The frames of a video as images, upright, one after another, as they are asked for; a rate that varies becomes constant. With `shorter` they are shrunk to
 * that shorter side. The caller owns each.
 *
 * @throws Error as `videoInfo`, and where the file turns out to be damaged
 */
export async function* videoFrames(file: string, { shorter = Infinity }: { readonly shorter?: number } = {}): AsyncGenerator<Image, void, void> {
  const { framesPerSecond } = await videoInfo(file);
  await engine();
  const pieces = ffmpegOutput(["-loglevel", "error", "-xerror", "-i", `file:${file}`, "-map", "0:v:0", "-vf", `fps=${framesPerSecond}`, "-f", "image2pipe", "-c:v", "ppm", "pipe:1"]);
  let waiting: Buffer[] = [];
  try {
    for await (const piece of pieces) {
      waiting.push(piece);
      for (let found = firstPpm(waiting); found; found = firstPpm(waiting)) {
        waiting = [found.rest];
        yield imageOf(found, shorter);
      }
    }
  } catch (error) {
    throw new Error(`${file} is damaged or cut short (${firstLine(error)}): take another copy of it`, { cause: error });
  }
}

interface Ppm { readonly height: number; readonly width: number; readonly pixels: Buffer; readonly rest: Buffer }

/** The first whole picture of what came so far: PPM says its size in a line of text, then comes RGB. */
function firstPpm(pieces: Buffer[]): Ppm | undefined {
  const head = /^P6\s(\d+)\s(\d+)\s255\s/.exec(Buffer.concat(pieces.slice(0, 2).map((piece) => piece.subarray(0, 40))).toString("latin1"));
  if (!head) return undefined;
  const [width, height] = [Number(head[1]), Number(head[2])];
  const end = head[0].length + 3 * height * width;
  if (pieces.reduce((sum, { length }) => sum + length, 0) < end) return undefined;
  const all = Buffer.concat(pieces);
  return { height, width, pixels: all.subarray(head[0].length, end), rest: all.subarray(end) };
}

function imageOf({ height, width, pixels }: Ppm, shorter: number): Image {
  const values = new Float32Array(pixels.length);
  for (let i = 0; i < values.length; i++) values[i] = pixels[i] / 255;
  const image = tf.tensor3d(values, [height, width, 3]);
  if (Math.min(height, width) <= shorter) return image;
  const small = resize(image, { shorter, filter: "lanczos" });
  image.dispose();
  return small;
}

/** Arguments of ffmpeg for H.264 that every browser plays. It stores colors for 2×2 pixels, so an odd last row or column is cut. */
export const h264: readonly string[] = [
  // The matrix is named twice: older ffmpegs convert by that of television in SD, whatever the file then says.
  "-vf", "crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0,scale=out_color_matrix=bt709:out_range=tv",
  "-c:v", "libx264", "-crf", "18", "-pix_fmt", "yuv420p",
  "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "iec61966-2-1", "-color_range", "tv",
];

/** Sound that an MP4 can hold as it is; any other is encoded as AAC. */
const keptSound = ["aac", "mp3", "ac3", "eac3", "alac", "opus"];

/**
 * Writes an MP4 of pictures named `000001.png`, `000002.png`, … in `folder`, whole or not at all, with the sound of another video.
 *
 * @param options `like`: the video whose rate and sound it gets; `comment`: text that `videoInfo` reads back
 */
export async function writeVideo(folder: string, file: string, { like, comment }: { readonly like: string; readonly comment: string }): Promise<void> {
  const { framesPerSecond, sound } = await videoInfo(like);
  await writeAtomically(file, (temporary) => ffmpeg([
    "-loglevel", "error", "-y", "-framerate", framesPerSecond, "-i", `file:${path.join(folder, "%06d.png").replace(/%(?!06d\.png$)/g, "%%")}`,
    ...(sound ? ["-i", `file:${like}`, "-map", "0:v:0", "-map", "1:a:0", "-c:a", keptSound.includes(sound) ? "copy" : "aac"] : []),
    ...h264, "-map_metadata", "-1", "-metadata", `comment=${comment}`, "-movflags", "+faststart", "-f", "mp4", `file:${temporary}`,
  ]));
}
