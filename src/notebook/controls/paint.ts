// A mask that is painted with the mouse on a photograph.
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type * as tf from "@tensorflow/tfjs";
import type { Image } from "../../image";
import { mustBeStrokes, strokeMask, strokeValues, type Stroke } from "../../masks/strokeMask";
import { palette } from "../../platform/drawing/colors";
import { packageRoot } from "../../platform/files/paths";
import { encodeImage, imageBytes } from "../../platform/files/saveImage";
import type { MimeBundle } from "../display";
import { pixelsBundle } from "../mimeBundles";
import { control, type Control } from "./control";

export interface PaintOptions {
  readonly label?: string;
  /** What is painted at first (default nothing), and all that there is where no page draws the brush. */
  readonly value?: readonly Stroke[];
}

/** Its value is the strokes, in the photograph's pixels: plain data, which paints the same mask again as `value`. */
export interface Painted extends Control<readonly Stroke[]> {
  /**
   * The mask `[height, width]` of the photograph: 1 where it is painted, 0 elsewhere, between them on the edges (`strokeMask`). The caller
   * disposes it.
   *
   * @throws RangeError where nothing is painted
   */
  mask(): tf.Tensor2D;
}

const tint = 0.6;
const color = palette[1];
const view = path.join(packageRoot, "src", "notebook", "controls", "paintView.js");

/**
 * A brush on a photograph: `const sky = await paint(photo)`, then `sky` as the last line of the cell. The next cell takes the mask:
 * `guidedGram({ image: sky.mask(), target: fullMask(painting) })`. JupyterLab draws it with anywidget (`npm run lab` installs it). Elsewhere
 * there is a picture of the mask that `value` paints, and the same code takes that.
 *
 * @throws RangeError for a stroke that is none
 */
export async function paint(photo: Image, { label = "mask", value = [] }: PaintOptions = {}): Promise<Painted> {
  const [height, width] = photo.shape;
  const size = [height, width] as const;
  const { data } = await imageBytes("the photograph", photo);
  const picture = `data:image/jpeg;base64,${(await encodeImage(photo, "jpeg", { quality: 90, maxSide: 640 })).toString("base64")}`;
  let radius = Math.max(1, Math.round(Math.max(height, width) / 16));
  let twin: MimeBundle = {};

  const part = (strokes: readonly Stroke[]): string => `${(strokeValues(strokes, size).reduce((sum, one) => sum + one, 0) / (height * width) * 100).toFixed(0)} %`;
  const text = (strokes: readonly Stroke[]): string =>
    `${strokes.length === 0 ? "nothing painted" : `${strokes.length} ${strokes.length === 1 ? "stroke" : "strokes"}, ${part(strokes)}`} of ${height}×${width}`;
  const knob = control<readonly Stroke[]>({
    label, value, text,
    check: (wanted) => (mustBeStrokes(wanted), wanted),
    read({ strokes, radius: turned }) {
      if (typeof turned === "number" && turned > 0) radius = turned;
      try {
        mustBeStrokes(strokes);
        return strokes;
      } catch {
        return undefined;
      }
    },
    keys: (strokes) => ({ strokes, radius }),
    fixed: { size, picture, color },
    model: { model: "paint", code: readFileSync(view, "utf8"), layout: {} },
    twin: (line) => ({ ...twin, "text/plain": line }),
  });

  async function drawTwin(): Promise<void> {
    const mask = strokeValues(knob.value, size);
    const ink = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
    const pixels = data.map((level, i) => level + tint * mask[Math.floor(i / 3)] * (ink[i % 3] - level));
    twin = (await pixelsBundle({ data: pixels, width, height })).data;
  }
  knob.listeners.add(() => void drawTwin());
  await drawTwin();

  return Object.assign(knob, {
    mask() {
      if (!strokeValues(knob.value, size).some((one) => one > 0))
        throw new RangeError(`nothing is painted in "${label}": paint on the photograph in JupyterLab (npm run lab), or give strokes, ` +
          "paint(photo, { value: [{ radius: 20, points: [[40, 30], [90, 30]] }] })");
      return strokeMask(knob.value, size);
    },
  });
}
