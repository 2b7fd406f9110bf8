// A value with a gradient of one's own: exactly the value, and exactly that gradient.
import assert from "node:assert/strict";
import { before, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { withGradient, withGradients } from "../../src/math/withGradient";
import { engine } from "../../src/platform/engine/engine";
import { leaksNothing, numbers } from "../compare";

before(() => engine());

it("has the value to the bit, the gradient times dy, differentiates nothing inside, and leaks nothing", () => leaksNothing(() => tf.tidy(() => {
  const x = tf.tensor2d([[1e6, -3], [0.1, 7]]);
  const given = tf.tensor2d([[5, 0.25], [-2, 1e-3]]);
  const f = (at: tf.Tensor): tf.Scalar => withGradient(at as tf.Tensor2D, (inner) => ({ value: tf.sum(tf.exp(tf.mul(inner, -1e-3))), gradient: given }));
  const value = tf.sum(tf.exp(tf.mul(x, -1e-3)));
  assert.deepEqual(numbers(f(x)), numbers(value));
  const { value: scaled, grad } = tf.valueAndGrad((at: tf.Tensor) => tf.mul(f(at), 3))(x);
  assert.deepEqual(numbers(scaled), numbers(tf.mul(value, 3)));
  assert.deepEqual(numbers(grad), numbers(tf.mul(given, 3)));
})));

it("has the gradient of each of several tensors, times a factor", () => leaksNothing(() => tf.tidy(() => {
  const [x, y] = [tf.tensor1d([1e6, -3, 2]), tf.scalar(7)];
  const f = (a: tf.Tensor, b: tf.Tensor): tf.Scalar => withGradients([a, b], () => ({
    value: tf.add(tf.sum(a), b), gradients: [tf.tensor1d([5, 0.25, -2]), tf.scalar(11)], factor: 1 / 3,
  }));
  const { value, grads } = tf.valueAndGrads(f)([x, y]);
  assert.deepEqual(numbers(value), numbers(tf.add(tf.sum(x), y)));
  assert.deepEqual(grads.map((grad) => numbers(grad)), [numbers(tf.mul(tf.tensor1d([5, 0.25, -2]), 1 / 3)), numbers(tf.scalar(Math.fround(11 * Math.fround(1 / 3))))]);
})));
