// The bytes of points and states, of which runs are saved and resumed: a faster optimizer must not change them.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { adam } from "../../src/optimizers/adam";
import { gradientDescent } from "../../src/optimizers/gradientDescent";
import { lbfgs } from "../../src/optimizers/lbfgs";
import type { Evaluation, Optimizer } from "../../src/optimizers/optimizer";

/** A curved valley of sums and products alone, which every processor rounds alike. */
function valley(x: Float32Array): Evaluation {
  let value = 0;
  const gradient = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const [scale, offset, next] = [1 + (i % 7), x[i] - ((i * 13) % 17) / 17, (i + 1) % x.length];
    const bend = x[next] - x[i] * x[i];
    value += scale * offset * offset + 3 * bend * bend;
    gradient[i] += 2 * scale * offset - 12 * x[i] * bend;
    gradient[next] += 6 * bend;
  }
  return { value, gradient: Float32Array.from(gradient) };
}

/** A hash of the points and states of `steps` steps in `size` dimensions; a step's arguments must stay as they are. */
async function bytesOf(optimizer: Optimizer, size: number, steps: number): Promise<string> {
  const hash = createHash("sha256");
  const add = (data: unknown): void => {
    if (data instanceof Float32Array) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    else if (typeof data === "object" && data !== null) Object.entries(data).forEach(([key, value]) => (hash.update(key), add(value)));
    else hash.update(String(data));
  };
  let x = Float32Array.from({ length: size }, (_, i) => ((i * 37) % 101) / 101);
  let state = optimizer.init(x);
  for (let step = 0; step < steps; step++) {
    const before = structuredClone({ x, state });
    const next = await optimizer.step(valley, x, state);
    assert.deepEqual({ x, state }, before, `${optimizer.name} changed what it was given`);
    add(next);
    ({ x, state } = next);
  }
  return hash.digest("hex").slice(0, 16);
}

// Recorded with version 0.1.0's first loops: one vector operation after the other, sums from the first element to the last.
const recorded: readonly (readonly [name: string, optimizer: Optimizer, bytes: string])[] = [
  ["adam", adam(), "3fbf7b898ce9c8d4"],
  ["adam with other options, unclipped", adam({ rate: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, clip: false }), "b41dd37e875292b3"],
  ["gradientDescent", gradientDescent(), "3a2ac190b3eb2658"],
  ["gradientDescent with momentum", gradientDescent({ rate: 0.003, momentum: 0.9, clip: [0.1, 0.8] }), "cfd07f603710e439"],
  ["lbfgs", lbfgs({ memory: 10 }), "b9e756c4911ea6fc"],
  ["lbfgs with other options", lbfgs({ memory: 3, firstStep: 0.1, c2: 0.5 }), "4f701646eac52a5c"],
];

describe("an optimizer gives the bytes that it always gave", () => {
  for (const [name, optimizer, bytes] of recorded)
    it(name, async () => assert.equal(await bytesOf(optimizer, 1003, 30), bytes));
});
