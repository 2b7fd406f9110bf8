// What trains vgg19-mini: its algebra, its array of parameters, what it minimizes, and a run on disk.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { disagreement, responses, scalesOf, scaled, type Batch } from "../../scripts/mini/agreement";
import { chooseChannels, leastSquares } from "../../scripts/mini/algebra";
import { asTensors, comparedLayers, filtersOf, flattened, mapOf, parameterCount, shipped, slotNames } from "../../scripts/mini/parameters";
import { miniFrom } from "../../scripts/mini/practice";
import { prunedParameters } from "../../scripts/mini/pruned";
import { newTraining, openTraining, saveTraining } from "../../scripts/mini/state";
import type { Image } from "../../src/image";
import { architectures } from "../../src/networks/registry";
import { randomVgg } from "../../src/networks/random";
import type { Vgg } from "../../src/networks/vgg";
import { readFilters } from "../../src/networks/weights/readFilters";
import { engine } from "../../src/platform/engine/engine";
import { writeSafetensors } from "../../src/platform/files/safetensors";
import { assertClose, leaksNothing } from "../compare";

const folder = mkdtempSync(path.join(tmpdir(), "mini-test-"));
let parameters: Float32Array;
const numbersOf = (seed: number, count: number): Float32Array =>
  tf.tidy(() => tf.randomNormal([count], 0, 0.1, "float32", seed).dataSync() as Float32Array);

before(async () => {
  await engine();
  parameters = numbersOf(5, parameterCount);
});
after(() => rmSync(folder, { recursive: true }));

describe("the channels that are kept", () => {
  it("tell all others: two of five, of which three are multiples of one", () => {
    // Channels 0, 1 and 4 say the same; 3 says something else, and 2 is a mixture of both.
    const [places, n] = [50, 5];
    const free = [numbersOf(1, places), numbersOf(2, places)];
    const mixtures = [[0.1, 0], [5, 0], [0.5, 0.5], [0, 4], [-0.3, 0]];
    const responses = mixtures.map(([a, b]) => Array.from(free[0], (_, p) => a * free[0][p] + b * free[1][p]));
    const gram = new Float64Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) responses[i].forEach((v, p) => (gram[i * n + j] += v * responses[j][p]));
    const [a, b] = chooseChannels(gram, n, 2);
    const alike = gram[a * n + b] ** 2 / (gram[a * n + a] * gram[b * n + b]);
    assert.ok(alike < 0.9, `channels ${a} and ${b} say the same`);
  });
});

describe("least squares", () => {
  it("leaves a rest that no channel can tell anything of", () => {
    const [places, n, m] = [40, 4, 3];
    const [s, t] = [numbersOf(3, places * n), numbersOf(4, places * m)];
    const product = (a: Float32Array, b: Float32Array, rows: number, columns: number): Float64Array => {
      const sum = new Float64Array(rows * columns);
      for (let p = 0; p < places; p++)
        for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) sum[i * columns + j] += a[p * rows + i] * b[p * columns + j];
      return sum;
    };
    const w = leastSquares(product(s, s, n, n), product(s, t, n, m), n, m);
    const rest = t.map((value, at) => {
      const [p, c] = [Math.floor(at / m), at % m];
      for (let i = 0; i < n; i++) value -= s[p * n + i] * w[i * m + c];
      return value;
    });
    for (const told of product(s, rest, n, m)) assert.ok(Math.abs(told) < 1e-5, `${told}`);
  });
});

describe("the parameters of the mini", () => {
  it("come back from their tensors as they went in", async () => {
    const tensors = asTensors(parameters);
    assert.deepEqual(flattened(await Promise.all(tensors.map((tensor) => tensor.data()))), parameters);
    assert.equal(tensors.length, slotNames.length);
    tf.dispose(tensors);
  });

  it("are shipped in a file that the library reads as the same filters", async () => {
    const file = path.join(folder, "vgg19-mini.safetensors");
    await writeSafetensors(file, shipped(parameters), { metadata: { normalization: "torchvision" } });
    const { filters: layers, normalization } = await readFilters(architectures["vgg19-mini"], file);
    assert.equal(normalization, "torchvision");
    const tensors = asTensors(parameters);
    for (const [name, { kernel, bias }] of filtersOf(tensors)) {
      assert.deepEqual(layers.get(name)!.kernel.data, kernel.dataSync(), name);
      assert.deepEqual(layers.get(name)!.bias, bias.dataSync(), name);
    }
    assert.equal(layers.size, comparedLayers.length);
    tf.dispose(tensors);
  });

  it("are written with their run, and come back with it; another seed is refused", async () => {
    const file = path.join(folder, "state.safetensors");
    assert.equal(await openTraining(file, 1), undefined);
    const run = newTraining(parameters, Float32Array.from(comparedLayers, (_, at) => at + 1), 1);
    run.moments = { steps: 7, firstMoment: numbersOf(6, parameterCount), secondMoment: numbersOf(7, parameterCount) };
    run.seconds = 12.5;
    await saveTraining(file, run);
    assert.deepEqual(await openTraining(file, 1), run);
    await assert.rejects(openTraining(file, 2), /begun with --seed 1/);
  });
});

describe("what is minimized", () => {
  let teacher: Vgg;
  let batch: Batch;
  before(async () => {
    teacher = await randomVgg({ seed: 2, width: 1 });
    batch = tf.tidy(() => tf.sigmoid(tf.randomNormal<tf.Rank.R4>([3, 32, 32, 3], 0, 1, "float32", 8)) as Batch);
  });
  after(() => { teacher.dispose(); batch.dispose(); });

  it("is what plain responses and maps give: ‖S W − T‖² / ‖T‖² and the same of Gram matrices", async () => {
    const tensors = asTensors(numbersOf(9, parameterCount));
    await leaksNothing(() => tf.tidy(() => {
      const goals = scaled(responses(batch, teacher.filters, "average", "caffe"), Float32Array.from(comparedLayers, () => 2));
      const { layers } = disagreement(tensors, batch, goals, "average");
      const own = responses(batch, filtersOf(tensors), "average", "torchvision").get("relu2_1")!;
      const goal = goals.get("relu2_1")!;
      const mapped = tf.matMul(tf.reshape(own, [-1, own.shape[3]]), mapOf(tensors, "relu2_1"));
      const apart = (x: tf.Tensor, y: tf.Tensor): number => tf.div(tf.sum(tf.square(tf.sub(x, y))), tf.sum(tf.square(y))).dataSync()[0];
      const at = comparedLayers.indexOf("relu2_1");
      assertClose(layers.dataSync()[at], apart(mapped, tf.reshape(goal, mapped.shape)), 1e-4, "features");
      const gramsApart = [0, 1, 2].map((i) => {
        const places = mapped.shape[0] / 3;
        const gram = (x: tf.Tensor2D): tf.Tensor => tf.matMul(tf.slice(x, [i * places, 0], [places, -1]), tf.slice(x, [i * places, 0], [places, -1]), true);
        return apart(gram(mapped as tf.Tensor2D), gram(tf.reshape(goal, mapped.shape as [number, number])));
      });
      assertClose(layers.dataSync()[comparedLayers.length + 1], (gramsApart[0] + gramsApart[1] + gramsApart[2]) / 3, 1e-4, "Gram matrices");
    }));
    tf.dispose(tensors);
  });

  it("is smaller for a pruned teacher than for chance, at every layer, and the next layer's filters stand on the guess", () => {
    tf.tidy(() => {
      const seen = responses(batch, teacher.filters, "average", "caffe");
      const scales = scalesOf(seen);
      const pruned = prunedParameters(teacher, batch, scales);
      const errors = (parameters: Float32Array): number[] => {
        const tensors = asTensors(parameters);
        return [...disagreement(tensors, batch, scaled(seen, scales), "average").layers.dataSync()];
      };
      const [good, bad] = [errors(pruned), errors(numbersOf(10, parameterCount))];
      comparedLayers.forEach((layer, at) => assert.ok(good[at] < bad[at], `${layer}: ${good[at]}, by chance ${bad[at]}`));
      assert.ok(good[0] < 0.3, `relu1_1: ${good[0]}`);
    });
  });

  it("sees through the same network as the library does", () => {
    const mini = miniFrom(numbersOf(11, parameterCount), "average");
    tf.tidy(() => {
      const seen = responses(batch, mini.filters, "average", "torchvision");
      const image = tf.squeeze(tf.slice(batch, [1, 0, 0, 0], [1, -1, -1, -1]), [0]) as Image;
      const alone = mini.features(image, ["relu3_4", "relu5_1"]);
      for (const layer of ["relu3_4", "relu5_1"])
        assertClose(tf.squeeze(tf.slice(seen.get(layer)!, [1, 0, 0, 0], [1, -1, -1, -1]), [0]), alone(layer), 1e-5, layer);
      assert.equal(mini.layers.at(-1), "relu5_1");
    });
    mini.dispose();
  });
});
