// Which sessions the onnx backend keeps when its cache is small. One operation on n numbers counts as n bytes.
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { OnnxBackend } from "../../../../src/platform/engine/onnx/backend";
import { registerOnnx } from "../../../../src/platform/engine/onnx/register";

const cacheBytes = 1_000_000;

/** A graph of `bytes`, run `times` times. */
function run(bytes: number, times = 1): void {
  for (let time = 0; time < times; time++) tf.tidy(() => void tf.exp(tf.tensor1d(new Float32Array(bytes))).dataSync());
}

/** How many sessions `body` creates. */
function createdBy(body: () => void): number {
  const { sessions } = tf.backend() as OnnxBackend;
  const { created } = sessions.memory();
  body();
  return sessions.memory().created - created;
}

describe("a session", () => {
  let backends = 0;
  beforeEach(async () => {
    const name = `onnx-small-${backends++}`;
    registerOnnx(name, { maxBytes: cacheBytes, maxSessions: 6 });
    await tf.setBackend(name);
  });

  it("larger than the cache stays while small ones run around it, from its first run on", () => {
    assert.equal(createdBy(() => run(3 * cacheBytes)), 1);
    for (let step = 0; step < 5; step++) {
      run(10);
      run(20);
      assert.equal(createdBy(() => run(3 * cacheBytes)), 0);
    }
  });

  it("that ran twice stays until those used after it fill the cache", () => {
    run(400_000, 2);
    run(600_000, 2);
    run(500_000, 2);
    assert.equal(createdBy(() => { run(600_000); run(500_000); }), 0);
    assert.equal(createdBy(() => run(400_000)), 1);
  });

  it("that ran once is closed when those used after it fill a quarter of the cache", () => {
    run(600_000);
    run(200_000);
    assert.equal(createdBy(() => run(600_000)), 0); // it has now run twice
    run(300_000);
    run(260_000);
    run(10);
    assert.equal(createdBy(() => run(600_000)), 0);
    assert.equal(createdBy(() => run(300_000)), 1);
  });

  it("is closed when it is the least recently used of too many, however small", () => {
    for (let size = 1; size <= 7; size++) run(size, 2);
    assert.equal((tf.backend() as OnnxBackend).sessions.memory().sessions, 6);
    assert.equal(createdBy(() => run(2)), 0);
    assert.equal(createdBy(() => run(1)), 1);
  });
});
