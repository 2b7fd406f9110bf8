// Graphs lowered for a GPU, computed by the CPU provider: they have what is fast there, and the same values.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { OnnxBackend } from "../../../../src/platform/engine/onnx/backend";
import { pendingGraph, type PendingGraph } from "../../../../src/platform/engine/onnx/graph";
import { lower } from "../../../../src/platform/engine/onnx/lower";
import { registerOnnx } from "../../../../src/platform/engine/onnx/register";
import { assertClose } from "../../../compare";

const lowered = "onnx-lowered-for-cuda";

before(() => {
  registerOnnx("onnx");
  registerOnnx(lowered, { loweredFor: "cuda" });
});
after(() => { for (const name of ["onnx", lowered]) tf.removeBackend(name); });

async function on<Result>(backend: string, compute: () => Result): Promise<Result> {
  await tf.setBackend(backend);
  tf.engine().startScope();
  try { return compute(); }
  finally { tf.engine().endScope(); }
}

/** Two convolutions with ReLU and a max pooling, one more after it, and a loss with a term before the pooling and one at the end. */
function gradientOfNetwork(size: number): tf.Tensor4D {
  const filter = (shape: [number, number, number, number], seed: number): tf.Tensor4D =>
    tf.tensor4d(tf.randomNormal(shape, 0, 0.3, "float32", seed).dataSync(), shape);
  const layers = [filter([3, 3, 3, 16], 1), filter([3, 3, 16, 32], 2), filter([3, 3, 32, 16], 3)];
  const image = tf.tensor4d(tf.randomUniform([1, size, size, 3], 0, 1, "float32", 4).dataSync(), [1, size, size, 3]);
  const block = (x: tf.Tensor4D, i: number): tf.Tensor4D => tf.relu(tf.conv2d(x, layers[i], 1, "same"));
  return tf.grad((x) => {
    const first = block(x as tf.Tensor4D, 0);
    const second = block(first, 1);
    const last = block(tf.maxPool(second, 2, 2, "valid"), 2);
    return tf.add(tf.mean(tf.square(last)), tf.mean(tf.square(tf.sub(second, 0.5))));
  })(image) as tf.Tensor4D;
}

const graphOf = (x: tf.Tensor): PendingGraph => pendingGraph([(tf.backend() as OnnxBackend).viewOf(x).value]);

describe("a graph lowered for a GPU", () => {
  it("has no op that has no kernel there, and nothing that only keeps the CPU's layout", () => on("onnx", () => {
    const graph = graphOf(gradientOfNetwork(17));
    const isChannelwise = ({ op, attributes }: PendingGraph["nodes"][number]): boolean => op === "Conv" && Number(attributes.group ?? 1) > 1;
    assert.ok(graph.nodes.some(({ op }) => op === "MaxUnpool") && graph.nodes.some(isChannelwise));
    for (const provider of ["cuda", "webgpu"]) {
      const { nodes, names, constants, outputs } = lower(graph, provider);
      assert.deepEqual(nodes.filter((node) => node.op === "MaxUnpool" || isChannelwise(node) || node.outputs.length > 1), []);
      assert.equal(nodes.filter(({ op }) => op === "Conv").length, 6);
      // Complete and in order: every input is a leaf, a constant, or the output of an earlier node.
      const known = new Set([...graph.leaves, ...constants]);
      for (const { op, inputs, outputs: computed } of nodes) {
        for (const input of inputs) assert.ok(!input || (known.has(input) && names.has(input.id)), op);
        for (const output of computed) known.add(output);
      }
      for (const output of outputs) assert.ok(known.has(output));
    }
  }));

  it("computes the gradient of a filter by matrix products, for one of any size and padding", async () => {
    const gradient = (size: [number, number], padding: "same" | "valid" | number): tf.Tensor4D => {
      const x = tf.randomNormal([2, 17, 20, 3], 0, 1, "float32", 1) as tf.Tensor4D;
      const filter = tf.randomNormal([...size, 3, 5], 0, 1, "float32", 2) as tf.Tensor4D;
      const loss = (y: tf.Tensor): tf.Scalar => tf.sum(tf.square(y)) as tf.Scalar;
      const rounding = typeof padding === "number" ? "floor" : undefined;
      return tf.grad((f) => loss(tf.conv2d(x, f as tf.Tensor4D, 1, padding, "NHWC", 1, rounding)))(filter) as tf.Tensor4D;
    };
    for (const [size, padding] of [[[3, 3], "same"], [[3, 2], "valid"], [[1, 1], "same"], [[2, 5], "same"], [[3, 3], 2]] as const) {
      const of = (backend: string): Promise<Float32Array> => on(backend, () => gradient([...size], padding).dataSync() as Float32Array);
      assertClose(await of(lowered), await of("onnx"), 1e-5);
    }
    await on("onnx", () => {
      const { nodes } = lower(graphOf(gradient([2, 2], "same")), "cuda") // of a size that was not run before;
      assert.equal(nodes.filter(({ op }) => op === "Gemm").length, 4);
      const convolutions = nodes.filter(({ op }) => op === "Conv");
      assert.deepEqual(convolutions.map(({ inputs }) => inputs[1]!.dims.slice(2)), [[2, 2]]); // the forward pass alone
    });
  });

  it("does so on a CPU too, between 16 channels and more", () => on("onnx", () => {
    const gemms = (inputs: number, outputs: number): number => {
      const x = tf.ones<tf.Rank.R4>([2, 9, 10, inputs]);
      const filter = tf.ones<tf.Rank.R4>([3, 3, inputs, outputs]);
      const gradient = tf.grad((f) => tf.sum(tf.square(tf.conv2d(x, f as tf.Tensor4D, 1, "same"))) as tf.Scalar)(filter);
      return lower(graphOf(gradient), "cpu").nodes.filter(({ op }) => op === "Gemm").length;
    };
    assert.deepEqual([gemms(16, 16), gemms(24, 40), gemms(3, 16), gemms(16, 3)], [9, 9, 0, 0]);
  }));

  it("keeps all outputs of an op that cannot leave one out", async () => {
    const of = async (backend: string): Promise<number[]> => on(backend, () => {
      const x = tf.tensor2d([3, 1, 2, 6, 5, 4], [2, 3]);
      const [first, ...others] = tf.split(x, 3, 1);
      const { values, indices } = tf.topk(x, 2);
      tf.dispose([others, indices]); // so nothing reads them
      return [...values.dataSync(), ...first.dataSync()];
    });
    assert.deepEqual(await of(lowered), [3, 2, 6, 5, 3, 6]);
    assert.deepEqual(await of("onnx"), [3, 2, 6, 5, 3, 6]);
  });

  it("lowered for the CPU it is the recorded graph itself, node for node", () => on("onnx", () => {
    const graph = graphOf(gradientOfNetwork(16));
    const { nodes, names, constants } = lower(graph, "cpu");
    assert.equal(nodes.length, graph.nodes.length);
    nodes.forEach((node, i) => assert.equal(node, graph.nodes[i]));
    assert.deepEqual([names, constants], [graph.names, graph.constants]);
  }));

  for (const size of [16, 17])
    it(`computes the gradient of a network at ${size}² as the CPU's graph does`, async () => {
      const [actual, expected] = [await on(lowered, () => gradientOfNetwork(size).dataSync()),
        await on("onnx", () => gradientOfNetwork(size).dataSync())];
      assertClose(actual, expected, 1e-6);
    });

  const whole = (shape: number[], count: number, seed: number): tf.Tensor => // many equal numbers
    tf.floor(tf.randomUniform(shape, 0, count, "float32", seed));
  const cases: [string, number[], number | number[], number | number[], number][] = [
    ["with many equal maxima", [2, 8, 12, 5], 2, 2, 3],
    ["with nothing but equal numbers", [1, 8, 8, 3], 2, 2, 1],
    ["of sizes that windows do not cover", [1, 9, 11, 3], 2, 2, 4],
    ["in windows of three", [1, 10, 9, 3], 3, 3, 6],
    ["in windows that are not square", [1, 9, 10, 3], [3, 2], [3, 2], 6],
    ["with gaps between windows", [1, 11, 11, 3], 2, 3, 4],
    ["with overlapping windows", [1, 9, 9, 3], 3, 2, 4],
    ["in three dimensions", [1, 5, 6, 4, 3], 2, 2, 4],
  ];
  for (const [what, shape, size, strides, count] of cases)
    it(`the gradient of a max pooling ${what} goes to the first, exactly`, async () => {
      const compute = (): ArrayLike<number> => {
        const x = whole(shape, count, 5);
        const pool = (image: tf.Tensor): tf.Tensor => (shape.length === 5
          ? tf.maxPool3d(image as tf.Tensor5D, size as number, strides as number, "valid")
          : tf.maxPool(image as tf.Tensor4D, size as number, strides as number, "valid"));
        const dy = whole(pool(x).shape, 100, 6);
        return tf.grad((image) => tf.sum(tf.mul(pool(image), dy)))(tf.tensor(x.dataSync(), shape)).dataSync();
      };
      assert.deepEqual(await on(lowered, compute), await on("onnx", compute));
      if (shape.length === 4) assert.deepEqual(await on("onnx", compute), await on("cpu", compute)); // its 3-D one takes the last maximum
    });

  it("a window with infinities has a gradient at its first maximum, and one of nothing but NaN has none", async () => {
    const numbers = [-Infinity, -Infinity, NaN, NaN, -Infinity, -Infinity, NaN, NaN, Infinity, 1, 2, Infinity, Infinity, 0, Infinity, 3];
    const gradient = await on(lowered, () =>
      tf.grad((x) => tf.sum(tf.maxPool(x as tf.Tensor4D, 2, 2, "valid")))(tf.tensor4d(numbers, [1, 4, 4, 1])).dataSync());
    assert.deepEqual(Array.from(gradient), [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0]);
  });
});
