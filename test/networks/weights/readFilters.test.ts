// SqueezeNet's and a reader's own network's filters, found in files under their authors' names.
import assert from "node:assert/strict";
import * as path from "node:path";
import { existsSync } from "node:fs";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { Architecture } from "../../../src/networks/architectures/architecture";
import { convolution, pool, relu } from "../../../src/networks/architectures/operation";
import { torchTensor } from "../../../src/networks/architectures/weightsNaming";
import { randomNetwork } from "../../../src/networks/randomNetwork";
import { architectures } from "../../../src/networks/registry";
import { trainedNetwork } from "../../../src/networks/trainedNetwork";
import { importWeights } from "../../../src/networks/weights/importWeights";
import { readFilters } from "../../../src/networks/weights/readFilters";
import { findWeights } from "../../../src/platform/files/findWeights";
import { h5wasm } from "../../../src/platform/files/readKerasHdf5";
import { writeSafetensors } from "../../../src/platform/files/safetensors";
import { sizeOf, type TensorData, type Tensors } from "../../../src/platform/files/tensors";
import { assertClose } from "../../compare";
import { temporaryFolder, withVariable } from "../../platform/files/fixtures";

/** SqueezeNet 1.1's convolutions as torchvision and Keras name them: side, inputs, outputs (Iandola et al. 2016, version 1.1). */
const squeezenet: [torch: string, keras: string, size: number, inputs: number, outputs: number][] = [
  ["features.0", "conv1", 3, 3, 64],
  ...([[3, 64, 16, 64], [4, 128, 16, 64], [6, 128, 32, 128], [7, 256, 32, 128], [9, 256, 48, 192], [10, 384, 48, 192],
    [11, 384, 64, 256], [12, 512, 64, 256]] as const).flatMap(([index, inputs, few, many], at) => ([
    [`features.${index}.squeeze`, `fire${at + 2}/squeeze1x1`, 1, inputs, few],
    [`features.${index}.expand1x1`, `fire${at + 2}/expand1x1`, 1, few, many],
    [`features.${index}.expand3x3`, `fire${at + 2}/expand3x3`, 3, few, many],
  ] as typeof squeezenet)),
];

/** A kernel whose values tell their places, in PyTorch's or Keras' order. */
function kernel(size: number, inputs: number, outputs: number, torch: boolean): TensorData {
  const shape = torch ? [outputs, inputs, size, size] : [size, size, inputs, outputs];
  const data = new Float32Array(sizeOf(shape));
  const [, b, c, d] = shape;
  for (let at = 0; at < data.length; at++) {
    const [i, j, k, l] = [Math.floor(at / (b * c * d)), Math.floor(at / (c * d)) % b, Math.floor(at / d) % c, at % d];
    const [o, n, y, x] = torch ? [i, j, k, l] : [l, k, i, j];
    data[at] = (o * 31 + n * 17 + y * 5 + x * 3) % 251;
  }
  return { shape, data };
}
const bias = (outputs: number): TensorData => ({ shape: [outputs], data: Float32Array.from({ length: outputs }, (_, o) => o) });

const torchFile = (): Tensors => new Map([
  ...squeezenet.flatMap(([name, , size, inputs, outputs]): [string, TensorData][] =>
    [[`${name}.weight`, kernel(size, inputs, outputs, true)], [`${name}.bias`, bias(outputs)]]),
  ["classifier.1.weight", kernel(1, 512, 10, true)], // a classifier on top is fine
]);

/** As the published Keras file names them: `fire2/expand1x1/uniform3`, `fire2/expand1x1/fire2/expand1x1_b`. */
async function writeKeras(file: string): Promise<void> {
  const { File } = await h5wasm();
  const root = new File(file, "w");
  squeezenet.forEach(([, name, size, inputs, outputs], at) => {
    const [outer, inner] = name.split("/");
    const place = root.keys().includes(outer) ? root.get(outer) as ReturnType<typeof root.create_group> : root.create_group(outer);
    const group = inner ? place.create_group(inner) : place;
    const { shape, data } = kernel(size, inputs, outputs, false);
    group.create_dataset({ name: `uniform${at + 1}`, shape: [...shape], data });
    const biases = inner ? group.create_group(outer) : group;
    biases.create_dataset({ name: `${inner ?? outer}_b`, shape: [outputs], data: bias(outputs).data });
  });
  root.close();
}

test("SqueezeNet is found under Keras' and torchvision's names, the same in [height, width, in, out], each with its own ways", async (t) => {
  const folder = temporaryFolder(t);
  const [keras, torch] = [path.join(folder, "a.h5"), path.join(folder, "a.safetensors")];
  await writeKeras(keras);
  await writeSafetensors(torch, torchFile());
  const [a, b] = [await readFilters(architectures.squeezenet, keras), await readFilters(architectures.squeezenet, torch)];
  assert.deepEqual([...a.filters.keys()], squeezenet.map(([, name]) => name));
  for (const [, name, size, inputs, outputs] of squeezenet) {
    assert.deepEqual(a.filters.get(name), { kernel: kernel(size, inputs, outputs, false), bias: bias(outputs).data }, name);
    assert.deepEqual(b.filters.get(name), a.filters.get(name), name);
  }
  assert.deepEqual([a.normalization, a.naming.rounding], ["caffe", "floor"]);
  assert.deepEqual([b.normalization, b.naming.rounding], ["torchvision", "ceil"]);
});

test("a half-matching SqueezeNet is refused with every tensor and shape that disagrees", async (t) => {
  const file = path.join(temporaryFolder(t), "half.safetensors");
  const wrong = torchFile();
  wrong.set("features.0.weight", kernel(7, 3, 96, true)); // version 1.0
  wrong.set("features.0.bias", bias(96));
  wrong.delete("features.12.expand3x3.bias");
  wrong.set("features.13.squeeze.bias", bias(1));
  wrong.get("features.4.squeeze.bias")!.data[0] = Infinity;
  await writeSafetensors(file, wrong);
  await assert.rejects(readFilters(architectures.squeezenet, file), (error: Error) => {
    for (const part of [
      "half.safetensors does not hold the weights of squeezenet", 'conv1 kernel ("features.0.weight"): expected [64, 3, 3, 3], got [96, 3, 7, 7]',
      'conv1 bias ("features.0.bias"): expected [64], got [96]', 'fire3/squeeze1x1 bias ("features.4.squeeze.bias"): expected finite',
      "fire9/expand3x3 bias [256] is missing", '"features.13.squeeze.bias" is no part of squeezenet', "npm run weights -- squeezenet",
    ]) assert.ok(error.message.includes(part), `${part} in ${error.message}`);
    // What is damaged is not also a stranger.
    for (const part of ["features.0.weight", "features.0.bias", "features.4.squeeze.bias"])
      assert.doesNotMatch(error.message, new RegExp(`"${part}" is no part`));
    return true;
  });
  await assert.rejects(readFilters(architectures.vgg19, file), /conv1_1 kernel \("features\.0\.weight"\): expected \[64, 3, 3, 3\]/);
  await assert.rejects(readFilters(architectures.resnet50, file), /conv1_bn kernel .*missing.*holds no convolution under a known name/);
});

test("an imported SqueezeNet gets a name under which it is found, whichever layout it has", async (t) => {
  const folder = temporaryFolder(t);
  const target = temporaryFolder(t);
  withVariable(t, "STYLOSCOPE_WEIGHTS", target);
  await writeSafetensors(path.join(folder, "b.bin"), torchFile());
  assert.deepEqual(await importWeights("squeezenet", path.join(folder, "b.bin"), target),
    { file: path.join(target, "squeezenet1_1.safetensors"), official: false, normalization: "torchvision" });
  await writeKeras(path.join(folder, "a.bin"));
  const { file } = await importWeights("squeezenet", path.join(folder, "a.bin"), target);
  assert.equal(file, path.join(target, "squeezenet1_1_keras_notop.h5"));
  if (findWeights("squeezenet")?.startsWith(target)) assert.equal(findWeights("squeezenet"), file);
  const byName = await trainedNetwork(architectures.squeezenet, { file: "squeezenet1_1.safetensors" });
  assertClose(byName.preprocessing.mean, [0.485, 0.456, 0.406], 1e-6);
  byName.dispose();
  await assert.rejects(trainedNetwork(architectures.squeezenet, { file: "none.safetensors" }), /none\.safetensors does not exist/);
});

/** A network of a reader's own: four convolutions, one of them beside another. */
const mine: Architecture = {
  name: "mine",
  layers: [
    { name: "first", operation: convolution(4, 5, { stride: 2 }) },
    { name: "rectified", operation: relu },
    { name: "small", operation: pool("average") },
    { name: "left", operation: convolution(3, 1) },
    { name: "right", inputs: ["small"], operation: convolution(5, 3) },
    { name: "both", inputs: ["left", "right"], operation: { kind: "concat" } },
    { name: "last", operation: convolution(8, 1) },
    { name: "again", operation: convolution(8, 3) },
    { name: "sum", inputs: ["last", "again"], operation: { kind: "add" } },
  ],
  namings: [{ normalization: "torchvision", torch: true, tensor: torchTensor }],
  tensorPattern: /\.(weight|bias)$/,
};

test("a network of a reader's own is one object: random, from a file, or refused", async (t) => {
  const file = path.join(temporaryFolder(t), "mine.safetensors");
  const shapes: Record<string, [number, number, number]> =
    { first: [5, 3, 4], left: [1, 4, 3], right: [3, 4, 5], last: [1, 8, 8], again: [3, 8, 8] };
  const tensors: Tensors = new Map(Object.entries(shapes).flatMap(([name, [size, inputs, outputs]]): [string, TensorData][] =>
    [[`${name}.weight`, kernel(size, inputs, outputs, true)], [`${name}.bias`, bias(outputs)]]));
  await writeSafetensors(file, tensors);
  const [random, trained] = [await randomNetwork(mine, { width: 2 }), await trainedNetwork(mine, { file })];
  tf.tidy(() => {
    const image = tf.randomUniform<tf.Rank.R3>([21, 30, 3], 0, 1, "float32", 1);
    assert.deepEqual(random.features(image, ["sum"])("sum").shape, [5, 7, 16]);
    const seen = trained.features(image, ["sum", "last", "again", "both"]);
    assert.deepEqual([seen("both").shape, seen("sum").shape], [[5, 7, 8], [5, 7, 8]]);
    assertClose(seen("sum"), tf.add(seen("last"), seen("again")), 1e-6);
  });
  random.dispose();
  trained.dispose();
  tensors.delete("right.bias");
  await writeSafetensors(file, tensors);
  await assert.rejects(trainedNetwork(mine, { file }), /does not hold the weights of mine: right bias \[5\] is missing\. Correct the architecture/);
});

const real = ["squeezenet1_1_keras_notop.h5", "squeezenet1_1_torchvision.safetensors"].map((name) =>
  (process.env.STYLOSCOPE_WEIGHTS ?? "").split(path.delimiter).filter(Boolean).map((folder) => path.join(folder, name)).find(existsSync));
test("the real SqueezeNets have 722,496 weights each", { skip: !real.every(Boolean) && "no STYLOSCOPE_WEIGHTS with SqueezeNet" }, async () => {
  for (const file of real) {
    const { filters } = await readFilters(architectures.squeezenet, file!);
    assert.equal([...filters.values()].reduce((sum, { kernel, bias }) => sum + kernel.data.length + bias.length, 0), 722_496);
  }
});
