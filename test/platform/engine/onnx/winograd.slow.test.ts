// 3×3 convolutions by Winograd's algorithm: their results, and when they are used.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { OnnxBackend } from "../../../../src/platform/engine/onnx/backend";
import { pendingGraph } from "../../../../src/platform/engine/onnx/graph";
import { lower } from "../../../../src/platform/engine/onnx/lower";
import { registerOnnx } from "../../../../src/platform/engine/onnx/register";
import { winogradOp } from "../../../../src/platform/engine/onnx/winograd";
import { assertClose } from "../../../compare";

const [channelsIn, channelsOut] = [160, 176];
type Pad = "same" | "valid" | [[0, 0], [number, number], [number, number], [0, 0]];

/** Whether the convolution that computes `x` is recorded for Winograd's algorithm; a gradient is then put into its image's order. */
function usesWinograd(x: tf.Tensor): boolean {
  const { node } = (tf.backend() as OnnxBackend).viewOf(x).value;
  return (node?.op === "Transpose" ? node.inputs[0]?.node : node)?.op === winogradOp;
}

const normal = (shape: number[], seed: number): tf.Tensor4D => {
  const drawn = tf.randomNormal<tf.Rank.R4>(shape as [number, number, number, number], 0, 1, "float32", seed);
  return tf.tensor4d(drawn.dataSync(), drawn.shape); // uploaded from JavaScript: such a filter is constant
};

/** The convolution in float64 by plain loops. */
function reference(image: tf.Tensor4D, filter: tf.Tensor4D, top: number, left: number, shape: readonly number[]): Float64Array {
  const [, inputHeight, inputWidth] = image.shape;
  const [batch, height, width] = shape;
  const [x, w] = [image.dataSync(), filter.dataSync()];
  const result = new Float64Array(batch * height * width * channelsOut);
  for (let n = 0; n < batch; n++)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        for (let tap = 0; tap < 9; tap++) {
          const [y, z] = [row + Math.floor(tap / 3) - top, column + (tap % 3) - left];
          if (y < 0 || y >= inputHeight || z < 0 || z >= inputWidth) continue;
          const [to, from] = [((n * height + row) * width + column) * channelsOut, ((n * inputHeight + y) * inputWidth + z) * channelsIn];
          for (let i = 0; i < channelsIn; i++)
            for (let o = 0; o < channelsOut; o++) result[to + o] += x[from + i] * w[(tap * channelsIn + i) * channelsOut + o];
        }
  return result;
}

const product = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a, (number, i) => number * b[i]).reduce((x, y) => x + y);

before(async () => {
  registerOnnx("onnx");
  await tf.setBackend("onnx");
});
after(() => tf.backend().dispose());

describe("a 3×3 convolution by Winograd's algorithm", () => {
  const cases: [string, number, number, number, Pad, number, number][] = [
    ["with same padding", 1, 16, 16, "same", 1, 1],
    ["of sizes not divisible by four", 1, 17, 19, "same", 1, 1],
    ["of fewer than four rows", 1, 3, 90, "same", 1, 1],
    ["without padding", 1, 18, 20, "valid", 0, 0],
    ["without padding, of sizes not divisible by four", 1, 19, 21, "valid", 0, 0],
    ["with asymmetric padding", 1, 17, 16, [[0, 0], [2, 1], [0, 2], [0, 0]], 2, 0],
    ["of two images", 2, 13, 12, "same", 1, 1],
  ];
  for (const [name, batch, height, width, pad, top, left] of cases)
    it(`${name}: value and gradient as in float64, to 3e-6 of the largest`, () => tf.tidy(() => {
      const [image, filter] = [normal([batch, height, width, channelsIn], 1), normal([3, 3, channelsIn, channelsOut], 2)];
      const y = tf.conv2d(image, filter, 1, pad);
      assert.ok(usesWinograd(y));
      assertClose(y, reference(image, filter, top, left, y.shape), 3e-6);
      // A convolution A is linear, and its gradient for dy is Aᵀdy: ⟨A·other, dy⟩ = ⟨other, Aᵀdy⟩ for any image.
      const dy = normal(y.shape, 3);
      const gradient = tf.grad((x) => tf.sum(tf.mul(tf.conv2d(x as tf.Tensor4D, filter, 1, pad), dy)))(image);
      for (const seed of [4, 5, 6]) {
        const other = normal(image.shape, seed);
        const forward = product(reference(other, filter, top, left, y.shape), dy.dataSync());
        const backward = product(gradient.dataSync(), other.dataSync());
        const scale = Math.sqrt(y.size * 9 * channelsIn); // the standard deviation of such products
        assert.ok(Math.abs(forward - backward) < 3e-6 * scale, `${forward} and ${backward}`);
      }
    }));

  it("computes the gradient, too", () => tf.tidy(() => {
    const filter = normal([3, 3, channelsIn, channelsOut], 2);
    const gradient = tf.grad((x) => tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, filter, 1, "same"))))(normal([1, 16, 16, channelsIn], 1));
    assert.ok(usesWinograd(gradient));
  }));

  it("is not used for strides, dilations, few channels, few positions, and filters of a training step", () => tf.tidy(() => {
    const [image, filter] = [normal([1, 16, 16, channelsIn], 1), normal([3, 3, channelsIn, channelsOut], 2)];
    assert.ok(!usesWinograd(tf.conv2d(image, filter, 2, "same")));
    assert.ok(!usesWinograd(tf.conv2d(image, filter, 1, "same", "NHWC", 2)));
    assert.ok(!usesWinograd(tf.conv2d(image, normal([3, 3, channelsIn, 16], 2), 1, "same")));
    assert.ok(!usesWinograd(tf.conv2d(image, normal([5, 5, channelsIn, channelsOut], 2), 1, "same")));
    assert.ok(!usesWinograd(tf.conv2d(normal([1, 15, 16, channelsIn], 1), filter, 1, "same")));
    const trained = tf.sub(filter, 0.1);
    trained.dataSync();
    assert.ok(!usesWinograd(tf.conv2d(image, trained as tf.Tensor4D, 1, "same")));
  }));
});

describe("lowered for a GPU", () => {
  it("it is one Conv; two convolutions with one filter share its transpose", () => tf.tidy(() => {
    const [image, filter] = [normal([1, 16, 16, channelsIn], 1), normal([3, 3, channelsIn, channelsIn], 2)];
    const y = tf.conv2d(tf.conv2d(image, filter, 1, "same"), filter, 1, "same");
    const graph = pendingGraph([(tf.backend() as OnnxBackend).viewOf(y).value]);
    const ops = (provider: string): string[] => lower(graph, provider).nodes.map(({ op }) => op).filter((op) => op !== "Reshape");
    assert.equal(graph.nodes.filter(({ op }) => op === winogradOp).length, 2);
    assert.deepEqual(ops("webgpu").slice(-3), ["Transpose", "Conv", "Conv"]);
    assert.equal(ops("cpu").filter((op) => op === "Conv").length, 2 * (6 + 6 + 5));
  }));
});
