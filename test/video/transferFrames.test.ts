// A frame is painted by transfer: where it begins, what holds it, how many steps it takes.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { luminance } from "../../src/color/matchColor";
import { noise, type Image } from "../../src/image";
import { randomVgg, type Vgg } from "../../src/networks/vgg";
import { transfer } from "../../src/recipes/transfer";
import type { RunSettings } from "../../src/recipes/runSettings";
import type { FrameInput } from "../../src/video/paintFrames";
import { temporal } from "../../src/video/temporal";
import { transferFrames, type TransferFramesOptions } from "../../src/video/transferFrames";
import { assertClose, leaksNothing, numbers } from "../compare";

let network: Vgg;
let [frame, painting, warped, own, certainty]: [Image?, Image?, Image?, Image?, tf.Tensor2D?] = [];
before(async () => {
  network = await randomVgg({ width: 1 / 16 });
  [frame, painting, warped, own] = [1, 2, 3, 4].map((seed) => noise([32, 32], { seed }));
  certainty = tf.tensor2d(Array.from({ length: 32 * 32 }, (_, i) => Number(i % 32 < 16)), [32, 32]);
});
after(() => { network.dispose(); tf.dispose([frame!, painting!, warped!, own!, certainty!]); });

const input = (given: Partial<FrameInput> = {}): FrameInput => ({ index: 1, frame: frame!, earlier: [{ image: warped!, certainty: certainty!, ago: 1 }], ...given });
async function painted(given: Partial<FrameInput>, options: TransferFramesOptions): Promise<{ image: number[]; settings: RunSettings }> {
  const { image, settings } = (await transferFrames(network, painting!, options)(input(given)))!;
  const values = numbers(image);
  image.dispose();
  return { image: values, settings: settings as RunSettings };
}

describe("transferFrames", () => {
  it("begins at the warped picture, and at the frame itself where there is none, and after a cut", async () => {
    assertClose((await painted({}, { steps: 0 })).image, numbers(warped!), 1e-6);
    assertClose((await painted({ earlier: [] }, { steps: 0 })).image, numbers(frame!), 1e-6);
    assertClose((await painted({ earlier: [{ image: warped!, certainty: tf.fill([32, 32], 0.05), ago: 1 }] }, { steps: 0 })).image, numbers(frame!), 1e-6);
  });

  it("in a second pass begins half-way between the neighbor's, where that is certain, and its own", async () => {
    const { image } = await painted({ before: own! }, { steps: 0 });
    assertClose(image, numbers(own!).map((value, i) => (Math.floor(i / 3) % 32 < 16 ? (numbers(warped!)[i] + value) / 2 : value)), 1e-6);
  });

  it("is a transfer with a temporal term for each earlier picture, and half the steps where it begins at one", async () => {
    const { image, settings } = await painted({ earlier: [{ image: warped!, certainty: certainty!, ago: 1 }, { image: own!, certainty: certainty!, ago: 4 }] }, { steps: 3, temporalWeight: 7 });
    assert.deepEqual([settings.steps, settings.terms.map(({ name, weight }) => `${name} ${weight}`)], [2, ["content 1", "style 30", "temporal 7", "temporal 4 7"]]);
    const terms = [temporal(warped!, certainty!, { weight: 7 }), temporal(own!, certainty!, { weight: 7, name: "temporal 4" })];
    const byHand = await transfer(network, frame!, painting!, { start: warped!, steps: 2, terms });
    assert.deepEqual(image, numbers(byHand.image));
    byHand.image.dispose();
    assert.deepEqual((await painted({ earlier: [] }, {})).settings.steps, 60);
    assert.deepEqual((await painted({}, { steps: 1, temporalWeight: 0 })).settings.terms.length, 2);
  });

  it("of luminance alone holds the luminance", async () => {
    const { image } = await painted({ earlier: [{ image: warped!, certainty: tf.ones([32, 32]), ago: 1 }] }, { steps: 4, color: "luminance", temporalWeight: 1e6 });
    const gray = (values: number[]): tf.Tensor => tf.slice(luminance(tf.tensor3d(values, [32, 32, 3])), [0, 0, 0], [32, 32, 1]);
    // Colors are clipped to 0…1, so some of the luminance is lost.
    assert.ok(numbers(tf.mean(tf.abs(tf.sub(gray(image), gray(numbers(warped!))))))[0] < 0.05);
  });

  it("that is stopped gives no picture; it leaves no tensor", async () => {
    const stop = new AbortController();
    const stopped = transferFrames(network, painting!, { steps: 50, signal: stop.signal, each: ({ index }) => { if (index === 1) stop.abort(); } });
    await leaksNothing(async () => assert.equal(await stopped(input()), undefined));
    await leaksNothing(() => painted({}, { steps: 1 }));
  });
});
