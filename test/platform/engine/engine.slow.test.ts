// The engine in processes of its own: forced, not awaited, at the next rejection that nobody awaits.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { broken, inProcess, report } from "./engineProcess";

describe("the engine of a process", () => {
  for (const name of ["onnx", "wasm", "cpu"])
    it(`${name} can be forced with STYLOSCOPE_ENGINE`, () => {
      const { name: got, text, passedOver } = JSON.parse(inProcess(name, report));
      assert.equal(got, name);
      assert.equal(text, `${name} on the CPU, TensorFlow.js ${tf.version.tfjs}`);
      assert.deepEqual(passedOver, []);
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
