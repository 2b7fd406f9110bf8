import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { registerOnnx } from "../../../../src/platform/engine/onnx/register";
import { randomProgram, type Program } from "./programs";

const count = Number(process.env.STYLOSCOPE_PROGRAMS ?? 300);

/** A program's loss, and its gradient with respect to each input. */
async function measure(program: Program, backend: string): Promise<{ value: number; gradients: Float32Array[] }> {
  await tf.setBackend(backend);
  return tf.tidy(() => {
    const inputs = program.inputs.map(({ shape, numbers }) => tf.tensor(numbers, [...shape]));
    const { value, grads } = tf.valueAndGrads((...xs: tf.Tensor[]) =>
      // The loss must depend on every input, or TensorFlow.js refuses the gradient.
      tf.add(program.loss(...xs), tf.mul(0.1, tf.addN(xs.map((x) => tf.sum(x))))))(inputs);
    return { value: value.dataSync()[0], gradients: grads.map((x) => x.dataSync() as Float32Array) };
  });
}

/** Equal to 1e-4 of the reference's largest number, NaN and Inf in the same positions. */
function mustAgree(what: string, actual: ArrayLike<number>, reference: ArrayLike<number>): void {
  assert.equal(actual.length, reference.length, `${what}`);
  const finite = Array.from(reference).filter(Number.isFinite);
  const largest = finite.reduce((most, number) => Math.max(most, Math.abs(number)), 1e-6);
  for (let i = 0; i < actual.length; i++)
    assert.ok(Object.is(actual[i], reference[i]) || Math.abs(actual[i] - reference[i]) <= 1e-4 * largest,
      `${what}[${i}] is ${actual[i]}, on cpu ${reference[i]}`);
}

describe("random programs have the same value and gradients on onnx as on cpu", () => {
  before(() => registerOnnx("onnx"));

  const group = 50;
  for (let from = 0; from < count; from += group)
    it(`seeds ${from} to ${Math.min(count, from + group) - 1}`, async () => {
      const failures: string[] = [];
      for (let seed = from; seed < Math.min(count, from + group); seed++) {
        const program = randomProgram(seed);
        try {
          const reference = await measure(program, "cpu");
          const actual = await measure(program, "onnx");
          mustAgree("the loss", [actual.value], [reference.value]);
          actual.gradients.forEach((gradient, i) => mustAgree(`the gradient of v${i}`, gradient, reference.gradients[i]));
        } catch (error) {
          failures.push(`seed ${seed}: ${(error as Error).message}\n${program.text}`);
        }
      }
      assert.equal(failures.length, 0, failures.join("\n\n"));
    });

  it("and the programs are significant: most have a finite loss and a gradient that is more than the 0.1 added for every input", async () => {
    let significant = 0;
    for (let seed = 0; seed < 50; seed++) {
      const { value, gradients } = await measure(randomProgram(seed), "cpu");
      if (Number.isFinite(value) && gradients.some((gradient) => gradient.some((number) => Math.abs(number - 0.1) > 1e-3))) significant++;
    }
    assert.ok(significant >= 35, `only ${significant} of 50`);
  });
});
