import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { relaxedEmd } from "../../src/losses/relaxedEmd";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, distanceOf, drawn, numbers, slopeOf } from "../compare";

const rowsOf = (x: tf.Tensor3D): number[][] => {
  const v = numbers(x);
  return Array.from({ length: v.length / x.shape[2] }, (_, p) => v.slice(p * x.shape[2], (p + 1) * x.shape[2]));
};
const dot = (p: number[], q: number[]): number => p.reduce((sum, v, i) => sum + v * q[i], 0);
const mean = (values: number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Kolkin et al., eq. 6, with 1 − cos as it stands: plain loops in float64. */
function byLoops(seen: tf.Tensor3D, target: tf.Tensor3D): [number, number] {
  const [a, b] = [rowsOf(seen), rowsOf(target)];
  const d = a.map((p) => b.map((q) => 1 - dot(p, q) / Math.sqrt(dot(p, p) * dot(q, q))));
  return [mean(d.map((row) => Math.min(...row))), mean(b.map((_, j) => Math.min(...d.map((row) => row[j]))))];
}

const distance = (seen: tf.Tensor3D, target: tf.Tensor3D, options = {}): number => distanceOf(relaxedEmd(options), seen, target);
const slope = (seen: tf.Tensor3D, target: tf.Tensor3D): number[] => slopeOf(relaxedEmd(), seen, target);

describe("the relaxed earth mover's distance", () => {
  before(() => engine());

  it("is what plain loops compute from cosines, whichever side is larger", () => tf.tidy(() => {
    const [few, many] = [drawn([2, 2, 6], 1), drawn([6, 7, 6], 2)];
    const [there, back] = byLoops(few, many);
    assert.ok(back > 1.2 * there); // so in this order the second mean counts, and in the other the first
    // What ε changes: cosines by ε²/‖F‖², about 1e-4.
    assertClose(distance(few, many), back, 1e-3);
    assertClose(distance(many, few), back, 1e-3);
  }));

  it("is 0 for a permuted image, and for one in another strength nearly so", () => tf.tidy(() => {
    const target = drawn([6, 6, 3], 2);
    const order = tf.tensor1d([...Array(36).keys()].map((p) => (p * 5 + 7) % 36), "int32");
    const permuted = distance(tf.reshape(tf.gather(tf.reshape(target, [36, 3]), order), [6, 6, 3]), target);
    const rounding = tf.getBackend() === "tensorflow" ? 1e-14 : 0; // it rounds a root by where it stands: the last bit, squared
    assert.ok(permuted <= rounding, `${permuted}`);
    assert.ok(distance(tf.mul(target, 3), target) < 1e-3);
  }));

  it("sees what is missing: half of the target has no more than its own responses, and is not 0", () => tf.tidy(() => {
    const target = drawn([6, 6, 5], 2);
    assert.ok(distance(tf.slice(target, [0, 0, 0], [3, 6, 5]), target) > 0.05);
  }));

  it("looks at some positions of a large target: the same for one seed, others for another", () => tf.tidy(() => {
    const [seen, target] = [drawn([4, 5, 6], 1), drawn([9, 9, 6], 2)];
    const at = (seed: number): number => distance(seen, target, { samples: 20, seed });
    assert.equal(at(3), at(3));
    assert.notEqual(at(3), at(4));
    assert.ok(distance(target, target, { samples: 20 }) > 0);
    assert.ok(distance(target, target, { samples: 81 }) < 1e-12);
    assert.deepEqual(relaxedEmd({ samples: 20 }).prepare(target)[0].shape, [1, 20, 6]);
    const units = new Set(rowsOf(relaxedEmd({ samples: 1000 }).prepare(target)[0]).map(String));
    assert.equal(units.size, 81, "every position once");
  }));

  it("has finite values and slopes for zeros, for a constant, and for one channel", () => tf.tidy(() => {
    const cases: [tf.Tensor3D, tf.Tensor3D][] = [
      [tf.zeros([4, 5, 2]), drawn([4, 5, 2])], [drawn([4, 5, 2]), tf.zeros([4, 5, 2])], [tf.zeros([4, 5, 2]), tf.zeros([4, 5, 2])],
      [tf.fill([4, 5, 2], 3), tf.fill([5, 4, 2], 3)], [drawn([4, 5, 1], 1), drawn([5, 4, 1], 2)],
    ];
    for (const [seen, target] of cases) assert.ok([distance(seen, target), ...slope(seen, target)].every(Number.isFinite));
    assert.equal(distance(...cases[2]), 0);
    // Nothing is half as far from a unit vector as a right angle; ε makes unit vectors a little shorter.
    const squares = rowsOf(drawn([4, 5, 2])).map((row) => dot(row, row));
    assertClose(distance(...cases[0]), 0.5 * mean(squares.map((square) => square / (square + 1e-4 * mean(squares)))), 1e-5);
    assert.ok(Math.max(...slope(tf.zeros([4, 5, 2]), drawn([4, 5, 2])).map(Math.abs)) < 10); // no slope explodes where nothing responds
  }));

  it("refuses a number of samples that is none", () => {
    assert.throws(() => relaxedEmd({ samples: 0 }), /whole number of at least 1; got 0/);
  });
});
