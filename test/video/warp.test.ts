// An image warped by a flow is, pixel by pixel, what plain loops say.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise } from "../../src/image";
import { engine } from "../../src/platform/engine/engine";
import { warp } from "../../src/video/warp";
import { assertClose, leaksNothing, numbers, slopes } from "../compare";

before(() => engine());

const [height, width] = [7, 9];
const image = (): tf.Tensor3D => noise([height, width], { seed: 1 });
const flowOf = (at: (x: number, y: number) => [number, number]): tf.Tensor3D =>
  tf.tensor3d(Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => at(x, y))));

describe("warp", () => {
  it("reads between four pixels, and repeats the edge", () => tf.tidy(() => {
    const source = image();
    const values = numbers(source);
    const pixel = (x: number, y: number, c: number): number => values[(Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))) * 3 + c];
    const motion = (x: number, y: number): [number, number] => [2.3 * Math.sin(x + 2 * y), 3.7 * Math.cos(2 * x - y)];
    const expected: number[] = [];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < 3; c++) {
          const [u, v] = motion(x, y);
          const [column, row] = [Math.min(width - 1, Math.max(0, x + u)), Math.min(height - 1, Math.max(0, y + v))];
          const [left, top] = [Math.floor(column), Math.floor(row)];
          const [across, down] = [column - left, row - top];
          expected.push((1 - down) * ((1 - across) * pixel(left, top, c) + across * pixel(left + 1, top, c))
            + down * ((1 - across) * pixel(left, top + 1, c) + across * pixel(left + 1, top + 1, c)));
        }
    assertClose(warp(source, flowOf(motion)), expected, 1e-5); // positions are float32
  }));

  it("with a flow of zero is the image, and with whole pixels takes them from the right and from below", () => tf.tidy(() => {
    const source = image();
    assert.deepEqual(numbers(warp(source, flowOf(() => [0, 0]))), numbers(source));
    const moved = warp(source, flowOf(() => [2, 1]));
    assert.deepEqual(numbers(tf.slice(moved, [0, 0, 0], [height - 1, width - 2, 3])), numbers(tf.slice(source, [1, 2, 0], [height - 1, width - 2, 3])));
  }));

  it("has the gradient of its differences, and leaves no tensor", async () => {
    const flow = flowOf((x, y) => [0.4 + 0.1 * y, -0.3 * x]);
    const [source, weights] = [image(), noise([height, width], { seed: 2 })];
    const { difference, gradient } = slopes((x) => tf.sum(tf.mul(weights, warp(x, flow))) as tf.Scalar, source);
    assertClose(gradient, difference, 1e-3);
    await leaksNothing(async () => warp(source, flow).dispose());
  });

  it("says what is wrong with a flow", () => {
    const source = image();
    assert.throws(() => warp(source, tf.zeros([height, width, 3])), /the flow must be \[height, width, 2\], got \[7, 9, 3\]/);
    assert.throws(() => warp(source, tf.zeros([height, 8, 2])), /the image is 7×9, and the flow 7×8: a flow has the size of its images/);
    assert.throws(() => warp(source, Promise.resolve() as never), /the flow is a promise: write `await`/);
  });
});
