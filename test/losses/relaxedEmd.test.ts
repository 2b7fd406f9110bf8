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

/** Kolkin et al., eq. 6, with 1 − cos as published: plain loops in float64. */
function byLoops(features: tf.Tensor3D, target: tf.Tensor3D): [number, number] {
  const [a, b] = [rowsOf(features), rowsOf(target)];
  const d = a.map((p) => b.map((q) => 1 - dot(p, q) / Math.sqrt(dot(p, p) * dot(q, q))));
  return [mean(d.map((row) => Math.min(...row))), mean(b.map((_, j) => Math.min(...d.map((row) => row[j]))))];
}

const distance = (features: tf.Tensor3D, target: tf.Tensor3D, options = {}): number => distanceOf(relaxedEmd(options), features, target);
const gradient = (features: tf.Tensor3D, target: tf.Tensor3D): number[] => slopeOf(relaxedEmd(), features, target);

describe("the relaxed earth mover's distance", () => {
  before(() => engine());

  it("is what plain loops compute from cosines, whichever side is larger", () => tf.tidy(() => {
    const [few, many] = [drawn([2, 2, 6], 1), drawn([6, 7, 6], 2)];
    const [forward, backward] = byLoops(few, many);
    assert.ok(backward > 1.2 * forward); // so in this order the second mean counts, and in the other the first
    // What ε changes: cosines by ε²/‖F‖², about 1e-4.
    assertClose(distance(few, many), backward, 1e-3);
    assertClose(distance(many, few), backward, 1e-3);
  }));

  it("is 0 for a permuted image, and nearly 0 for a scaled one", () => tf.tidy(() => {
    const target = drawn([6, 6, 3], 2);
    const order = tf.tensor1d([...Array(36).keys()].map((p) => (p * 5 + 7) % 36), "int32");
    const permuted = distance(tf.reshape(tf.gather(tf.reshape(target, [36, 3]), order), [6, 6, 3]), target);
    const rounding = tf.getBackend() === "tensorflow" ? 1e-14 : 0; // it rounds a root by where it stands: the last bit, squared
    assert.ok(permuted <= rounding, `${permuted}`);
    assert.ok(distance(tf.mul(target, 3), target) < 1e-3);
  }));

  it("measures what is missing: half of the target matches perfectly, and still is not 0", () => tf.tidy(() => {
    const target = drawn([6, 6, 5], 2);
    assert.ok(distance(tf.slice(target, [0, 0, 0], [3, 6, 5]), target) > 0.05);
  }));

  it("samples the positions of a large target: the same for the same seed, others for another seed", () => tf.tidy(() => {
    const [features, target] = [drawn([4, 5, 6], 1), drawn([9, 9, 6], 2)];
    const at = (seed: number): number => distance(features, target, { samples: 20, seed });
    assert.equal(at(3), at(3));
    assert.notEqual(at(3), at(4));
    assert.ok(distance(target, target, { samples: 20 }) > 0);
    assert.ok(distance(target, target, { samples: 81 }) < 1e-12);
    assert.deepEqual(relaxedEmd({ samples: 20 }).prepare(target)[0].shape, [1, 20, 6]);
    const positions = new Set(rowsOf(relaxedEmd({ samples: 1000 }).prepare(target)[0]).map(String));
    assert.equal(positions.size, 81, "every position once");
  }));

  it("has finite values and gradients for zeros, for a constant, and for one channel", () => tf.tidy(() => {
    const cases: [tf.Tensor3D, tf.Tensor3D][] = [
      [tf.zeros([4, 5, 2]), drawn([4, 5, 2])], [drawn([4, 5, 2]), tf.zeros([4, 5, 2])], [tf.zeros([4, 5, 2]), tf.zeros([4, 5, 2])],
      [tf.fill([4, 5, 2], 3), tf.fill([5, 4, 2], 3)], [drawn([4, 5, 1], 1), drawn([5, 4, 1], 2)],
    ];
    for (const [features, target] of cases) assert.ok([distance(features, target), ...gradient(features, target)].every(Number.isFinite));
    assert.equal(distance(...cases[2]), 0);
    // The distance of a zero vector from a unit vector is half that of orthogonal vectors; ε makes unit vectors a little shorter.
    const squares = rowsOf(drawn([4, 5, 2])).map((row) => dot(row, row));
    assertClose(distance(...cases[0]), 0.5 * mean(squares.map((square) => square / (square + 1e-4 * mean(squares)))), 1e-5);
    assert.ok(Math.max(...gradient(tf.zeros([4, 5, 2]), drawn([4, 5, 2])).map(Math.abs)) < 10); // the gradient stays small where all activations are zero
  }));

  it("refuses an invalid number of samples", () => {
    assert.throws(() => relaxedEmd({ samples: 0 }), /whole number of at least 1; got 0/);
  });
});
