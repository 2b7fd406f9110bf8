// The optical flow finds motions that are known.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../../src/image";
import { sample } from "../../src/platform/files/sample";
import { opticalFlow } from "../../src/video/opticalFlow";
import { sampleClip } from "../../src/video/sampleClip";
import { warp, type Flow } from "../../src/video/warp";
import { leaksNothing, numbers } from "../compare";

let picture: Image;
before(async () => { picture = await sample("table", { exactly: [96, 128] }); });
after(() => picture.dispose());

const [middleX, middleY] = [63.5, 47.5];
/** The flow of a map of points, and where it stays inside. */
function known(map: (x: number, y: number) => [number, number]): { flow: Flow; inside: tf.Tensor2D } {
  const rows = Array.from({ length: 96 }, (_, y) => Array.from({ length: 128 }, (_, x) => map(x, y)));
  return {
    flow: tf.tensor3d(rows.map((row, y) => row.map(([toX, toY], x) => [toX - x, toY - y]))),
    inside: tf.tensor2d(rows.map((row) => row.map(([x, y]) => (x >= 0 && y >= 0 && x <= 127 && y <= 95 ? 1 : 0)))),
  };
}

/** The mean length of the difference of two flows (end-point error), in pixels, where the mask is 1. */
const endPointError = (flow: Flow, truth: Flow, mask: tf.Tensor2D): number =>
  tf.tidy(() => numbers(tf.div(tf.sum(tf.mul(mask, tf.norm(tf.sub(flow, truth), 2, 2))), tf.sum(mask)))[0]);

const turn = (degrees: number, zoom: number) => (x: number, y: number): [number, number] => {
  const [cos, sin] = [zoom * Math.cos(degrees * Math.PI / 180), zoom * Math.sin(degrees * Math.PI / 180)];
  return [middleX + cos * (x - middleX) - sin * (y - middleY), middleY + sin * (x - middleX) + cos * (y - middleY)];
};

describe("opticalFlow", () => {
  // The bound was written down before the first run.
  const motions: [string, (x: number, y: number) => [number, number]][] = [
    ["4 pixels to the right", (x, y) => [x + 4, y]],
    ["2.6 pixels to the left, 3.1 up", (x, y) => [x - 2.6, y - 3.1]],
    ["a turn by 3°", turn(3, 1)],
    ["a zoom by 5 %", turn(0, 1.05)],
  ];
  for (const [what, map] of motions)
    it(`finds ${what} with a mean end-point error below 0.3 pixels`, async () => {
      const { flow: truth, inside } = known(map);
      const from = warp(picture, truth);
      const found = await opticalFlow(from, picture);
      const error = endPointError(found, truth, inside);
      assert.ok(error < 0.3, `${error}`);
      assert.ok(endPointError(tf.zerosLike(truth), truth, inside) > 1); // no motion would be far off
    });

  it("finds a disc's motion before a moving ground to 0.3 pixels, and is the same each time", async () => {
    const clip = await sampleClip({ count: 2, size: 96 });
    const [flow, again] = [await opticalFlow(clip.frames[1], clip.frames[0]), await opticalFlow(clip.frames[1], clip.frames[0])];
    assert.ok(endPointError(flow, clip.flow(1, 0), clip.visible(1, 0)) < 0.3);
    assert.deepEqual(numbers(flow), numbers(again));
  });

  it("of an image to itself, and of one color, is exactly zero", async () => {
    assert.ok(numbers(await opticalFlow(picture, picture)).every((value) => value === 0));
    assert.ok(numbers(await opticalFlow(tf.fill([20, 30, 3], 0.5), tf.fill([20, 30, 3], 0.5))).every((value) => value === 0));
  });

  it("takes images of any size, leaves no tensor, and refuses two sizes", async () => {
    assert.deepEqual((await opticalFlow(tf.zeros([1, 1, 3]), tf.ones([1, 1, 3]))).shape, [1, 1, 2]);
    await leaksNothing(async () => (await opticalFlow(picture, picture, { warps: 1, iterations: 1 })).dispose());
    await assert.rejects(opticalFlow(picture, tf.zeros([96, 96, 3])), /a flow is from pixel to pixel, so both images must have the same size; the first is 96×128×3, the second is 96×96×3/);
  });
});

describe("sampleClip", () => {
  it("has frames that its true motion takes to each other, where it says that they show the same", async () => {
    const clip = await sampleClip({ count: 5, size: 96 });
    const difference = (from: number, to: number, flow: Flow): number => tf.tidy(() => {
      const mask = clip.visible(from, to);
      const apart = tf.mean(tf.abs(tf.sub(clip.frames[from], warp(clip.frames[to], flow))), 2);
      return numbers(tf.div(tf.sum(tf.mul(mask, apart)), tf.sum(mask)))[0];
    });
    // What is left is that both were read between pixels; a fifth of what no motion at all would leave.
    for (const [from, to] of [[1, 0], [0, 1], [4, 0]]) assert.ok(difference(from, to, clip.flow(from, to)) < difference(from, to, tf.zeros([96, 96, 2])) / 3);
    assert.ok(numbers(clip.visible(4, 0)).filter((seen) => seen === 0).length > 300); // behind the disc, and outside
    assert.throws(() => clip.flow(0, 5), /there is no frame 5: they are 0…4/);
    await assert.rejects(sampleClip({ count: 0 }), /1 to 36 frames, got 0/);
    await assert.rejects(sampleClip({ size: 8.5 }), /at least 16, got 8.5/);
  });
});
