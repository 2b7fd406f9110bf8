import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { OnnxBackend } from "../../../../src/platform/engine/onnx/backend";
import { registerOnnx } from "../../../../src/platform/engine/onnx/register";
import { leaksNothing } from "../../../compare";

let backend: OnnxBackend;

before(async () => {
  registerOnnx("onnx");
  await tf.setBackend("onnx");
  backend = tf.backend() as OnnxBackend;
});
after(() => backend.dispose());

/** `body` fails with `message`; afterwards nothing has leaked (other sessions may have been evicted), and the backend still works. */
async function fails(body: () => unknown, message: RegExp): Promise<void> {
  tf.tidy(() => tf.cosh(tf.ones([3])).dataSync());
  const [ids, { sessions, bytes }] = [backend.numDataIds(), backend.sessions.memory()];
  await leaksNothing(() => assert.throws(() => tf.tidy(() => void body()), message));
  assert.equal(backend.numDataIds(), ids);
  const memory = backend.sessions.memory();
  assert.ok(memory.sessions <= sessions && memory.bytes <= bytes, `${memory.sessions} sessions, ${memory.bytes} bytes`);
  assert.equal(tf.tidy(() => tf.cosh(tf.zeros([3])).dataSync()[0]), 1);
}

describe("the onnx backend stays usable, and leaks nothing, after", () => {
  const large = (): tf.Tensor => tf.exp(tf.add(tf.zeros([1e6, 1]), tf.zeros([1, 1e6]))); // 4 TB

  it("a result for which there is no memory: it names the operation and the shape", () =>
    fails(() => large().dataSync(), /no memory for the result of Add \[1000000,1\] \[1,1000000\]: .*\[1000000,1000000\]/));

  it("an intermediate result for which there is no memory: so does this", () =>
    fails(() => tf.tidy(() => tf.sum(large())).dataSync(), /could not compute Add \[1000000,1\] \[1,1000000\]: .*allocate memory/));

  it("shapes that do not match", () =>
    fails(() => tf.matMul(tf.ones([2, 3]), tf.ones([4, 5])), /inner/i));

  it("a graph of nine thousand operations, all of them live", () => leaksNothing(() => tf.tidy(() => {
    let x: tf.Tensor = tf.tensor1d([0, 0]);
    for (let i = 0; i < 4500; i++) x = tf.add(tf.mul(x, 0.5), 1);
    assert.deepEqual([...x.dataSync()], [2, 2]);
  })));
});
