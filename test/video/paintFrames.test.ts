// The loop over frames: what each frame knows, what the loop owns, and that it goes on where it was.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../../src/image";
import { paintFrames, type FrameInput, type PaintFrame, type PaintFramesOptions } from "../../src/video/paintFrames";
import { sampleClip, type SampleClip } from "../../src/video/sampleClip";
import { leaksNothing, numbers } from "../compare";

let clip: SampleClip;
before(async () => { clip = await sampleClip({ count: 5, size: 32 }); });
after(() => tf.dispose([...clip.frames]));

/** Half the frame, half the warped picture before: any function of both will do. */
const half: PaintFrame = ({ frame, earlier: [closest] }) => ({ index: 99, settings: { by: "half" }, image: tf.tidy(() => (closest ? tf.div(tf.add(frame, closest.image), 2) : tf.sub(1, frame)) as Image) });

async function painted(paint: PaintFrame, options: PaintFramesOptions = {}, frames: readonly Image[] = clip.frames): Promise<number[][]> {
  const all: number[][] = [];
  for await (const { index, image, settings } of paintFrames(frames, paint, options)) {
    assert.equal(index, all.length); // not the painter's own, such as the step that a transfer ends with
    if (paint === half && !options.painted) assert.deepEqual(settings, { by: "half" });
    all.push(numbers(image));
  }
  return all;
}

async function* asked(frames: readonly Image[]): AsyncGenerator<Image> {
  for (const frame of frames) yield frame.clone();
}

describe("paintFrames", () => {
  it("gives each frame the pictures before it, closest first, moved to where it has its things", async () => {
    const seen: number[][] = [];
    const errors: number[] = [];
    const copy: PaintFrame = ({ frame, earlier }: FrameInput) => {
      seen.push(earlier.map(({ ago }) => ago));
      for (const { image, certainty } of earlier) // the pictures are the frames: warped, they are this frame, where that is certain
        errors.push(tf.tidy(() => numbers(tf.div(tf.sum(tf.mul(tf.expandDims(certainty, 2), tf.abs(tf.sub(image, frame)))), tf.add(1, tf.sum(certainty))))[0] / 3));
      return { image: frame.clone() };
    };
    await painted(copy, { earlier: [4, 1, 2] });
    assert.deepEqual(seen, [[], [1], [1, 2], [1, 2], [1, 2, 4]]);
    assert.ok(Math.max(...errors) < 0.03, `${errors}`);
    seen.length = 0;
    await painted(copy, { earlier: [] });
    assert.deepEqual(seen, [[], [], [], [], []]);
  });

  it("rounds to the 8 bits of a file, and goes on from pictures that are there with the same bytes", async () => {
    const whole = await painted(half);
    assert.ok(whole.flat().every((value) => value === Math.fround(Math.round(value * 255) / 255)));
    const there = whole.slice(0, 3).map((values) => tf.tensor3d(values, [32, 32, 3]));
    let asked = 0;
    const goingOn: PaintFrame = (input) => (asked++, half(input));
    assert.deepEqual(await painted(goingOn, { painted: async (index) => there[index]?.clone() }), whole);
    assert.equal(asked, 2);
    tf.dispose(there);
  });

  it("knows the picture of the pass before", async () => {
    const first = clip.frames.map((frame, i) => tf.tidy(() => tf.mul(frame, i / 10) as Image));
    const passed: PaintFrame = ({ before }) => ({ image: before!.clone() });
    const bytes = (values: number[]): number[] => values.map((value) => Math.fround(Math.round(value * 255) / 255));
    assert.deepEqual(await painted(passed, { before: (index) => first[index] }), first.map((image) => bytes(numbers(image))));
    tf.dispose(first);
  });

  it("owns the pictures, and the frames that it asks for; leaves no tensor, also when it is left or fails", async () => {
    await leaksNothing(() => painted(half, { earlier: [1, 3] }));
    await leaksNothing(async () => { for await (const { index } of paintFrames(asked(clip.frames), half)) if (index === 2) break; });
    await leaksNothing(async () => { for await (const _ of paintFrames(asked(clip.frames), half, { earlier: [] })); });
    await leaksNothing(() => assert.rejects(painted((input) => { if (input.index === 2) throw new Error("no color left"); return half(input); }), /no color left/));
    await leaksNothing(async () => assert.equal((await painted((input) => (input.index === 2 ? undefined : half(input)))).length, 2));
    assert.ok(clip.frames.every((frame) => !frame.isDisposed));
  });

  it("says what is wrong with frames and pictures", async () => {
    await assert.rejects(painted(half, {}, []), /there is no frame: give at least one image/);
    await assert.rejects(painted(half, {}, [clip.frames[0], tf.zeros([32, 30, 3])]), /frame 1 is 32×30, and those before it are 32×32: all frames of a clip have one size/);
    await assert.rejects(painted(() => ({ image: tf.zeros([16, 32, 3]) })), /the picture of frame 0 is 16×32, and the frame 32×32/);
    await assert.rejects(painted(half, { painted: async () => tf.zeros([16, 32, 3]) }), /the picture of frame 0 is 16×32/);
    await assert.rejects(painted(() => ({ image: 3 as never })), /the picture of frame 0 is not an image/);
    await assert.rejects(painted(half, { earlier: [0] }), /whole numbers of at least 1; got 0/);
    await assert.rejects(painted(half, { earlier: [1, 1] }), /names a frame twice/);
    assert.equal((await painted(half, {}, [clip.frames[0]])).length, 1);
  });
});
