// Neural style transfer of a clip, frame by frame, held together by the temporal loss.
import * as tf from "@tensorflow/tfjs";
import { luminance } from "../color/matchColor";
import type { Image } from "../image";
import type { Network } from "../networks/network";
import { transfer, transferRuns, type TransferOptions } from "../recipes/transfer";
import type { FrameInput, PaintFrame } from "./paintFrames";
import { temporal, temporalWeight as usualWeight } from "./temporal";

export interface TransferFramesOptions extends Omit<TransferOptions, "start" | "steps"> {
  /** How much a picture shall be like those before it; 0 leaves the temporal loss out, and each only begins at the warped one. */
  readonly temporalWeight?: number;
  /** Of the first frame; default: those of the recipe. Every other frame, which begins at a picture, takes half of them, as in the paper. */
  readonly steps?: number;
}

/**
 * Paints a frame by `transfer`, for `paintFrames` (Ruder, Dosovitskiy & Brox 2016): a search that starts at the picture before, warped, and has a `temporal`
 * term for each earlier picture. The first frame, and one after a cut, starts at itself, as a transfer does.
 *
 * In a second pass over the frames (`paintFrames(reversed, …, { before })`) it starts half-way between the neighbor's warped picture, where that is certain, and
 * the frame's own of the pass before (section 4.4, with δ = ½).
 */
export function transferFrames(network: Network, painting: Image, { temporalWeight = usualWeight, ...options }: TransferFramesOptions = {}): PaintFrame {
  const { steps: first = transferRuns[options.recipe ?? "default"]?.steps } = options;
  return async (input) => {
    const start = startOf(input, options.color === "luminance");
    const held = temporalWeight > 0 ? input.earlier : [];
    const terms = held.map(({ image, certainty, ago }) => temporal(image, certainty, { weight: temporalWeight, name: ago === 1 ? "temporal" : `temporal ${ago}` }));
    try {
      const result = await transfer(network, input.frame, painting, {
        ...options, start, steps: input.earlier.length > 0 ? Math.ceil(first / 2) : first, terms: [...options.terms ?? [], ...terms],
      });
      if (result.stopped !== "interrupted") return result;
      result.image.dispose();
      return undefined;
    } finally {
      start.dispose();
    }
  };
}

/** Less than this part of a picture is certain only after a cut. */
const cut = 0.1;

/** Where a search begins: at the picture before, warped, also where it is not certain, since paint in a wrong place is nearer to a painting than a photograph is. */
function startOf({ frame, earlier: [closest], before }: FrameInput, gray: boolean): Image {
  return tf.tidy(() => {
    let start = before ?? frame;
    if (closest && before) start = tf.add(before, tf.mul(tf.mul(0.5, tf.expandDims(closest.certainty, 2)), tf.sub(closest.image, before)));
    else if (closest) start = tf.add(closest.image, tf.mul(tf.cast(tf.less(tf.mean(closest.certainty), cut), "float32"), tf.sub(frame, closest.image)));
    return gray ? luminance(start) : start.clone();
  });
}
