import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise } from "../../src/image";
import { vgg19Mini } from "../../src/networks/vgg";
import { engine } from "../../src/platform/engine/engine";
import { leaksNothing, numbers } from "../compare";

describe("a network that is loaded again", () => {
  before(() => engine());

  it("shares its numbers with the first, each may be disposed, and then nothing is left", () => leaksNothing(async () => {
    const first = await vgg19Mini();
    const { numDataBuffers } = tf.memory();
    const second = await vgg19Mini({ pooling: "average" });
    // TensorFlow.js' wasm backend copies where others share: a clone there has numbers of its own.
    if (tf.getBackend() !== "wasm") assert.equal(tf.memory().numDataBuffers, numDataBuffers);
    const image = noise([16, 16]);
    const read = second.features(image, ["relu1_1"]);
    const before = numbers(read("relu1_1"));
    read.dispose();
    first.dispose();
    const third = await vgg19Mini();
    second.dispose();
    const features = third.features(image, ["relu1_1"]);
    assert.deepEqual(numbers(features("relu1_1")), before);
    features.dispose();
    third.dispose();
    const fourth = await vgg19Mini();
    fourth.dispose();
    image.dispose();
  }));

  it("in a process that never disposes a network: what nobody holds is given back, what somebody holds stays", () => {
    const { stdout, stderr } = spawnSync(process.execPath, ["--expose-gc", "--require", "ts-node/register/transpile-only", "-e", `
      const { vgg19Mini, randomVgg, vggFrom, noise, tf, engine } = require("./src/index");
      const settle = async () => { for (let i = 0; i < 5; i++) { gc(); await new Promise((r) => setTimeout(r, 20)); } };
      (async () => {
        await engine();
        const around = async (make) => { for (let i = 0; i < 3; i++) await make(); await settle(); return tf.memory().numTensors; };
        console.log(await around(() => vgg19Mini()), await around(() => randomVgg()));
        let kernel = await (async () => { const { filters } = await randomVgg(); return filters.get("conv1_1").kernel; })();
        let other = await (async () => { const { filters, preprocessing } = await vgg19Mini(); return vggFrom(filters, { name: "o", topology: "vgg19-mini", pooling: "max", preprocessing }); })();
        await settle();
        console.log(kernel.dataSync().length > 0, tf.tidy(() => other.features(noise([16, 16]), ["relu1_1"])("relu1_1").dataSync().length > 0), tf.memory().numTensors > 1);
        kernel = other = undefined;
        await settle();
        console.log(tf.memory().numTensors);
      })();`], { encoding: "utf8" });
    assert.equal(stdout, "0 0\ntrue true true\n0\n", stderr);
  });
});
