// Training a tiny network: parameters in one array, a step, the loop, checkpoints that resume to the byte.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { Layer } from "../../src/networks/architectures/architecture";
import { convolution, relu } from "../../src/networks/architectures/operation";
import { forward } from "../../src/networks/forward";
import { preprocessings } from "../../src/networks/preprocess";
import { adam } from "../../src/optimizers/adam";
import { gradientDescent } from "../../src/optimizers/gradientDescent";
import { engine } from "../../src/platform/engine/engine";
import { lossCurves } from "../../src/plots/lossCurves";
import { loadCheckpoint, saveCheckpoint, type Checkpoint } from "../../src/training/checkpoint";
import { constantRate, warmupCosine } from "../../src/training/learningRate";
import {
  layerParameters, networkShapes, packParameters, parameterCount, parameterSlots, parameterTensors,
} from "../../src/training/parameterSlots";
import { train, type BatchRequest, type TrainingProgress, type TrainOptions } from "../../src/training/train";
import { trainingStep } from "../../src/training/trainingStep";
import { assertClose, leaksNothing } from "../compare";

const folder = mkdtempSync(path.join(tmpdir(), "training-test-"));
after(() => rmSync(folder, { recursive: true }));

/** Two convolutions, which are to give what a filter that finds edges gives. */
const layers: readonly Layer[] = [
  { name: "conv1", operation: convolution(6, 3) }, { name: "relu1", operation: relu }, { name: "conv2", operation: convolution(1, 1) },
];
const slots = parameterSlots(networkShapes(layers));
const numbersOf = (seed: number, count: number, deviation: number): Float32Array =>
  tf.tidy(() => tf.randomNormal([count], 0, deviation, "float32", seed).dataSync() as Float32Array);

const edges = (batch: tf.Tensor4D): tf.Tensor4D => tf.tidy(() =>
  tf.abs(tf.conv2d(batch, tf.tensor4d([-1, 0, 1].flatMap((edge) => Array<number>(3).fill(edge)).concat(Array(18).fill(0)), [3, 3, 3, 1]), 1, "same")));

function loss(parameters: ReadonlyMap<string, tf.Tensor>, { images, target }: { images: tf.Tensor4D; target: tf.Tensor4D }) {
  const filters = layerParameters(parameters);
  const pass = { name: "tiny", layers, preprocessing: preprocessings.torchvision, parametersOf: (layer: string) => filters.get(layer) };
  const error = tf.sub(forward(pass, images, ["conv2"]).get("conv2")!, target);
  const bias = tf.mul(tf.mean(tf.square(parameters.get("conv1.bias")!)), 1e-3);
  const squared = tf.mean(tf.square(error));
  return { loss: tf.add(squared, bias) as tf.Scalar, metrics: { error: squared as tf.Scalar, bias: bias as tf.Scalar } };
}

function batch({ seed }: BatchRequest): { images: tf.Tensor4D; target: tf.Tensor4D } {
  const images = tf.randomUniform<tf.Rank.R4>([4, 12, 12, 3], 0, 1, "float32", seed);
  return { images, target: edges(images) };
}

let options: TrainOptions<ReturnType<typeof batch>>;
before(async () => {
  await engine();
  const start = numbersOf(3, parameterCount(slots), 0.2);
  options = {
    slots, start, batch, loss, optimizer: (rate) => adam({ rate, clip: false }), learningRate: warmupCosine({ peak: 0.05, steps: 30, warmup: 3, start: 0.1 }),
    steps: 30, seed: 5, constants: { scales: Float32Array.of(1, 2.5) },
  };
});

async function all(training: AsyncIterable<TrainingProgress>): Promise<TrainingProgress[]> {
  const steps: TrainingProgress[] = [];
  for await (const step of training) steps.push(step);
  return steps;
}

const withoutTime = ({ seconds: _, history, pending, ...rest }: Checkpoint): unknown =>
  ({ ...rest, history: history.map(({ seconds: _, ...row }) => row), pending: pending.map(({ seconds: _, ...row }) => row) });

describe("the parameters of a network", () => {
  it("are slots of one array, in order, by layer and name", () => {
    assert.deepEqual(slots.map(({ name, shape, offset }) => [name, shape, offset]), [
      ["conv1.kernel", [3, 3, 3, 6], 0], ["conv1.bias", [6], 162], ["conv2.kernel", [1, 1, 6, 1], 168], ["conv2.bias", [1], 174],
    ]);
    assert.equal(parameterCount(slots), 175);
  });

  it("come back from their tensors as they went in", () => leaksNothing(() => {
    const parameters = numbersOf(1, 175, 1);
    const tensors = parameterTensors(slots, parameters);
    const values = new Map([...tensors].map(([name, tensor]) => [name, tensor.dataSync()]));
    assert.deepEqual(packParameters(slots, values), parameters);
    assert.deepEqual([...layerParameters(tensors).keys()], ["conv1", "conv2"]);
    assert.equal((layerParameters(tensors).get("conv1") as { bias: tf.Tensor }).bias, tensors.get("conv1.bias"));
    tf.dispose([...tensors.values()]);
  }));

  it("are refused where one is missing or has another size", () => {
    const values = new Map(slots.map(({ name, size }) => [name, new Float32Array(size)]));
    assert.throws(() => packParameters(slots, new Map([...values].slice(1))), /conv1\.kernel has 162 numbers, got none/);
    assert.throws(() => packParameters(slots, values.set("conv2.bias", new Float32Array(2))), /conv2\.bias has 1 numbers, got 2/);
  });
});

describe("a step of training", () => {
  it("of gradient descent moves along the gradient that small differences show", async () => {
    const fixed = batch({ step: 0, seed: 4, parameters: options.start });
    const rate = 1e-3;
    const state = { step: 0, parameters: options.start, optimizer: gradientDescent().init(options.start) };
    await leaksNothing(async () => {
      const update = await trainingStep(slots, (parameters) => loss(parameters, fixed), gradientDescent({ rate, clip: false }), state);
      assert.equal(update.state.step, 1);
      assertClose(update.loss, update.metrics.error + update.metrics.bias, 1e-6);
      const gradient = options.start.map((x, i) => (x - update.state.parameters[i]) / rate);
      const value = (parameters: Float32Array): number =>
        tf.tidy(() => loss(parameterTensors(slots, parameters), fixed).loss.dataSync()[0]);
      const chance = numbersOf(8, 175, 1);
      const [length, other] = [gradient, chance].map((x) => Math.hypot(...x));
      const direction = gradient.map((g, i) => g / length + chance[i] / other);
      const h = 3e-3;
      const moved = (t: number): number => value(options.start.map((x, i) => x + t * direction[i]));
      assertClose((moved(h) - moved(-h)) / (2 * h), gradient.reduce((sum, g, i) => sum + g * direction[i], 0), 1e-2);
    });
    tf.dispose(fixed);
  });

  it("whose loss is not finite is an error, and leaves nothing behind", () => leaksNothing(() => assert.rejects(
    all(train({ ...options, loss: (parameters, batch) => ({ loss: tf.div(loss(parameters, batch).loss, 0) as tf.Scalar }) })),
    /the loss is (Infinity|NaN) at step 0 of the training: lower the learning rate/)));
});

describe("a training", () => {
  it("teaches two convolutions to find edges: the loss falls, and nothing is left behind", () => leaksNothing(async () => {
    const steps = await all(train(options));
    assert.deepEqual(steps.map(({ index }) => index), Array.from({ length: 30 }, (_, i) => i + 1));
    const mean = (part: typeof steps): number => part.reduce((sum, step) => sum + step.parts.error, 0) / part.length;
    assert.ok(mean(steps.slice(25)) < 0.5 * mean(steps.slice(0, 5)), `${mean(steps.slice(0, 5))} → ${mean(steps.slice(25))}`);
    assert.equal(lossCurves(steps.at(-1)!.history).data.length, 3, "loss, error and bias");
  }));

  it("saved at step 15 and resumed has the same bytes as one that never stopped, in a loop that stops by break too", () => leaksNothing(async () => {
    const file = path.join(folder, "training.safetensors");
    const whole = (await all(train({ ...options, logEvery: 4 }))).at(-1)!.checkpoint();
    for await (const step of train({ ...options, logEvery: 4 })) {
      if (step.index < 15) continue;
      await saveCheckpoint(step.checkpoint(), file);
      break;
    }
    const resume = await loadCheckpoint(file);
    assert.equal(resume!.state.step, 15);
    assert.deepEqual(resume!.constants, options.constants);
    const steps = await all(train({ ...options, constants: {}, logEvery: 4, resume }));
    assert.deepEqual([steps[0].index, steps.length], [16, 15]);
    assert.deepEqual(withoutTime(steps.at(-1)!.checkpoint()), withoutTime(whole));
    assert.deepEqual(whole.history.map(({ index }) => index), [4, 8, 12, 16, 20, 24, 28]);
    assert.ok(steps[0].seconds > resume!.seconds, "its time goes on");
  }));

  it("comes back from its file as it was; where there is none, there is none", async () => {
    const file = path.join(folder, "same.safetensors");
    assert.equal(await loadCheckpoint(file), undefined);
    const [step] = await all(train({ ...options, steps: 1 }));
    await saveCheckpoint(step.checkpoint(), file);
    assert.deepEqual(await loadCheckpoint(file), step.checkpoint());
  });

  it("is not resumed with another seed, optimizer or parameters, or from a file that is not a checkpoint", async () => {
    const [step] = await all(train({ ...options, steps: 1 }));
    const resume = step.checkpoint();
    const refused = (other: Partial<typeof options>, message: RegExp): Promise<void> =>
      assert.rejects(all(train({ ...options, ...other, resume })), message);
    await refused({ seed: 6 }, /was begun with seed 5, got seed 6/);
    await refused({ optimizer: (rate) => gradientDescent({ rate, clip: false }) }, /another optimizer or other parameters, adam: conv1\.kernel/);
    await refused({ slots: slots.slice(1) }, /another optimizer or other parameters/);
    const file = path.join(folder, "cut.safetensors");
    await saveCheckpoint(resume, file);
    writeFileSync(file, readFileSync(file).subarray(0, 900));
    await assert.rejects(loadCheckpoint(file), /not a checkpoint, or it was cut short/);
  });

  it("takes the learning rate of every step, whatever the optimizer's state was begun with", async () => {
    const learningRate = (step: number): number => [1e-3, 1e-5][step];
    const [first, second] = await all(train({ ...options, steps: 2, learningRate, optimizer: (rate) => gradientDescent({ rate, clip: false }) }));
    const length = (from: Float32Array, to: Float32Array): number => Math.hypot(...to.map((x, i) => x - from[i]));
    assert.ok(length(first.parameters, second.parameters) < 0.03 * length(options.start, first.parameters));
  });

  it("asks for every batch with a seed of its own and the parameters as they are", async () => {
    const requests: BatchRequest[] = [];
    const steps = await all(train({ ...options, steps: 3, learningRate: constantRate(0.01), batch: (request) => (requests.push(request), batch(request)) }));
    assert.deepEqual(requests.map(({ step }) => step), [0, 1, 2]);
    assert.equal(new Set(requests.map(({ seed }) => seed)).size, 3);
    assert.equal(requests[2].parameters, steps[1].parameters);
  });
});
