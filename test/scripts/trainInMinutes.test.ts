import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { startFrom, trainInMinutes } from "../../scripts/trainInMinutes";
import { readSafetensors } from "../../src/platform/files/safetensors";
import { loadCheckpoint } from "../../src/training/checkpoint";
import { constantRate } from "../../src/training/learningRate";
import { parameterSlots } from "../../src/training/parameterSlots";

const folder = mkdtempSync(path.join(tmpdir(), "styloscope-minutes-"));
after(() => rmSync(folder, { recursive: true }));
const slots = parameterSlots([["a.kernel", [1, 1, 2, 3]], ["a.bias", [3]]]);

it("a training of some minutes goes on where it ended, and leaves weights, log and checkpoint", async () => {
  const asked: number[] = [];
  const run = async (minutes: number): Promise<number> => {
    await trainInMinutes({
      slots, name: "two", folder, seed: 1, minutes, start: await startFrom(undefined, slots, 1), batch: ({ step }) => (asked.push(step), {}), learningRate: constantRate(0.1),
      loss: (parameters) => {
        const squares = tf.addN([...parameters.values()].map((x) => tf.sum(tf.square(tf.sub(x, 2))))) as tf.Scalar;
        return { loss: squares, metrics: { squares: tf.clone(squares) } };
      },
      metadata: { made: "here" },
    });
    return (await loadCheckpoint(path.join(folder, "checkpoint.safetensors")))!.state.step;
  };
  const first = await run(0.01);
  const second = await run(0.02);
  assert.ok(second > first && first > 0, `${first} and ${second} steps`);
  assert.deepEqual(asked, Array.from({ length: second }, (_, step) => step), "each step was asked for once");
  assert.equal(await run(0.02), second, "the minutes were over");
  const { tensors, metadata } = await readSafetensors(path.join(folder, "two.safetensors"));
  assert.equal(metadata.made, "here");
  const parameters = (await loadCheckpoint(path.join(folder, "checkpoint.safetensors")))!.state.parameters;
  tensors.get("a.kernel")!.data.forEach((value, i) => assert.ok(Math.abs(value - parameters[i]) < 2e-3, "weights are the checkpoint's, in half precision"));
  assert.match(readFileSync(path.join(folder, "two.log.csv"), "utf8"), /^step,minutes,squares\n/);
});

it("a training begins with the tensors of a file where name and shape are the same", async () => {
  const file = path.join(folder, "two.safetensors");
  const { tensors } = await readSafetensors(file);
  const wider = parameterSlots([["a.kernel", [1, 1, 2, 3]], ["a.bias", [3]], ["b.kernel", [3, 3, 4, 5]], ["b.bias", [5]]]);
  const start = await startFrom(file, wider, 1, { gray: "b" });
  assert.deepEqual([...start.subarray(0, 6)], [...tensors.get("a.kernel")!.data]);
  const [kernel, bias] = [start.subarray(9, 9 + 180), start.subarray(-5)];
  const deviation = Math.sqrt(kernel.reduce((sum, value) => sum + value ** 2, 0) / 180);
  assert.ok(Math.abs(deviation / (0.1 * Math.sqrt(2 / 36)) - 1) < 0.2, `${deviation}`);
  assert.deepEqual([...bias], [0.5, 0.5, 0.5, 0.5, 0.5]);
});
