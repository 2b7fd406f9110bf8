// What the temporal loss is for: a painted clip flickers less. The true motion is known, so nothing is measured by what it is made with.
import assert from "node:assert/strict";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../../src/image";
import { vgg19Mini } from "../../src/networks/vgg";
import { sample } from "../../src/platform/files/sample";
import { paintFrames, type PaintFramesOptions } from "../../src/video/paintFrames";
import { sampleClip } from "../../src/video/sampleClip";
import { transferFrames } from "../../src/video/transferFrames";
import { warpingError } from "../../src/video/warpingError";

it("the warping error between neighbors is less than half with the temporal loss, with several earlier frames, and after a second pass", async () => {
  const count = 5;
  const [clip, painting, network] = [await sampleClip({ count, size: 64 }), await sample("strokes", { shorter: 64 }), await vgg19Mini()];
  const film = async (temporalWeight: number | undefined, options: PaintFramesOptions, frames = clip.frames): Promise<Image[]> => {
    const pictures: Image[] = [];
    for await (const { image } of paintFrames(frames, transferFrames(network, painting, { temporalWeight, steps: 20 }), options)) pictures.push(image.clone());
    return pictures;
  };
  const flicker = async (pictures: readonly Image[]): Promise<number> => {
    let sum = 0;
    for (let i = 1; i < count; i++) sum += await warpingError(pictures[i], pictures[i - 1], clip.flow(i, i - 1), clip.visible(i, i - 1));
    return sum / (count - 1);
  };
  const alone = await film(0, { earlier: [] });
  const held = await film(undefined, {});
  const long = await film(undefined, { earlier: [1, 2, 4] });
  const back = (await film(undefined, { before: (index) => held[count - 1 - index] }, [...clip.frames].reverse())).reverse();
  const [without, ...withLoss] = [await flicker(alone), await flicker(held), await flicker(long), await flicker(back)];
  console.log(`# warping error: each by itself ${without.toExponential(2)}; held ${withLoss.map((value) => value.toExponential(2)).join(", long-term ")}`.replace(/, long-term (?=[^,]*$)/, ", second pass "));
  for (const error of withLoss) assert.ok(error < without / 2, `${error} against ${without}`);
  tf.dispose([...clip.frames, ...alone, ...held, ...long, ...back, painting]);
  network.dispose();
});
