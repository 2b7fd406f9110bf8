// ResNet-50 from a file in Keras' layout, narrow and random, against its layers one by one in float64, nothing folded.
import assert from "node:assert/strict";
import * as path from "node:path";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { convolutionsOf, withWidth, type Architecture } from "../../src/networks/architectures/architecture";
import { architectures } from "../../src/networks/registry";
import { trainedNetwork } from "../../src/networks/trainedNetwork";
import { engine } from "../../src/platform/engine/engine";
import { h5wasm } from "../../src/platform/files/readKerasHdf5";
import { assertClose, numbers } from "../compare";
import { volume } from "../naive";
import { temporaryFolder } from "../platform/files/fixtures";
import { naiveResnet, type KerasTensors } from "./naiveResnet";

const narrow: Architecture = withWidth(architectures.resnet50, 1 / 16);
const [height, width] = [45, 62];

/** Seeded numbers around 0 of deviation about `spread`. */
function drawn(size: number, seed: number, spread: number, center = 0): Float32Array {
  let state = seed * 2654435761 >>> 0;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return center + (state / 2 ** 31 - 1) * 1.7 * spread;
  });
}

/** Everything that a Keras file of the narrow network holds; small variances, so that ε counts. */
function random(): KerasTensors {
  const tensors = new Map<string, { shape: number[]; data: Float32Array }>();
  let seed = 1;
  for (const [layer, { size, inputs, channels }] of convolutionsOf(narrow.layers)) {
    const conv = layer.replace(/_bn$/, "_conv");
    tensors.set(`${conv}/kernel`, { shape: [size, size, inputs, channels], data: drawn(size * size * inputs * channels, seed++, 1 / Math.sqrt(size * size * inputs)) });
    tensors.set(`${conv}/bias`, { shape: [channels], data: drawn(channels, seed++, 0.3) });
    tensors.set(`${layer}/gamma`, { shape: [channels], data: drawn(channels, seed++, 0.003, 0.01) });
    tensors.set(`${layer}/beta`, { shape: [channels], data: drawn(channels, seed++, 0.3, 0.5) });
    tensors.set(`${layer}/moving_mean`, { shape: [channels], data: drawn(channels, seed++, 0.3) });
    tensors.set(`${layer}/moving_variance`, { shape: [channels], data: drawn(channels, seed++, 2e-5, 4e-5) });
  }
  return tensors;
}

async function write(file: string, tensors: KerasTensors): Promise<void> {
  const { File } = await h5wasm();
  const root = new File(file, "w");
  const layers = new Set([...tensors.keys()].map((name) => name.split("/")[0]));
  for (const layer of layers) {
    const group = root.create_group(layer).create_group(layer); // as Keras does: conv1_conv/conv1_conv/kernel:0
    for (const [name, { shape, data }] of tensors)
      if (name.startsWith(`${layer}/`)) group.create_dataset({ name: `${name.split("/")[1]}:0`, shape: [...shape], data });
  }
  root.close();
}

describe("ResNet-50", () => {
  before(() => engine());

  it("from a file, batch normalizations folded, sees what the unfolded layers see in float64, at all of them", async (t) => {
    const file = path.join(temporaryFolder(t), "resnet.h5");
    const tensors = random();
    await write(file, tensors);
    const network = await trainedNetwork(narrow, { file });
    tf.tidy(() => {
      const image = tf.randomUniform<tf.Rank.R3>([height, width, 3], 0, 1, "float32", 5);
      const rgb = numbers(image);
      const mean = [103.939, 116.779, 123.68];
      const bgr = rgb.map((_, i) => rgb[i - (i % 3) + 2 - (i % 3)] * 255 - mean[i % 3]);
      const expected = naiveResnet(volume(height, width, 3, bgr), tensors);
      assert.deepEqual([...expected.keys()].sort(), [...network.layers].sort());
      const seen = network.features(image, network.layers);
      for (const [layer, { height, width, channels, data }] of expected) {
        assert.deepEqual(seen(layer).shape, [height, width, channels], layer);
        assertClose(seen(layer), data, 1e-3, layer);
        assert.ok(data.some((v) => v > 0), `${layer} is silent, which proves nothing`);
      }
    });
    network.dispose();
  });

  it("has Keras' number of weights, and VGG and SqueezeNet have theirs", () => {
    const count = (name: keyof typeof architectures): number => [...convolutionsOf(architectures[name].layers).values()]
      .reduce((sum, { size, inputs, channels, batchNorm }) =>
        sum + size ** 2 * inputs * channels + channels + (batchNorm ? 4 * channels : 0), 0);
    assert.equal(count("resnet50"), 23_587_712);
    assert.equal(count("squeezenet"), 722_496);
    assert.equal(count("vgg19"), 20_024_384);
    assert.equal(count("vgg16"), 14_714_688);
  });

  it("refuses a file that lacks a batch normalization, naming every tensor and shape that is wrong", async (t) => {
    const file = path.join(temporaryFolder(t), "half.h5");
    const tensors = new Map(random());
    tensors.delete("conv3_block2_1_bn/moving_variance");
    tensors.set("conv5_block3_3_bn/gamma", { shape: [63], data: new Float32Array(63) });
    tensors.set("conv6_block1_1_conv/kernel", { shape: [1], data: new Float32Array(1) });
    await write(file, tensors);
    await assert.rejects(trainedNetwork(narrow, { file }), (error: Error) => {
      for (const part of [
        "half.h5 does not hold the weights of resnet50", "conv3_block2_1_bn variance [8] is missing",
        'conv5_block3_3_bn gamma ("conv5_block3_3_bn/conv5_block3_3_bn/gamma:0"): expected [128], got [63]',
        '"conv6_block1_1_conv/conv6_block1_1_conv/kernel:0" is no part of resnet50',
      ]) assert.ok(error.message.includes(part), `${part} in ${error.message}`);
      return true;
    });
  });
});
