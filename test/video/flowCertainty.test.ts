// Where a flow can be believed: the two equations against plain loops, and a constructed occlusion.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../../src/image";
import { crop } from "../../src/image";
import { engine } from "../../src/platform/engine/engine";
import { sample } from "../../src/platform/files/sample";
import { disocclusions, flowCertainty, motionBoundaries } from "../../src/video/flowCertainty";
import { opticalFlow } from "../../src/video/opticalFlow";
import type { Flow } from "../../src/video/warp";
import { leaksNothing, numbers } from "../compare";

before(() => engine());

/** Random whole motions that stay inside, so that w̃ is one pixel of w. */
function flows(height: number, width: number): { flow: Flow; reverse: Flow; at: (flow: Flow, x: number, y: number) => [number, number] } {
  const whole = (seed: number, most: number): Flow => tf.round(tf.randomUniform([height, width, 2], -most, most, "float32", seed)) as Flow;
  const clip = (flow: Flow): Flow => {
    const values = numbers(flow);
    return tf.tensor3d(values.map((value, i) => {
      const [x, y] = [(i >> 1) % width, Math.floor((i >> 1) / width)];
      return i % 2 === 0 ? Math.min(width - 1 - x, Math.max(-x, value)) : Math.min(height - 1 - y, Math.max(-y, value));
    }), [height, width, 2]);
  };
  return { flow: clip(whole(1, 2)), reverse: whole(2, 2), at: (flow, x, y) => numbers(flow).slice(2 * (y * width + x), 2 * (y * width + x) + 2) as [number, number] };
}

describe("where a flow can be believed", () => {
  const [height, width] = [6, 8];

  it("disocclusions are Ruder's equation 5, pixel by pixel", () => {
    const { flow, reverse, at } = flows(height, width);
    const expected: number[] = [];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const [u, v] = at(flow, x, y);
        const [backU, backV] = at(reverse, x + u, y + v);
        expected.push((u + backU) ** 2 + (v + backV) ** 2 > 0.01 * (u * u + v * v + backU * backU + backV * backV) + 0.5 ? 1 : 0);
      }
    assert.deepEqual(numbers(disocclusions(flow, reverse)), expected);
    assert.ok(expected.includes(0) && expected.includes(1));
  });

  it("what comes from outside is a disocclusion, and what comes from the outermost half pixel is none", () => {
    const all = (u: number, v: number): Flow => tf.tile(tf.tensor3d([u, v], [1, 1, 2]), [height, width, 1]) as Flow;
    const hidden = (u: number, v: number): number[] => numbers(disocclusions(all(u, v), all(-u, -v)));
    const expected = (is: (x: number, y: number) => boolean): number[] => Array.from({ length: height * width }, (_, i) => Number(is(i % width, Math.floor(i / width))));
    assert.deepEqual(hidden(-1, 0), expected((x) => x === 0));
    assert.deepEqual(hidden(1, 0), expected((x) => x === width - 1));
    assert.deepEqual(hidden(0, -1), expected((_, y) => y === 0));
    assert.deepEqual(hidden(0, 1), expected((_, y) => y === height - 1));
    assert.deepEqual(hidden(-0.4, 0.4), expected(() => false));
  });

  it("motion boundaries are equation 6, with central differences", () => {
    const flow = tf.randomNormal([height, width, 2], 0, 0.2, "float32", 3) as Flow;
    const values = numbers(flow);
    const value = (x: number, y: number, c: number): number => values[2 * (Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))) + c];
    const expected: number[] = [];
    const smooth = tf.mul(flow, 0.05);
    for (const scale of [1, 0.05])
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          let [slopes, length] = [0, 0];
          for (const c of [0, 1]) {
            slopes += (scale * (value(x + 1, y, c) - value(x - 1, y, c)) / 2) ** 2 + (scale * (value(x, y + 1, c) - value(x, y - 1, c)) / 2) ** 2;
            length += (scale * value(x, y, c)) ** 2;
          }
          expected.push(slopes > 0.01 * length + 0.002 ? 1 : 0);
        }
    assert.deepEqual([...numbers(motionBoundaries(flow)), ...numbers(motionBoundaries(smooth as Flow))], expected);
    assert.ok(expected.includes(0) && expected.includes(1));
  });

  describe("behind a square that moves by six pixels", () => {
    // Frame 0 has the square at column 30, frame 1 at column 36: six columns of the ground appear behind it.
    const block = (left: number, columns: number): tf.Tensor2D => tf.pad2d(tf.ones([40, columns]), [[28, 28], [left, 128 - left - columns]]);
    const uncovered = (): number[] => numbers(block(30, 6));
    const motion = (left: number, u: number): Flow => tf.stack([tf.mul(block(left, 40), u), tf.zeros([96, 128])], 2) as Flow;
    const part = (of: readonly boolean[], holds: (i: number) => boolean): number => {
      const chosen = of.flatMap((is, i) => (is ? [i] : []));
      return chosen.filter(holds).length / chosen.length;
    };

    it("equation 5 finds what appears, and nothing else, where the flows are the true ones", () => {
      assert.deepEqual(numbers(disocclusions(motion(36, -6), motion(30, 6))), uncovered());
    });

    for (const name of ["valley", "table"])
      it(`before the ${name}, the flows that are found doubt 8 of 10 pixels that appear, and 9 of 10 doubts are at most 5 pixels from the square's rim`, async () => {
        const [ground, thing] = [await sample(name, { exactly: [96, 128] }), crop(await sample("mosaic", { shorter: 96 }), { height: 40 })];
        const frame = (left: number): Image => {
          const placed = tf.pad3d(thing, [[28, 28], [left, 88 - left], [0, 0]]);
          return tf.add(tf.mul(ground, tf.sub(1, tf.expandDims(block(left, 40), 2))), placed) as Image;
        };
        const [before, now] = [frame(30), frame(36)];
        const [flow, reverse] = [await opticalFlow(now, before), await opticalFlow(before, now)];
        const [hidden, believed] = [uncovered(), numbers(flowCertainty(flow, reverse))];
        const nearRim = (i: number): boolean => {
          const [x, y] = [i % 128, Math.floor(i / 128)];
          const inside = (margin: number): boolean => x >= 30 - margin && x < 76 + margin && y >= 28 - margin && y < 68 + margin;
          return inside(5) && !(x >= 41 && x < 71 && y >= 33 && y < 63); // where the ground is flat, nothing says where its edge is
        };
        const recall = part(hidden.map((value) => value === 1), (i) => believed[i] === 0);
        const near = part(believed.map((value) => value === 0), nearRim);
        assert.ok(recall > 0.8 && near > 0.9, JSON.stringify({ recall, near }));
      });
  });

  it("leaves no tensor, and refuses flows of two sizes", async () => {
    const { flow, reverse } = flows(height, width);
    await leaksNothing(async () => flowCertainty(flow, reverse).dispose());
    assert.throws(() => flowCertainty(flow, tf.zeros([3, 3, 2])), /two flows are compared there and back/);
  });
});
