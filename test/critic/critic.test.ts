// A critic by itself: the two forms, their gradients, what it can tell apart and what not.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { criticForms, type CriticFormName } from "../../src/critic/criticForms";
import { criticState, criticStep, normalizedParameters } from "../../src/critic/criticStep";
import { onlineCritic } from "../../src/critic/onlineCritic";
import { criticScores, patchCritic, type CriticLayer } from "../../src/critic/patchCritic";
import { noise, type Image } from "../../src/image";
import { powerIteration } from "../../src/math/powerIteration";
import { gradientDescent } from "../../src/optimizers/gradientDescent";
import { engine } from "../../src/platform/engine/engine";
import { sample } from "../../src/platform/files/sample";
import { parameterTensors } from "../../src/training/parameterSlots";
import { assertClose, drawn, leaksNothing, numbers, slopes } from "../compare";

before(() => engine());

const forms = Object.keys(criticForms) as CriticFormName[];
/** Two convolutions with patches of 7×7 positions. */
const layers: readonly CriticLayer[] = [{ channels: 6, size: 3, stride: 2 }, { channels: 1, size: 3, stride: 1 }];
const [painting, image] = [() => drawn([11, 13, 3], 3), () => drawn([9, 12, 3], 4)];

describe("the forms of a critic", () => {
  it("are those of the papers, by hand", () => tf.tidy(() => {
    const [real, fake] = [tf.tensor1d([2, 0.5, -1]), tf.tensor1d([0.5, -3])];
    const { hinge, leastSquares } = criticForms;
    assertClose(hinge.critic(real, fake), (0 + 0.5 + 2) / 3 + 1.5 / 2, 1e-6);
    assertClose(hinge.image(fake), (0.5 + 4) / 2, 1e-6);
    assertClose(leastSquares.critic(real, fake), (1 + 0.25 + 4) / 3 + (0.25 + 9) / 2, 1e-6);
    assertClose(leastSquares.image(fake), (0.25 + 16) / 2, 1e-6);
  }));

  it("ask nothing where a critic is sure of the right, and of the image nothing where it is sure of the painting", () => tf.tidy(() => {
    const zero = (x: tf.Scalar): void => assert.equal(x.dataSync()[0], 0);
    zero(criticForms.hinge.critic(tf.tensor1d([1, 4]), tf.tensor1d([-1, -2])));
    zero(criticForms.hinge.image(tf.tensor1d([1, 3])));
    zero(criticForms.leastSquares.critic(tf.tensor1d([1, 1]), tf.tensor1d([0])));
    zero(criticForms.leastSquares.image(tf.tensor1d([1, 1])));
  }));
});

for (const form of forms)
  describe(`a critic with ${form}`, () => {
    it("has the gradient in the image that differences show", async () => {
      const critic = onlineCritic(painting(), { form, layers, seed: 2 });
      const x = image();
      const { difference, gradient } = slopes((moved) => critic.loss.distance(moved), x, 3e-3);
      assertClose(gradient, difference, 1e-3);
      critic.dispose();
    });

    it("learns along the gradient that differences of its loss show, through spectral normalization", async () => {
      const critic = patchCritic(3, layers);
      const [real, fake] = [painting(), image()];
      const rate = 1e-3;
      const optimizer = gradientDescent({ rate, clip: false });
      const begin = criticState(critic, optimizer, 5);
      const kernels = critic.slots.filter(({ name }) => name.endsWith("kernel"));
      const settled = (parameters: Float32Array): Float32Array[] => kernels.map(({ offset, size }, i) =>
        powerIteration(parameters.subarray(offset, offset + size), begin.u[i], 300).u);
      const { state } = await criticStep(critic, criticForms[form], optimizer, { ...begin, u: settled(begin.parameters) }, real, fake);
      const gradient = begin.parameters.map((x, i) => (x - state.parameters[i]) / rate);
      const value = (parameters: Float32Array): number => tf.tidy(() => {
        const normalized = parameterTensors(critic.slots, normalizedParameters(critic, { parameters, u: settled(parameters) }));
        return criticForms[form].critic(criticScores(critic, normalized, real), criticScores(critic, normalized, fake)).dataSync()[0];
      });
      const length = Math.hypot(...gradient);
      const direction = gradient.map((g, i) => g / length + Math.sin(7 * i) / Math.sqrt(gradient.length));
      const h = 3e-3;
      const at = (t: number): number => value(begin.parameters.map((x, i) => x + t * direction[i]));
      // 1e-2: differences of parameters as float32, and kinks of the rectifiers that a step may cross.
      assertClose((at(h) - at(-h)) / (2 * h), gradient.reduce((sum, g, i) => sum + g * direction[i], 0), 1e-2);
      tf.dispose([real, fake]);
    });

    it("tells a painting from noise, also patches that it has not learned from, and leaves nothing behind", () => leaksNothing(async () => {
      const whole = await sample("mosaic", { cover: [64, 128] });
      const [learned, unseen] = tf.split(whole, 2, 1) as Image[];
      const [first, second] = [noise([64, 64], { seed: 1 }), noise([64, 64], { seed: 2 })];
      const critic = onlineCritic(learned, { form, layers, rate: 0.01 });
      const { accuracy } = await critic.learn(first, 60);
      assert.ok(accuracy > 0.95, `${accuracy}`);
      assert.ok(told(critic.scores(unseen), critic.scores(second), form) > 0.9);
      critic.dispose();
      tf.dispose([whole, learned, unseen, first, second]);
    }));

    it("does not tell two drawings of the same noise apart", async () => {
      const images = [1, 2, 3, 4].map((seed) => noise([64, 64], { seed }));
      const critic = onlineCritic(images[0], { form, layers, rate: 0.01 });
      await critic.learn(images[1], 60);
      const unseen = told(critic.scores(images[2]), critic.scores(images[3]), form);
      assert.ok(Math.abs(unseen - 0.5) < 0.05, `${unseen}`);
      critic.dispose();
      tf.dispose(images);
    });
  });

/** The part of scores on the right side of the form's threshold. Disposes them. */
function told(real: tf.Tensor, fake: tf.Tensor, form: CriticFormName): number {
  const { threshold } = criticForms[form];
  const part = (scores: tf.Tensor, isRight: (score: number) => boolean): number => numbers(scores).filter(isRight).length / scores.size;
  const result = (part(real, (score) => score > threshold) + part(fake, (score) => score <= threshold)) / 2;
  tf.dispose([real, fake]);
  return result;
}

describe("a critic", () => {
  it("gives each patch a score: 7×7 positions with a stride of 2 in 13×17, and each score sees its patch only", () => tf.tidy(() => {
    const critic = onlineCritic(drawn([13, 17, 3], 1), { layers });
    const x = drawn([13, 17, 3], 2);
    const scores = critic.scores(x);
    assert.deepEqual(scores.shape, [4, 6]);
    const inside = tf.pad(tf.slice(x, [4, 6, 0], [7, 7, 3]) as tf.Tensor3D, [[4, 2], [6, 4], [0, 0]]) as tf.Tensor3D;
    assertClose(critic.scores(inside).arraySync()[2][3], scores.arraySync()[2][3], 1e-5);
    assert.notEqual(critic.scores(inside).arraySync()[0][0], scores.arraySync()[0][0]);
    critic.dispose();
  }));

  it("has kernels whose largest singular value is 1, when its power iteration has settled", async () => {
    const critic = patchCritic(3, layers);
    const { parameters, u } = criticState(critic, gradientDescent(), 1);
    const kernels = critic.slots.filter(({ name }) => name.endsWith("kernel"));
    const settled = kernels.map(({ offset, size }, i) => powerIteration(parameters.subarray(offset, offset + size), u[i], 200).u);
    const normalized = normalizedParameters(critic, { parameters, u: settled });
    for (const [i, { offset, size }] of kernels.entries())
      assertClose(powerIteration(normalized.subarray(offset, offset + size), u[i], 200).sigma, 1, 1e-5);
  });

  it("is the same for the same seed, and another for another", async () => {
    const [real, fake] = [painting(), image()];
    const learned = async (seed: number): Promise<number[]> => {
      const critic = onlineCritic(real, { layers, seed });
      await critic.learn(fake, 5);
      const scores = critic.scores(fake);
      const values = numbers(scores);
      scores.dispose();
      critic.dispose();
      return values;
    };
    assert.deepEqual(await learned(3), await learned(3));
    assert.notDeepEqual(await learned(3), await learned(4));
    tf.dispose([real, fake]);
  });

  it("says what is wrong with a form and with images that are smaller than a patch", async () => {
    const [real, small] = [painting(), drawn([6, 20, 3])];
    assert.throws(() => onlineCritic(real, { form: "hing" as CriticFormName }), /no form hing in a critic; did you mean hinge\?/);
    assert.throws(() => onlineCritic(small, { layers }), /patches of 7×7 positions, but the painting has 6×20.*a larger image/);
    assert.throws(() => onlineCritic(real, { rate: 0 }), /rate/);
    await leaksNothing(async () => {
      const critic = onlineCritic(real, { layers });
      await assert.rejects(critic.learn(small, 1), /but the image has 6×20/);
      critic.dispose();
    });
    tf.dispose([real, small]);
  });
});
