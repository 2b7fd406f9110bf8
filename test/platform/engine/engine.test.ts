import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { engine } from "../../../src/platform/engine/engine";
import { assertClose, drawn, leaksNothing } from "../../compare";

const inProcess = (STYLOSCOPE_ENGINE: string, code: string): string =>
  execFileSync(process.execPath, ["--require", "ts-node/register", "-e", code],
    { env: { ...process.env, STYLOSCOPE_ENGINE }, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const report = `require("./src/platform/engine/engine").engine().then((e) => console.log(JSON.stringify({ ...e, text: String(e) })), (e) => console.log(e.message))`;

describe("the engine", () => {
  before(() => engine());

  it("is the best that loads, and says why those before it did not", async () => {
    const { name, device, passedOver, version } = await engine();
    assert.equal(name, tf.getBackend());
    assert.ok(device === "cpu" || device === "gpu");
    assert.match(version, /^4\.\d+\.\d+$/);
    for (const { reason } of passedOver) assert.ok(reason.length > 3);
    assert.equal((await engine()).name, name);
  });

  for (const name of ["onnx", "wasm", "cpu"])
    it(`${name} can be forced with STYLOSCOPE_ENGINE`, () => {
      const { name: got, text, passedOver } = JSON.parse(inProcess(name, report));
      assert.equal(got, name);
      assert.equal(text, `${name} on the CPU, TensorFlow.js ${tf.version.tfjs}`);
      assert.deepEqual(passedOver, []);
    });

  it("refuses a name that is no engine, with the list", () => {
    assert.match(inProcess("wams", report), /STYLOSCOPE_ENGINE is "wams"; it can be tensorflow, onnx, wasm, cpu, onnx-webgpu, onnx-cuda/);
  });

  it("refuses a STYLOSCOPE_THREADS that is no number, instead of taking a slower engine", () => {
    process.env.STYLOSCOPE_THREADS = "all";
    try {
      for (const name of ["", "onnx", "cpu"])
        assert.equal(inProcess(name, report), 'STYLOSCOPE_THREADS is "all"; it can be a whole number from 1 to 999, or unset for one thread per core\n');
    } finally {
      delete process.env.STYLOSCOPE_THREADS;
    }
  });

  it("leaves it to the program what becomes of a promise that nobody awaits", () => {
    const said = inProcess("wasm", `require("./src/platform/engine/engine").engine().then(() => {
      for (const event of ["unhandledRejection", "uncaughtException"]) console.log(process.listenerCount(event));
    })`);
    assert.equal(said, "0\n0\n");
  });

  it("prints nothing, neither when it starts nor when it computes", () => {
    for (const name of ["onnx", "wasm", "cpu"]) {
      const tf = `require("@tensorflow/tfjs").zeros([3]).add(1).dataSync()`;
      assert.equal(inProcess(name, `require("./src/platform/engine/engine").engine().then(() => ${tf})`), "");
    }
  });
});

describe("the wasm engine's own kernels agree with the plain cpu backend", () => {
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

  for (const [what, kernel, pad, stride] of [
    ["a 3×3 convolution", [3, 3], "same", 1], ["a 5×3 convolution", [5, 3], "same", 1], ["an even 2×4 filter", [2, 4], "same", 1],
    ["a valid convolution", [3, 3], "valid", 1], ["a padded convolution", [3, 3], 1, 1], ["a padding wider than the filter", [1, 1], 1, 1],
    ["a strided convolution", [3, 3], "same", 2],
  ] as const)
    it(`the pixel gradient of ${what}`, { skip }, async () => {
      const [wasm, cpu] = await onBoth(() => {
        const x = tf.reshape(drawn([7, 10, 3], 1), [1, 7, 10, 3]) as tf.Tensor4D;
        const filter = tf.randomNormal<tf.Rank.R4>([kernel[0], kernel[1], 3, 4], 0, 1, "float32", 2);
        const weight = (y: tf.Tensor): tf.Tensor => tf.cos(tf.range(0, y.size)).reshape(y.shape);
        return tf.grad((image) => {
          const y = tf.conv2d(image as tf.Tensor4D, filter, stride, pad);
          return tf.sum(tf.mul(y, weight(y)));
        })(x);
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

  it("the gradient of a gather, which adds up what was taken twice", { skip }, async () => {
    const [wasm, cpu] = await onBoth(() => {
      const weights = drawn([2, 5, 3], 2);
      return tf.grad((x) => tf.sum(tf.mul(tf.gather(x, tf.tensor1d([1, 3, 1, 0, 1], "int32"), 1), weights)))(drawn([2, 4, 3], 1));
    });
    assertClose(wasm, cpu, 1e-6);
  });

  it("forget a turned filter with its filter: memory does not grow", { skip }, async () => {
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
