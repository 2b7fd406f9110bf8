// Frames as an MP4 that every browser plays: H.264, by the ffmpeg of this machine.
import { spawn } from "node:child_process";
import * as path from "node:path";
import type { Writable } from "node:stream";
import type { RawFrames } from "./rawFrames";

/** @throws Error where no ffmpeg is found on PATH, which says what to do for `file` */
export async function mustHaveFfmpeg(file: string): Promise<void> {
  await ffmpeg(["-version"]).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new Error(`${file} was not written: an MP4 needs ffmpeg, which is not on PATH. Install it (\`apt install ffmpeg\`, ` +
      `\`brew install ffmpeg\`), or save a WebP, which needs nothing: ${path.basename(file, path.extname(file))}.webp`, { cause: error });
  });
}

/** Writes the frames to `file`. H.264 stores colors for 2×2 pixels, so an odd last row or column is cut. */
export async function encodeMp4({ pixels, height, width }: RawFrames, file: string, { framesPerSecond }: { framesPerSecond: number }): Promise<void> {
  await ffmpeg([
    "-loglevel", "error", "-y",
    "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", `${width}x${height}`, "-framerate", String(framesPerSecond), "-i", "pipe:0",
    // The matrix is named twice: older ffmpegs convert by that of television in SD, whatever the file then says.
    "-vf", "crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0,scale=out_color_matrix=bt709:out_range=tv",
    "-c:v", "libx264", "-crf", "18", "-pix_fmt", "yuv420p",
    "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "iec61966-2-1", "-color_range", "tv",
    "-movflags", "+faststart", "-f", "mp4", `file:${file}`,
  ], (input) => input.end(pixels));
}

/** Runs ffmpeg to its end. @throws Error with its last lines where it fails */
function ffmpeg(args: readonly string[], feed: (input: Writable) => void = (input) => input.end()): Promise<void> {
  return new Promise((resolve, reject) => {
    const program = spawn("ffmpeg", args, { stdio: ["pipe", "ignore", "pipe"] });
    let said = "";
    program.stderr.on("data", (text: Buffer) => (said = `${said}${text}`.slice(-2000)));
    program.stdin.on("error", () => {}); // it ended before it had read everything, and says why
    program.on("error", reject);
    program.on("close", (status) => (status === 0 ? resolve()
      : reject(new Error(`ffmpeg failed (${status}): ${said.trim().split("\n").slice(-3).join("; ") || "it said nothing"}`))));
    feed(program.stdin);
  });
}
