// Frames of several kinds as 8-bit RGB, all of one size.
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { firstLine } from "../../errors";
import { mustBeImage, type Image } from "../../image";
import { imageBytes } from "../files/saveImage";

/** An image, or what has one, such as a step of `minimize`; or the bytes of a picture's file, or what has them, such as `view.pictures`. */
export type Frame = Image | Uint8Array | { readonly image: Image } | { readonly picture: Uint8Array };

/** Frames one after another, each row by row. */
export interface RawFrames {
  readonly pixels: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

type Picture = Awaited<ReturnType<typeof imageBytes>>;

/** Bytes of all frames at most; joining them takes as much again. */
const most = 1e9;

/** Reads all frames, and resizes them to the size of the last. @throws RangeError for none, and for more than 1 GB */
export async function rawFrames(frames: Iterable<Frame> | AsyncIterable<Frame>): Promise<RawFrames> {
  if (frames instanceof Promise) throw new TypeError("the frames are a promise: write `await` in front of it");
  const read: Picture[] = [];
  let bytes = 0;
  for await (const frame of frames) {
    const picture = await pictureOf(frame, `frame ${read.length}`);
    read.push(picture);
    bytes += picture.data.length;
    if (bytes > most)
      throw new RangeError(`${read.length} frames of ${picture.height}×${picture.width} are more than the ${most / 1e9} GB that moving pictures may take ` +
        "here: take every second one, or smaller ones");
  }
  const last = read.at(-1);
  if (!last) throw new RangeError("there is no frame: give at least one image");
  const { height, width } = last;
  const pixels = new Uint8Array(read.length * height * width * 3);
  for (const [i, picture] of read.entries()) pixels.set((await resized(picture, last)).data, i * height * width * 3);
  return { pixels, count: read.length, height, width };
}

async function pictureOf(frame: Frame, name: string): Promise<Picture> {
  if (frame instanceof Uint8Array) return decoded(name, frame);
  if (frame instanceof tf.Tensor) return imageBytes(name, frame);
  if (typeof frame === "object" && frame !== null && "picture" in frame) return decoded(name, frame.picture);
  const image = (frame as { image?: unknown } | null)?.image ?? frame;
  mustBeImage(image, name);
  return imageBytes(name, image);
}

async function decoded(name: string, file: Uint8Array): Promise<Picture> {
  const { data, info: { height, width } } = await sharp(file).flatten({ background: "#ffffff" }).toColorspace("srgb").removeAlpha()
    .raw().toBuffer({ resolveWithObject: true }).catch((error: unknown) => {
      throw new Error(`${name} is not the bytes of a picture, such as a PNG or JPEG (${firstLine(error)})`, { cause: error });
    });
  return { data, height, width };
}

async function resized(picture: Picture, { height, width }: Picture): Promise<Picture> {
  if (picture.height === height && picture.width === width) return picture;
  const raw = { width: picture.width, height: picture.height, channels: 3 } as const;
  const data = await sharp(picture.data, { raw }).resize(width, height, { fit: "fill" }).raw().toBuffer();
  return { data, height, width };
}
