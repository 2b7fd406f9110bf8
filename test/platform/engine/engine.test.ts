import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { engine } from "../../../src/platform/engine/engine";
import { assertClose, drawn, leaksNothing } from "../../compare";
import { broken, inProcess, report } from "./engineProcess";

describe("the engine", () => {
  before(() => engine());

  it("is TensorFlow.js' current backend, and the same at every call", async () => {
    const { name, device, version } = await engine();
    assert.equal(name, tf.getBackend());
    assert.ok(device === "cpu" || device === "gpu");
    assert.match(version, /^4\.\d+\.\d+$/);
    assert.equal((await engine()).name, name);
  });

  it("is the best that loads, and says why those before it did not", () => {
    const noTensorflow = { "tfjs-node-gpu": "Cannot find module '@tensorflow/tfjs-node-gpu'" };
    const second = JSON.parse(inProcess("", broken(noTensorflow) + report));
    assert.equal(second.name, "onnx");
    assert.deepEqual(second.passedOver, [{ name: "tensorflow", reason: "not installed" }]);
    assert.equal(second.text, `onnx on the CPU, TensorFlow.js ${tf.version.tfjs}; passed over: tensorflow (not installed)`);

    const third = JSON.parse(inProcess("", broken({ ...noTensorflow, "onnxruntime-node": "no binary for this machine" }) + report));
    assert.equal(third.name, "wasm");
    assert.deepEqual(third.passedOver, [
      { name: "tensorflow", reason: "not installed" }, { name: "onnx", reason: "no binary for this machine" },
    ]);
    assert.equal(third.text, `wasm on the CPU, TensorFlow.js ${tf.version.tfjs}; passed over: tensorflow (not installed), onnx (no binary for this machine)`);
  });

  it("says how TensorFlow is installed where it is asked for and is not there", () => {
    const noTensorflow = broken({ "tfjs-node-gpu": "Cannot find module '@tensorflow/tfjs-node-gpu'" });
    const said = inProcess("tensorflow", `${noTensorflow}require("./src/platform/engine/engine").engine().catch((error) => console.log(error.message));`);
    assert.match(said, /STYLOSCOPE_ENGINE asks for does not load: not installed; build it with `npm run engine:tensorflow`, or unset STYLOSCOPE_ENGINE/);
  });

  it("lists the kernels that onnx leaves to the slow cpu backend, once they have computed", () => {
    const [before, after] = JSON.parse(inProcess("onnx", `require("./src/platform/engine/engine").engine().then((e) => {
      const tf = require("@tensorflow/tfjs");
      const reports = [{ ...e, text: String(e) }];
      for (let i = 0; i < 2; i++) tf.unique([3, 1, 3]).values.dataSync();
      reports.push({ ...e, text: String(e) });
      console.log(JSON.stringify(reports));
    })`));
    assert.deepEqual(before.cpuFallbacks, []);
    assert.deepEqual(after.cpuFallbacks, ["Unique"]);
    assert.equal(after.text, `${before.text}; left to TensorFlow.js' slow cpu kernels: Unique`);
  });

  it("refuses a name that is not an engine's, with the list", () => {
    assert.match(inProcess("wams", report), /STYLOSCOPE_ENGINE is "wams"; it can be onnx-cuda, tensorflow, onnx, wasm, cpu, onnx-webgpu/);
  });
});

describe("the wasm engine's custom kernels agree with the plain cpu backend", () => {
  before(() => engine());
  const skip = process.env.STYLOSCOPE_ENGINE !== "wasm" ? "another engine is forced" : false;

  const onBoth = async (compute: () => tf.Tensor): Promise<[number[], number[]]> => {
    const run = async (backend: string): Promise<number[]> => {
      await tf.setBackend(backend);
      return tf.tidy(() => Array.from(compute().dataSync()));
    };
    const before = tf.getBackend();
    try {
      return [await run("wasm"), await run("cpu")];
    } finally {
      await tf.setBackend(before);
    }
  };

  for (const [what, size, pad, stride] of [
    ["a 3×3 convolution", [3, 3], "same", 1], ["a 5×3 convolution", [5, 3], "same", 1], ["an even 2×4 filter", [2, 4], "same", 1],
    ["a valid convolution", [3, 3], "valid", 1], ["a padded convolution", [3, 3], 1, 1], ["a padding wider than the filter", [1, 1], 1, 1],
    ["a strided convolution", [3, 3], "same", 2],
  ] as const)
    it(`the gradients of pixels and filter of ${what}`, { skip }, async () => {
      const [wasm, cpu] = await onBoth(() => {
        const x = tf.reshape(drawn([14, 10, 3], 1), [2, 7, 10, 3]) as tf.Tensor4D;
        const filter = tf.randomNormal<tf.Rank.R4>([size[0], size[1], 3, 4], 0, 1, "float32", 2);
        const weight = (y: tf.Tensor): tf.Tensor => tf.cos(tf.range(0, y.size)).reshape(y.shape);
        const both = tf.grads((image: tf.Tensor, kernel: tf.Tensor) => {
          const y = tf.conv2d(image as tf.Tensor4D, kernel as tf.Tensor4D, stride, pad);
          return tf.sum(tf.mul(y, weight(y)));
        })([x, filter]);
        return tf.concat(both.map((gradient) => tf.reshape(gradient, [-1])));
      });
      assertClose(wasm, cpu, 1e-5);
    });

  for (const [transposeA, transposeB] of [[false, false], [true, false], [false, true], [true, true]])
    it(`a batch of matrix products, transposed: ${transposeA}, ${transposeB}`, { skip }, async () => {
      const [wasm, cpu] = await onBoth(() => {
        const a = drawn(transposeA ? [2, 4, 5] : [2, 5, 4], 1);
        return tf.matMul(a, drawn(transposeB ? [2, 3, 4] : [2, 4, 3], 2), transposeA, transposeB);
      });
      assertClose(wasm, cpu, 1e-5);
    });

  it("the gradient of a gather, which adds up what was gathered twice", { skip }, async () => {
    const [wasm, cpu] = await onBoth(() => {
      const weights = drawn([2, 5, 3], 2);
      return tf.grad((x) => tf.sum(tf.mul(tf.gather(x, tf.tensor1d([1, 3, 1, 0, 1], "int32"), 1), weights)))(drawn([2, 4, 3], 1));
    });
    assertClose(wasm, cpu, 1e-6);
  });

  it("dispose of a flipped filter with its filter: memory does not grow", { skip }, async () => {
    const backend = tf.backend() as unknown as { numDataIds(): number };
    const once = (): void => tf.tidy(() => {
      const filter = tf.randomNormal<tf.Rank.R4>([3, 3, 2, 2]);
      tf.grad((x) => tf.sum(tf.conv2d(x as tf.Tensor4D, filter, 1, "same")))(tf.zeros([1, 5, 5, 2])).dataSync();
    });
    once();
    const before = backend.numDataIds();
    await leaksNothing(() => { for (let i = 0; i < 20; i++) once(); });
    assert.equal(backend.numDataIds(), before);
  });
});
