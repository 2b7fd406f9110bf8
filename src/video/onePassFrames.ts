// A clip by a network of one pass, held together by the temporal loss, whose least is known without a search.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import type { PaintFrame } from "./paintFrames";

/** The default weight γ: where all is certain, four fifths of a picture are the one before it. */
const usualWeight = 4;

/**
 * Paints a frame in one pass, for `paintFrames`:
 *
 *     for await (const { image } of paintFrames(frames, onePassFrames((frame) => network.stylize(frame)))) …
 *
 * Of the network's picture s it keeps what is nearest and has little temporal loss to the earlier pictures ω, warped, with certainties c (Ruder et al.
 * 2016, eq. 7): the least of ‖x − s‖² + γ Σⱼ cⱼ ‖x − ωⱼ‖², pixel by pixel
 *
 *     x = (s + γ Σⱼ cⱼ ωⱼ) / (1 + γ Σⱼ cⱼ)
 *
 * @param stylize the network: a picture of the frame's size, which is then the loop's
 * @param options `temporalWeight`, γ (default 4); 0 paints each frame by itself
 */
export function onePassFrames(
  stylize: (frame: Image) => Image | Promise<Image>, { temporalWeight = usualWeight }: { temporalWeight?: number } = {},
): PaintFrame {
  if (!(Number.isFinite(temporalWeight) && temporalWeight >= 0)) throw new RangeError(`temporalWeight must be 0 or more, got ${temporalWeight}`);
  return async ({ frame, earlier }) => {
    const picture = await stylize(frame);
    if (earlier.length === 0 || temporalWeight === 0) return { image: picture };
    const image = tf.tidy(() => {
      const weights = earlier.map(({ certainty }) => tf.mul(tf.expandDims(certainty, 2), temporalWeight));
      const held = tf.addN(earlier.map(({ image: warped }, i) => tf.mul(weights[i], warped)));
      return tf.div(tf.add(picture, held), tf.add(1, tf.addN(weights))) as Image;
    });
    picture.dispose();
    return { image };
  };
}
