// A clip, painted frame by frame into a folder, from which it goes on where it was stopped; a video then becomes a video again.
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { paintFrames, saveImage, settingsOf, transferFrames, videoFrames, type Image, type Network, type TransferFramesOptions } from "../../src/index";
import { imageSize } from "../../src/platform/files/imageSize";
import { loadImage } from "../../src/platform/files/loadImage";
import { videoInfo, writeVideo } from "../../src/platform/files/videoFile";
import { inputFile, stateOf, type Job, type Request } from "./jobs";

/** A clip that is known to be whole. */
export interface Clip {
  readonly count: number;
  frames(shorter: number): AsyncIterable<Image>;
  /** Where the picture of a frame goes, and what is asked for. */
  picture(index: number): Promise<{ file: string; request: Request }>;
  /** After the last frame: a video is written, with the settings of its first frame, and the folder of its frames removed. */
  end(): Promise<void>;
}

/** @throws Error for a broken video, one frame, no ffmpeg, or frames of different sizes: before anything is painted or written */
export async function clipOf(job: Job, request: Request, extension: string): Promise<Clip> {
  return job.photo.kind === "video" ? video(job, request) : folder(job, request, extension);
}

async function video({ photo: { file }, file: out }: Job, request: Request): Promise<Clip> {
  const { frames: count } = await videoInfo(file);
  if (count === 1) throw new Error(`${file} has one frame, and nothing moves: save that as a picture`);
  const pictures = out.replace(/\.mp4$/, ".frames");
  const picture = (index: number): string => path.join(pictures, `${String(index + 1).padStart(6, "0")}.png`);
  return {
    count,
    frames: (shorter) => videoFrames(file, { shorter }),
    picture: async (index) => ({ file: picture(index), request: withFrame(request, index) }),
    async end() {
      const settings = await settingsOf(picture(0)) as object;
      await writeVideo(pictures, out, { like: file, comment: JSON.stringify({ ...settings, request }) });
      await fs.rm(pictures, { recursive: true });
    },
  };
}

async function folder({ photo: { file, files }, file: out }: Job, request: Request, extension: string): Promise<Clip> {
  const sizes = await Promise.all(files.map(imageSize));
  const other = sizes.findIndex((size) => size.join() !== sizes[0].join());
  if (other > 0)
    throw new Error(`the frames in ${file} have different sizes: ${path.basename(files[0])} is ${sizes[0].join("×")}, ${path.basename(files[other])} ${sizes[other].join("×")}`);
  return {
    count: files.length,
    async *frames(shorter) { for (const one of files) yield await loadImage(one, { shorter }); },
    picture: async (index) => ({
      file: path.join(out, `${path.parse(files[index]).name}${extension}`), request: withFrame({ ...request, photo: await inputFile(files[index]) }, index),
    }),
    end: async () => {},
  };
}

const withFrame = (request: Request, frame: number): Request => ({ ...request, options: { ...request.options, frame } });

/** How many frames of a clip are there already, one after another from the first. @throws Error as `stateOf`, for any of its frames */
export async function framesThere(clip: Clip): Promise<number> {
  let there = clip.count;
  for (let index = clip.count - 1; index >= 0; index--) {
    const { file, request } = await clip.picture(index);
    if (await stateOf({ file }, request) !== "done") there = index;
  }
  return there;
}

/**
 * Paints the frames that are not there, each of which knows those before it: so from the first that is missing or was asked for otherwise, all are painted
 * again. Returns false where it was stopped: every frame until then is there, whole.
 */
export async function paintClip(
  clip: Clip, network: Network, painting: Image, size: number, options: TransferFramesOptions, each: (index: number) => void,
): Promise<boolean> {
  const there = await framesThere(clip);
  const painted = async (index: number): Promise<Image | undefined> => (index < there ? loadImage((await clip.picture(index)).file) : undefined);
  const paint = transferFrames(network, painting, options);
  for await (const { index, image, settings } of paintFrames(clip.frames(size), (input) => (each(input.index), paint(input)), { painted })) {
    const { file, request } = await clip.picture(index);
    if (index >= there) await saveImage(image, file, { settings: { ...settings, request } });
  }
  if (options.signal?.aborted) return false;
  await clip.end();
  return true;
}
