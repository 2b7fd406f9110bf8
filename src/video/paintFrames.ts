// The loop over the frames of a clip: each is painted knowing how those before it were, moved to where this one has its things.
import * as tf from "@tensorflow/tfjs";
import { mustBeImage, type Image } from "../image";
import { flowCertainty } from "./flowCertainty";
import { opticalFlow } from "./opticalFlow";
import { longTermCertainties } from "./temporal";
import { warp } from "./warp";

/** The picture of an earlier frame, as this frame sees it. */
export interface Warped {
  readonly image: Image;
  /** `[height, width]`: where `image` can be believed, and no closer frame is certain (`longTermCertainties`). */
  readonly certainty: tf.Tensor2D;
  /** How many frames ago. */
  readonly ago: number;
}

/** What a frame is painted from. The loop owns it all. */
export interface FrameInput {
  readonly index: number;
  readonly frame: Image;
  /** Closest first; none for the first frame. */
  readonly earlier: readonly Warped[];
  /** The picture of this frame in the pass before, where there is one. */
  readonly before?: Image;
}

/** A picture, and what made it. */
export interface Painting {
  readonly image: Image;
  readonly settings?: object;
}

/** Any function from a frame to a picture of its size, which is then the loop's. Undefined ends the loop, as when it was stopped. */
export type PaintFrame = (input: FrameInput) => Painting | undefined | Promise<Painting | undefined>;

/** A painted frame. The loop owns the image, and disposes it later: clone to keep. */
export interface PaintedFrame extends Painting {
  readonly index: number;
}

export interface PaintFramesOptions {
  /** Which earlier frames are known to a frame: how many ago each is. Default `[1]`; none, `[]`, paints each by itself; Ruder et al. took `[1, 2, 4]`. */
  readonly earlier?: readonly number[];
  /** The picture of a frame that was painted before, in another run; it is then the loop's. The first frame without one goes on from there. */
  readonly painted?: (index: number) => Promise<Image | undefined>;
  /** The picture of a frame in the pass before; it stays the caller's. */
  readonly before?: (index: number) => Image;
}

/**
 * Paints frame after frame:
 *
 *     for await (const { index, image } of paintFrames(frames, transferFrames(vgg, painting))) await saveImage(image, `out/${index}.png`);
 *
 * `paint` may be anything: an optimization (`transferFrames`), one pass of a network, `async ({ frame }) => ({ image: await stylize(frame) })`. Each picture is rounded
 * to the 8 bits that its file has, so that a run that goes on from files has the same bytes.
 *
 * @param frames images of one size, in any iterable, also an asynchronous one; one that the loop asks for is disposed by it, one of an array is not
 * @throws RangeError for no frame, a frame of another size than the first, or a picture of another size than its frame
 */
export async function* paintFrames(
  frames: readonly Image[] | AsyncIterable<Image>, paint: PaintFrame, { earlier = [1], painted, before }: PaintFramesOptions = {},
): AsyncGenerator<PaintedFrame, void, void> {
  mustBeAgo(earlier);
  const ours = !Array.isArray(frames);
  const kept: { frame: Image; image: Image }[] = []; // closest first
  const longest = Math.max(0, ...earlier);
  let index = 0;
  const drop = (count: number): void => kept.splice(count).forEach(({ frame, image }) => tf.dispose(ours ? [frame, image] : image));
  try {
    for await (const frame of frames) {
      mustBeImage(frame, `frame ${index}`);
      let known: Image | undefined;
      try {
        mustBeOfSize(frame, kept[0]?.frame, index);
        known = await painted?.(index);
        if (known) mustBePictureOf(known, frame, index);
        const made: Painting | undefined = known ? { image: known } : await painting(paint, { index, frame, before: before?.(index) }, earlier, kept);
        known = undefined;
        if (!made) return void (ours && frame.dispose());
        kept.unshift({ frame, image: made.image });
        yield { index, image: made.image, settings: made.settings };
      } catch (error) {
        known?.dispose();
        if (ours && kept[0]?.frame !== frame) frame.dispose();
        throw error;
      }
      drop(Math.max(1, longest));
      index++;
    }
    if (index === 0) throw new RangeError("there is no frame: give at least one image");
  } finally {
    drop(0);
  }
}

/** One frame: its earlier pictures are warped, it is painted, and rounded. */
async function painting(
  paint: PaintFrame, input: Omit<FrameInput, "earlier">, agos: readonly number[], kept: readonly { frame: Image; image: Image }[],
): Promise<Painting | undefined> {
  const earlier = await warpedTo(input.frame, agos.filter((ago) => ago <= kept.length).sort((a, b) => a - b), kept);
  try {
    const made = await paint({ ...input, earlier });
    if (!made) return undefined;
    mustBePictureOf(made.image, input.frame, input.index);
    const rounded = tf.tidy(() => tf.div(tf.round(tf.mul(tf.clipByValue(made.image, 0, 1), 255)), 255) as Image);
    made.image.dispose();
    return { image: rounded, settings: made.settings };
  } finally {
    tf.dispose(earlier.map(({ image, certainty }) => [image, certainty]));
  }
}

async function warpedTo(frame: Image, agos: readonly number[], kept: readonly { frame: Image; image: Image }[]): Promise<Warped[]> {
  const found: { image: Image; certainty: tf.Tensor2D }[] = [];
  for (const ago of agos) {
    const other = kept[ago - 1];
    const [flow, reverse] = [await opticalFlow(frame, other.frame), await opticalFlow(other.frame, frame)];
    found.push({ image: warp(other.image, flow), certainty: flowCertainty(flow, reverse) });
    tf.dispose([flow, reverse]);
  }
  const certainties = longTermCertainties(found.map(({ certainty }) => certainty));
  found.forEach(({ certainty }) => certainty.dispose());
  return found.map(({ image }, i) => ({ image, certainty: certainties[i], ago: agos[i] }));
}

function mustBeAgo(earlier: readonly number[]): void {
  const wrong = earlier.find((ago) => !(Number.isInteger(ago) && ago >= 1));
  if (wrong !== undefined) throw new RangeError(`earlier says how many frames ago, whole numbers of at least 1; got ${wrong}`);
  if (new Set(earlier).size < earlier.length) throw new RangeError(`earlier names a frame twice: ${earlier.join(", ")}`);
}

function mustBeOfSize(frame: Image, first: Image | undefined, index: number): void {
  if (!first || first.shape.join() === frame.shape.join()) return;
  const [[height, width], [rows, columns]] = [frame.shape, first.shape];
  throw new RangeError(`frame ${index} is ${height}×${width}, and those before it are ${rows}×${columns}: all frames of a clip have one size`);
}

function mustBePictureOf(image: unknown, frame: Image, index: number): asserts image is Image {
  mustBeImage(image, `the picture of frame ${index}`);
  if (image.shape.join() === frame.shape.join()) return;
  throw new RangeError(`the picture of frame ${index} is ${image.shape[0]}×${image.shape[1]}, and the frame ${frame.shape[0]}×${frame.shape[1]}: both must ` +
    "have one size, or nothing can be warped");
}
