// A clip whose motion is known exactly: the valley, panned and zoomed, and a disc that flies over it.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import { sample } from "../platform/files/sample";
import { plane, valueAt, type Plane } from "./plane";
import type { Flow } from "./warp";

/** Frames, and the truth about them. */
export interface SampleClip {
  readonly frames: readonly Image[];
  /** The true motion from frame `from` to frame `to`. The caller owns it. */
  flow(from: number, to: number): Flow;
  /**
   * `[height, width]`: 1 where what is seen in frame `from` is also seen in frame `to`, 0 where it is covered or outside there. Pixels on the
   * rim of the disc are partly valley, and have 0. The caller owns it.
   */
  visible(from: number, to: number): tf.Tensor2D;
}

export interface SampleClipOptions {
  /** How many frames (default 24, at most 36). */
  readonly count?: number;
  /** Height and width in pixels (default 256). */
  readonly size?: number;
}

type Point = readonly [x: number, y: number];

/** Of the size: the disc's radius, how far it goes in a frame, and how far the camera does. The camera also zooms in, by this part in a frame. */
const [radius, discStep, panStep, zoomStep] = [0.15, [0.02, -0.006], 0.008, 0.004];

/**
 * The sample `valley`, seen by a camera that pans to the right by 0.8 % of the picture's width a frame and zooms in by 0.4 %, and in front of it a disc of the
 * sample `mosaic` that moves by 2 %. (At 256 pixels: 2 and 5 pixels a frame.) The caller disposes the frames.
 *
 * @throws RangeError for a count that is not 1…36, or a size under 16
 */
export async function sampleClip({ count = 24, size = 256 }: SampleClipOptions = {}): Promise<SampleClip> {
  if (!(Number.isInteger(count) && count >= 1 && count <= 36)) throw new RangeError(`a sample clip has 1 to 36 frames, got ${count}`);
  if (!(Number.isInteger(size) && size >= 16)) throw new RangeError(`the size of a sample clip is a whole number of at least 16, got ${size}`);
  const valley = await channels("valley", Math.round(1.5 * size));
  const disc = await channels("mosaic", size);
  const frames = Array.from({ length: count }, (_, t) => tf.tensor3d(pixels((x, y) => color(valley, disc, size, t, [x, y]), size, 3), [size, size, 3]));
  const motion = (from: number, to: number, p: Point): { at: Point; seen: number } => {
    const place = depth(size, from, p) >= 0 ? discMoved(size, from, to, p) : cameraAt(size, to).from(cameraAt(size, from).to(p));
    const inside = place.every((side) => side >= 0 && side <= size - 1);
    const [here, there] = [depth(size, from, p), depth(size, to, place)];
    const onRim = Math.abs(here) < 1 || Math.abs(there) < 1;
    return { at: place, seen: inside && !onRim && (here >= 0) === (there >= 0) ? 1 : 0 };
  };
  const mustBeFrames = (...indices: number[]): void => {
    const wrong = indices.find((index) => !(Number.isInteger(index) && index >= 0 && index < count));
    if (wrong !== undefined) throw new RangeError(`there is no frame ${wrong}: they are 0…${count - 1}`);
  };
  return {
    frames,
    flow(from, to) {
      mustBeFrames(from, to);
      return tf.tensor3d(pixels((x, y) => { const { at } = motion(from, to, [x, y]); return [at[0] - x, at[1] - y]; }, size, 2), [size, size, 2]);
    },
    visible(from, to) {
      mustBeFrames(from, to);
      return tf.tensor2d(pixels((x, y) => [motion(from, to, [x, y]).seen], size, 1), [size, size]);
    },
  };
}

/** How far inside the disc a point of frame `t` is, in pixels; negative outside. */
function depth(size: number, t: number, [x, y]: Point): number {
  const [centerX, centerY] = discCenter(size, t);
  return radius * size - Math.hypot(x - centerX, y - centerY);
}

function discCenter(size: number, t: number): Point {
  return [size * (0.2 + discStep[0] * t), size * (0.65 + discStep[1] * t)];
}

function discMoved(size: number, from: number, to: number, [x, y]: Point): Point {
  return [x + size * discStep[0] * (to - from), y + size * discStep[1] * (to - from)];
}

/** From a point of frame `t` to one of the valley's picture, and back. */
function cameraAt(size: number, t: number): { to(p: Point): Point; from(p: Point): Point } {
  const [scale, middle] = [1.1 * (1 - zoomStep) ** t, (size - 1) / 2];
  const [left, top] = [size * (0.6 + panStep * t), size * 0.75];
  return {
    to: ([x, y]) => [left + scale * (x - middle), top + scale * (y - middle)],
    from: ([x, y]) => [middle + (x - left) / scale, middle + (y - top) / scale],
  };
}

/** What frame `t` shows at a point: the disc, the valley, or at the rim some of both. */
function color(valley: readonly Plane[], disc: readonly Plane[], size: number, t: number, p: Point): number[] {
  const part = Math.min(1, Math.max(0, depth(size, t, p) + 0.5));
  const [x, y] = cameraAt(size, t).to(p);
  const [discX, discY] = discMoved(size, t, 0, p);
  return valley.map((channel, c) => (1 - part) * valueAt(channel, x, y) + part * valueAt(disc[c], discX, discY));
}

function pixels(at: (x: number, y: number) => readonly number[], size: number, count: number): Float32Array {
  const values = new Float32Array(size * size * count);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) values.set(at(x, y), count * (y * size + x));
  return values;
}

/** Red, green and blue of a sample, as planes. */
async function channels(name: string, side: number): Promise<Plane[]> {
  const image = await sample(name, { exactly: [side, side] });
  const values = await image.data();
  image.dispose();
  return [0, 1, 2].map((c) => plane(side, side, Float32Array.from({ length: side * side }, (_, i) => values[3 * i + c])));
}
