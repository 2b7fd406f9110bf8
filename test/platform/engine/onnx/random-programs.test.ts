import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { registerOnnx } from "../../../../src/platform/engine/onnx/register";
import { randomProgram, type Program } from "./programs";

const count = Number(process.env.STYLOSCOPE_PROGRAMS ?? 300);

/** The loss of a program, and its gradient with respect to each input. */
async function measure(program: Program, backend: string): Promise<{ value: number; gradients: Float32Array[] }> {
  await tf.setBackend(backend);
  return tf.tidy(() => {
    const inputs = program.inputs.map(({ shape, numbers }) => tf.tensor(numbers, [...shape]));
    const { value, grads } = tf.valueAndGrads((...given: tf.Tensor[]) =>
      // All inputs take part, or TensorFlow.js refuses the gradient.
      tf.add(program.loss(...given), tf.mul(0.1, tf.addN(given.map((x) => tf.sum(x))))))(inputs);
    return { value: value.dataSync()[0], gradients: grads.map((x) => x.dataSync() as Float32Array) };
  });
}

/** Equal to 1e-4 of the largest number there, NaN and Inf in the same places. */
function mustAgree(what: string, mine: ArrayLike<number>, reference: ArrayLike<number>): void {
  assert.equal(mine.length, reference.length, `${what}`);
  const finite = Array.from(reference).filter(Number.isFinite);
  const largest = finite.reduce((most, number) => Math.max(most, Math.abs(number)), 1e-6);
  for (let i = 0; i < mine.length; i++)
    assert.ok(Object.is(mine[i], reference[i]) || Math.abs(mine[i] - reference[i]) <= 1e-4 * largest,
      `${what}[${i}] is ${mine[i]}, on cpu ${reference[i]}`);
}

describe("random programs have the same value and gradients on onnx as on cpu", () => {
  before(() => registerOnnx("onnx"));

  const group = 50;
  for (let from = 0; from < count; from += group)
    it(`seeds ${from} to ${Math.min(count, from + group) - 1}`, async () => {
      const wrong: string[] = [];
      for (let seed = from; seed < Math.min(count, from + group); seed++) {
        const program = randomProgram(seed);
        try {
          const reference = await measure(program, "cpu");
          const mine = await measure(program, "onnx");
          mustAgree("the loss", [mine.value], [reference.value]);
          mine.gradients.forEach((gradient, at) => mustAgree(`the gradient of v${at}`, gradient, reference.gradients[at]));
        } catch (error) {
          wrong.push(`seed ${seed}: ${(error as Error).message}\n${program.text}`);
        }
      }
      assert.equal(wrong.length, 0, wrong.join("\n\n"));
    });

  it("and the programs say something: most have a finite loss and a slope that is not all the 0.1 of every input", async () => {
    let telling = 0;
    for (let seed = 0; seed < 50; seed++) {
      const { value, gradients } = await measure(randomProgram(seed), "cpu");
      if (Number.isFinite(value) && gradients.some((gradient) => gradient.some((slope) => Math.abs(slope - 0.1) > 1e-3))) telling++;
    }
    assert.ok(telling >= 35, `only ${telling} of 50`);
  });
});
