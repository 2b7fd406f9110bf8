// Poolings by plain loops: what is at the edge decides how large every deeper layer is.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise } from "../../src/image";
import { applyLayer } from "../../src/networks/applyLayer";
import { pool, type Pool } from "../../src/networks/architectures/operation";
import { squeezenet } from "../../src/networks/architectures/squeezenet";
import { mustBeLargeEnough } from "../../src/networks/outputSize";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, drawn, numbers } from "../compare";

/** Where windows start: as long as they fit; with ceil (PyTorch's ceil_mode) until every place was in one. */
function windows(side: number, { size, stride, padding, rounding }: Pool): number[] {
  const starts: number[] = [];
  const end = side + padding;
  for (let start = -padding; start + size <= end; start += stride) starts.push(start);
  const last = starts.at(-1)!;
  if (rounding === "ceil" && last + size < end) starts.push(last + stride);
  return starts;
}

function byHand(x: tf.Tensor4D, does: Pool): { shape: number[]; values: number[] } {
  const [, height, width, channels] = x.shape;
  const v = numbers(x);
  const [rows, columns] = [windows(height, does), windows(width, does)];
  const values = rows.flatMap((top) => columns.flatMap((left) => Array.from({ length: channels }, (_, k) => {
    let most = 0; // what is pooled is rectified
    for (let r = Math.max(0, top); r < Math.min(height, top + does.size); r++)
      for (let c = Math.max(0, left); c < Math.min(width, left + does.size); c++) most = Math.max(most, v[(r * width + c) * channels + k]);
    return most;
  })));
  return { shape: [1, rows.length, columns.length, channels], values };
}

describe("a max pooling", () => {
  before(() => engine());

  for (const does of [
    pool("max"), pool("max", { size: 3 }), pool("max", { size: 3, padding: 1 }), { ...pool("max", { size: 3 }), rounding: "ceil" as const },
  ])
    it(`of ${does.size}×${does.size}, padding ${does.padding}, ${does.rounding}: is what plain loops give, its gradient too`, () => {
      for (const [height, width] of [[5, 8], [6, 7], [9, 4]]) tf.tidy(() => {
        const x = tf.expandDims<tf.Tensor4D>(tf.relu(drawn([height, width, 2], height)), 0);
        const { shape, values } = byHand(x, does);
        const y = applyLayer(does, [x]);
        assert.deepEqual(y.shape, shape);
        assertClose(y, values, 0);
        // The slope of Σ y² goes back to the places of the maxima: x · slope = 2 Σ y².
        const slope = tf.grad((x) => tf.sum(tf.square(applyLayer(does, [x as tf.Tensor4D]))))(x);
        assertClose(tf.sum(tf.mul(slope, x)), 2 * values.reduce((sum, v) => sum + v * v, 0), 1e-5);
      });
    });

  it("with ceil lets torchvision's SqueezeNet look at 17×17, where Keras' needs 31×31", () => {
    const ceiled = squeezenet.layers.map((layer) =>
      (layer.operation.kind === "pool" ? { ...layer, operation: { ...layer.operation, rounding: "ceil" as const } } : layer));
    for (const [layers, smallest] of [[ceiled, 17], [squeezenet.layers, 31]] as const) {
      const look = (side: number): void => tf.tidy(() => mustBeLargeEnough("it", layers, [...layers.keys()], noise([side, side + 5])));
      look(smallest);
      assert.throws(() => look(smallest - 1), new RegExp(`too small for fire9/concat of it, which needs at least ${smallest}×${smallest}`));
    }
  });
});
