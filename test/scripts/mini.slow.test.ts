// What trains vgg19-mini: its choice of channels, its parameters, and what it minimizes.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { activationsOf, disagreement, scaled, scalesOf } from "../../scripts/mini/agreement";
import { chooseChannels, leastSquares } from "../../scripts/mini/channelSelection";
import { comparedLayers, mapOf, slotsOf, weightsOf } from "../../scripts/mini/parameters";
import { prunedParameters } from "../../scripts/mini/pruned";
import { networkFrom } from "../../scripts/mini/studentImages";
import type { Image } from "../../src/image";
import type { Filter } from "../../src/networks/applyLayer";
import { architectures } from "../../src/networks/registry";
import { randomVgg, type Vgg } from "../../src/networks/vgg";
import { readFilters } from "../../src/networks/weights/readFilters";
import { engine } from "../../src/platform/engine/engine";
import { writeSafetensors } from "../../src/platform/files/safetensors";
import { layerParameters, packParameters, parameterCount, parameterTensors } from "../../src/training/parameterSlots";
import { assertClose, leaksNothing } from "../compare";

const folder = mkdtempSync(path.join(tmpdir(), "mini-test-"));
const slots = slotsOf("vgg19-mini");
let parameters: Float32Array;
const numbersOf = (seed: number, count: number): Float32Array =>
  tf.tidy(() => tf.randomNormal([count], 0, 0.1, "float32", seed).dataSync() as Float32Array);

before(async () => {
  await engine();
  parameters = numbersOf(5, parameterCount(slots));
});
after(() => rmSync(folder, { recursive: true }));

describe("the channels that are kept", () => {
  it("explain all others: two of five, of which three are multiples of one", () => {
    // Channels 0, 1 and 4 are multiples of one; 3 is independent of it, and 2 a mixture of both.
    const [positions, n] = [50, 5];
    const free = [numbersOf(1, positions), numbersOf(2, positions)];
    const mixtures = [[0.1, 0], [5, 0], [0.5, 0.5], [0, 4], [-0.3, 0]];
    const activations = mixtures.map(([a, b]) => Array.from(free[0], (_, p) => a * free[0][p] + b * free[1][p]));
    const gram = new Float64Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) activations[i].forEach((v, p) => (gram[i * n + j] += v * activations[j][p]));
    const [a, b] = chooseChannels(gram, n, 2);
    const alike = gram[a * n + b] ** 2 / (gram[a * n + a] * gram[b * n + b]);
    assert.ok(alike < 0.9, `channels ${a} and ${b} are multiples of each other`);
  });
});

describe("least squares", () => {
  it("leaves a residual that is orthogonal to every channel", () => {
    const [positions, n, m] = [40, 4, 3];
    const [s, t] = [numbersOf(3, positions * n), numbersOf(4, positions * m)];
    const product = (a: Float32Array, b: Float32Array, rows: number, columns: number): Float64Array => {
      const sum = new Float64Array(rows * columns);
      for (let p = 0; p < positions; p++)
        for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) sum[i * columns + j] += a[p * rows + i] * b[p * columns + j];
      return sum;
    };
    const w = leastSquares(product(s, s, n, n), product(s, t, n, m), n, m);
    const rest = t.map((value, at) => {
      const [p, c] = [Math.floor(at / m), at % m];
      for (let i = 0; i < n; i++) value -= s[p * n + i] * w[i * m + c];
      return value;
    });
    for (const left of product(s, rest, n, m)) assert.ok(Math.abs(left) < 1e-5, `${left}`);
  });
});

describe("the parameters of the mini", () => {
  it("come back from their tensors as they went in", async () => {
    const tensors = parameterTensors(slots, parameters);
    const values = await Promise.all([...tensors].map(async ([name, tensor]) => [name, await tensor.data()] as const));
    assert.deepEqual(packParameters(slots, new Map(values)), parameters);
    assert.deepEqual([...tensors.keys()].slice(0, 4), ["conv1_1.kernel", "conv1_1.bias", "conv1_1.map", "conv1_2.kernel"]);
    assert.deepEqual(mapOf(tensors, "relu3_1").shape, [64, 256]);
    tf.dispose([...tensors.values()]);
  });

  it("are shipped in a file that the library reads as the same filters", async () => {
    const file = path.join(folder, "vgg19-mini.safetensors");
    await writeSafetensors(file, weightsOf(parameters, "vgg19-mini"), { metadata: { normalization: "torchvision" } });
    const { filters: layers, normalization } = await readFilters(architectures["vgg19-mini"], file);
    assert.equal(normalization, "torchvision");
    const tensors = parameterTensors(slots, parameters);
    for (const [name, { kernel, bias }] of layerParameters(tensors) as Map<string, Filter>) {
      assert.deepEqual(layers.get(name)!.kernel.data, kernel.dataSync(), name);
      assert.deepEqual(layers.get(name)!.bias, bias.dataSync(), name);
    }
    assert.equal(layers.size, comparedLayers.length);
    tf.dispose([...tensors.values()]);
  });
});

describe("what is minimized", () => {
  let teacher: Vgg;
  let batch: tf.Tensor4D;
  before(async () => {
    teacher = await randomVgg({ seed: 2, width: 1 });
    batch = tf.tidy(() => tf.sigmoid(tf.randomNormal<tf.Rank.R4>([3, 32, 32, 3], 0, 1, "float32", 8)) as tf.Tensor4D);
  });
  after(() => { teacher.dispose(); batch.dispose(); });

  it("is what plain activations and maps give: ‖S W − T‖² / ‖T‖² and the same of Gram matrices", async () => {
    const tensors = parameterTensors(slots, numbersOf(9, parameterCount(slots)));
    await leaksNothing(() => tf.tidy(() => {
      const targets = scaled(activationsOf(batch, teacher.filters, "average", "caffe"), Float32Array.from(comparedLayers, () => 2));
      const { layers } = disagreement(tensors, batch, targets, "average");
      const student = activationsOf(batch, layerParameters(tensors), "average", "torchvision").get("relu2_1")!;
      const target = targets.get("relu2_1")!;
      const mapped = tf.matMul(tf.reshape(student, [-1, student.shape[3]]), mapOf(tensors, "relu2_1"));
      const error = (x: tf.Tensor, y: tf.Tensor): number => tf.div(tf.sum(tf.square(tf.sub(x, y))), tf.sum(tf.square(y))).dataSync()[0];
      const index = comparedLayers.indexOf("relu2_1");
      assertClose(layers.dataSync()[index], error(mapped, tf.reshape(target, mapped.shape)), 1e-4, "features");
      const gramErrors = [0, 1, 2].map((i) => {
        const positions = mapped.shape[0] / 3;
        const gram = (x: tf.Tensor2D): tf.Tensor => tf.matMul(tf.slice(x, [i * positions, 0], [positions, -1]), tf.slice(x, [i * positions, 0], [positions, -1]), true);
        return error(gram(mapped as tf.Tensor2D), gram(tf.reshape(target, mapped.shape as [number, number])));
      });
      assertClose(layers.dataSync()[comparedLayers.length + 1], (gramErrors[0] + gramErrors[1] + gramErrors[2]) / 3, 1e-4, "Gram matrices");
    }));
    tf.dispose([...tensors.values()]);
  });

  it("is smaller for a pruned teacher than for chance, at every layer, and the next layer's filters use the prediction", () => {
    tf.tidy(() => {
      const target = activationsOf(batch, teacher.filters, "average", "caffe");
      const scales = scalesOf(target);
      const pruned = prunedParameters("vgg19-mini", teacher, batch, scales);
      const errors = (parameters: Float32Array): number[] => {
        const tensors = parameterTensors(slots, parameters);
        return [...disagreement(tensors, batch, scaled(target, scales), "average").layers.dataSync()];
      };
      const [good, bad] = [errors(pruned), errors(numbersOf(10, parameterCount(slots)))];
      comparedLayers.forEach((layer, at) => assert.ok(good[at] < bad[at], `${layer}: ${good[at]}, by chance ${bad[at]}`));
      assert.ok(good[0] < 0.3, `relu1_1: ${good[0]}`);
    });
  });

  it("has the same activations as the network of the library", () => {
    const mini = networkFrom("vgg19-mini", numbersOf(11, parameterCount(slots)), "average");
    tf.tidy(() => {
      const together = activationsOf(batch, mini.filters, "average", "torchvision");
      const image = tf.squeeze(tf.slice(batch, [1, 0, 0, 0], [1, -1, -1, -1]), [0]) as Image;
      const alone = mini.features(image, ["relu3_4", "relu5_1"]);
      for (const layer of ["relu3_4", "relu5_1"])
        assertClose(tf.squeeze(tf.slice(together.get(layer)!, [1, 0, 0, 0], [1, -1, -1, -1]), [0]), alone(layer), 1e-5, layer);
      assert.equal(mini.layers.at(-1), "relu5_1");
    });
    mini.dispose();
  });
});
