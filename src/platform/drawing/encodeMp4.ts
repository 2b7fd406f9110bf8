// Frames as an MP4 that every browser plays: H.264, by the ffmpeg of this machine.
import { ffmpeg } from "../files/ffmpeg";
import { h264 } from "../files/videoFile";
import type { RawFrames } from "./rawFrames";

/** Writes the frames to `file`. H.264 stores colors for 2×2 pixels, so an odd last row or column is cut. */
export async function encodeMp4({ pixels, height, width }: RawFrames, file: string, { framesPerSecond }: { framesPerSecond: number }): Promise<void> {
  await ffmpeg([
    "-loglevel", "error", "-y",
    "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", `${width}x${height}`, "-framerate", String(framesPerSecond), "-i", "pipe:0",
    ...h264, "-movflags", "+faststart", "-f", "mp4", `file:${file}`,
  ], (input) => input.end(pixels));
}
