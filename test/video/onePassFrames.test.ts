// One pass, held by what was painted before: the least of a sum of squares, and less flicker.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../../src/image";
import { styleNetwork } from "../../src/onepass/styleNetwork";
import { engine } from "../../src/platform/engine/engine";
import { onePassFrames } from "../../src/video/onePassFrames";
import { paintFrames, type Warped } from "../../src/video/paintFrames";
import { sampleClip } from "../../src/video/sampleClip";
import { warpingError } from "../../src/video/warpingError";
import { assertClose, leaksNothing, numbers } from "../compare";

before(() => engine());

describe("frames of one pass", () => {
  it("have the least ‖x − s‖² + γ Σ c ‖x − ω‖²: no picture near them has less", () => leaksNothing(async () => {
    const [frame, one, other] = [1, 2, 3].map((seed) => noise([6, 7], { seed }));
    const [certainOne, certainOther] = [4, 5].map((seed) => tf.tidy(() => tf.round(tf.randomUniform([6, 7], 0, 1, "float32", seed)) as tf.Tensor2D));
    const earlier: Warped[] = [{ image: one, certainty: certainOne, ago: 1 }, { image: other, certainty: certainOther, ago: 2 }];
    const stylize = (image: Image): Image => tf.sub(1, image);
    const { image } = (await onePassFrames(stylize, { temporalWeight: 3 })({ index: 2, frame, earlier }))!;
    const sum = (x: tf.Tensor3D): number => tf.tidy(() => numbers(tf.addN([
      tf.sum(tf.square(tf.sub(x, tf.sub(1, frame)))),
      ...earlier.map((each) => tf.mul(3, tf.sum(tf.mul(tf.expandDims(each.certainty, 2), tf.square(tf.sub(x, each.image)))))),
    ]))[0]);
    const least = sum(image);
    for (const seed of [6, 7, 8]) {
      const near = tf.tidy(() => tf.add(image, tf.randomNormal([6, 7, 3], 0, 0.05, "float32", seed)) as tf.Tensor3D);
      assert.ok(sum(near) > least);
      near.dispose();
    }
    tf.dispose([frame, one, other, certainOne, certainOther, image]);
  }));

  it("are the network's pictures where nothing is certain, where nothing is earlier, and with a weight of 0", () => leaksNothing(async () => {
    const [frame, warped] = [1, 2].map((seed) => noise([4, 5], { seed }));
    const [nothing, all] = [tf.zeros<tf.Rank.R2>([4, 5]), tf.ones<tf.Rank.R2>([4, 5])];
    const stylize = (image: Image): Image => tf.square(image);
    for (const [earlier, temporalWeight] of [[[{ image: warped, certainty: nothing, ago: 1 }], 4], [[], 4], [[{ image: warped, certainty: all, ago: 1 }], 0]] as const) {
      const { image } = (await onePassFrames(stylize, { temporalWeight })({ index: 1, frame, earlier }))!;
      assertClose(numbers(image), numbers(frame).map((value) => value ** 2), 1e-6);
      image.dispose();
    }
    tf.dispose([frame, warped, nothing, all]);
    assert.throws(() => onePassFrames(stylize, { temporalWeight: -1 }), /temporalWeight must be 0 or more, got -1/);
  }));

  it("flicker less than half as much on a clip whose motion is known", async () => {
    const network = await styleNetwork();
    const clip = await sampleClip({ count: 4, size: 96 });
    const flicker = async (temporalWeight: number): Promise<number> => {
      const pictures: Image[] = [];
      for await (const { image } of paintFrames(clip.frames, onePassFrames((frame) => network.stylize(frame, { style: "mosaic" }), { temporalWeight }))) pictures.push(image.clone());
      let sum = 0;
      for (let i = 1; i < pictures.length; i++) {
        const [flow, visible] = [clip.flow(i, i - 1), clip.visible(i, i - 1)];
        sum += await warpingError(pictures[i], pictures[i - 1], flow, visible);
        tf.dispose([flow, visible]);
      }
      tf.dispose(pictures);
      return sum;
    };
    const [alone, held] = [await flicker(0), await flicker(4)];
    assert.ok(held < alone / 2, `${held} and ${alone}`);
    tf.dispose([...clip.frames]);
    network.dispose();
  });
});
