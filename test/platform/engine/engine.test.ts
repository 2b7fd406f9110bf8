import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { engine } from "../../../src/platform/engine/engine";
import { assertClose, drawn, leaksNothing } from "../../compare";

/** What `code` writes in a separate process, to standard error as well. */
function inProcess(STYLOSCOPE_ENGINE: string, code: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, ["--require", "ts-node/register", "-e", code],
    { env: { ...process.env, STYLOSCOPE_ENGINE }, encoding: "utf8" });
  return stdout + stderr;
}
const report = `require("./src/platform/engine/engine").engine().then((e) => console.log(JSON.stringify({ ...e, text: require("node:util").inspect(e) })), (e) => console.log(e.message))`;
/** Code that makes loading each of these modules fail with its message. */
const broken = (messages: Record<string, string>): string => `{
  const Module = require("node:module");
  const load = Module._load;
  Module._load = (request, ...rest) => {
    for (const [name, message] of Object.entries(${JSON.stringify(messages)})) if (request.includes(name)) throw new Error(message);
    return load(request, ...rest);
  };
}`;

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

  for (const name of ["onnx", "wasm", "cpu"])
    it(`${name} can be forced with STYLOSCOPE_ENGINE`, () => {
      const { name: got, text, passedOver } = JSON.parse(inProcess(name, report));
      assert.equal(got, name);
      assert.equal(text, `${name} on the CPU, TensorFlow.js ${tf.version.tfjs}`);
      assert.deepEqual(passedOver, []);
    });

  it("refuses a name that is not an engine's, with the list", () => {
    assert.match(inProcess("wams", report), /STYLOSCOPE_ENGINE is "wams"; it can be onnx-cuda, tensorflow, onnx, wasm, cpu, onnx-webgpu/);
  });

  it("refuses a STYLOSCOPE_THREADS that is not a number, instead of taking a slower engine", () => {
    process.env.STYLOSCOPE_THREADS = "all";
    try {
      for (const name of ["", "onnx", "cpu"])
        assert.equal(inProcess(name, report), 'STYLOSCOPE_THREADS is "all"; it can be a whole number from 1 to 999, or unset for one thread per core\n');
    } finally {
      delete process.env.STYLOSCOPE_THREADS;
    }
  });

  it("adds no listener that would end the process on an unhandled rejection", () => {
    const counts = inProcess("wasm", `require("./src/platform/engine/engine").engine().then(() => {
      for (const event of ["unhandledRejection", "uncaughtException"]) console.log(process.listenerCount(event));
    })`);
    assert.equal(counts, "0\n0\n");
  });

  describe("not awaited before the first operation", () => {
    const first = 'const { noise, engine, tf } = require("./src/index"); const x = noise([4, 4]);';
    const rest = "console.log(tf.getBackend(), x.shape.join(), Number.isFinite(x.mean().dataSync()[0])); engine().then((e) => console.log(e.name, tf.getBackend()))";

    it("is the best that loads all the same", () => {
      const noTensorflow = broken({ "tfjs-node-gpu": "Cannot find module '@tensorflow/tfjs-node-gpu'" });
      assert.equal(inProcess("", noTensorflow + first + rest), "onnx 4,4,3 true\nonnx onnx\n");
    });

    for (const name of ["onnx", "cpu"])
      it(`is ${name} where that is forced`, () => assert.equal(inProcess(name, first + rest), `${name} 4,4,3 true\n${name} ${name}\n`));

    it("is asked for by name where it is wasm, forced or the best there is", () => {
      const missing = broken({ "tfjs-node-gpu": "Cannot find module '@tensorflow/tfjs-node-gpu'", "onnxruntime-node": "no binary" });
      for (const [name, before] of [["wasm", ""], ["", missing]]) {
        const said = inProcess(name, `${before} try { ${first} } catch (e) { console.log(e.message); require("./src/index").engine().then((e) => console.log(e.name)); }`);
        assert.equal(said, "the engine wasm is not ready yet: write `await engine()` first, once, before anything computes\nwasm\n");
      }
    });

    it("says so while it starts", () => {
      const said = inProcess("wasm", 'const { engine, noise } = require("./src/index"); engine().then((e) => console.log(noise([4, 4]).size)); try { noise([4, 4]); } catch (e) { console.log(e.message); }');
      assert.match(said, /not .*ready yet|not yet been initialized/); // TensorFlow.js' own message, whose `await tf.ready()` is as good
      assert.ok(said.endsWith("48\n"));
    });

    it("refuses a wrong name", () =>
      assert.match(inProcess("wams", `try { ${first} } catch (e) { console.log(e.message); }`), /^STYLOSCOPE_ENGINE is "wams"; it can be/));
  });

  for (const start of ["tf.ready()", 'tf.setBackend("wasm")', "engine()"])
    it(`${start} leaves a process alive at the next rejection that nobody awaits, and keeps the listeners of others`, () => {
      const said = inProcess("wasm", `const { engine, tf } = require("./src/index");
        process.on("unhandledRejection", (e) => console.log("told:", e.message));
        const starting = ${start};
        process.on("uncaughtException", function added(error) { throw error; });
        starting.then(() => {
          console.log(tf.getBackend(), process.listenerCount("unhandledRejection"), process.listeners("uncaughtException").map(({ name }) => name).join());
          void Promise.reject(new Error("not awaited"));
          setTimeout(() => console.log("alive", tf.ones([3]).sum().dataSync()[0]), 50);
        });`);
      assert.match(said, /^wasm 1 \w*,?added\n/);
      assert.match(said, /told: not awaited\nalive 3\n$/);
    });

  it("is what tf.ready() starts", () => {
    const said = inProcess("cpu", 'const { tf } = require("./src/index"); tf.ready().then(() => console.log(tf.getBackend()))');
    assert.equal(said, "cpu\n");
  });

  it("prints nothing, neither when it starts nor when it computes", () => {
    for (const name of ["onnx", "wasm", "cpu"]) {
      const fallback = name === "onnx" ? "tf.unique([3, 1, 3]).values.dataSync()" : "";
      const run = `(tf) => { tf.zeros([3]).add(1).dataSync(); ${fallback} }`;
      assert.equal(inProcess(name, `require("./src/platform/engine/engine").engine().then(() => (${run})(require("@tensorflow/tfjs")))`), "");
    }
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
    it(`the pixel gradient of ${what}`, { skip }, async () => {
      const [wasm, cpu] = await onBoth(() => {
        const x = tf.reshape(drawn([7, 10, 3], 1), [1, 7, 10, 3]) as tf.Tensor4D;
        const filter = tf.randomNormal<tf.Rank.R4>([size[0], size[1], 3, 4], 0, 1, "float32", 2);
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
