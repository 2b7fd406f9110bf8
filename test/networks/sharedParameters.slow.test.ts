import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import * as path from "node:path";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise } from "../../src/image";
import { architectures } from "../../src/networks/registry";
import { trainedNetwork } from "../../src/networks/trainedNetwork";
import { vgg19Mini } from "../../src/networks/vgg";
import { engine } from "../../src/platform/engine/engine";
import { weightsFolder } from "../../src/platform/files/paths";
import { leaksNothing, numbers } from "../compare";
import { temporaryFolder } from "../platform/files/fixtures";

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

  it("is not read again, not even where two are loaded at once, until its file has changed", async (t) => {
    const file = path.join(temporaryFolder(t), "mine.safetensors");
    const bytes = fs.readFileSync(path.join(weightsFolder, "vgg19-mini.safetensors"));
    fs.writeFileSync(file, bytes);
    const read = t.mock.method(fs.promises, "open");
    const times = async (count: number): Promise<number[]> => {
      const before = read.mock.callCount();
      const networks = await Promise.all(Array.from({ length: count }, () => trainedNetwork(architectures["vgg19-mini"], { file })));
      const firsts = networks.map(({ filters }) => numbers(filters.get("conv5_1")!.bias)[0]);
      networks.slice(1).forEach((network) => network.dispose());
      t.after(() => networks[0].dispose());
      assert.equal(new Set(firsts).size, 1);
      return [read.mock.callCount() - before, firsts[0]];
    };
    const [reads, before] = await times(1);
    assert.ok(reads > 0);
    assert.equal((await times(1))[0], reads, "a file that was just written may still change without a sign");
    t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 3000 });
    assert.equal((await times(1))[0], reads);
    assert.deepEqual(await times(3), [0, before]);
    fs.writeFileSync(file, Buffer.from(bytes).fill(bytes.at(-2)! ^ 1, bytes.length - 2, bytes.length - 1)); // the last number
    t.mock.timers.setTime(Date.now() + 10_000);
    const [again] = await times(2);
    assert.equal(again, reads, "of two that are loaded at once, one is read");
  });

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
