// Answers of students that went wrong in a usual way: each is named by what `check` says, and by nothing else.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { gramMatrix } from "../../src/losses/gram";
import { check } from "../../src/notebook/check";

before(() => tf.setBackend("cpu"));

// Of 5 × 4 positions and 6 channels; a third of the rectified ones are 0.
const convolved = (): tf.Tensor3D => tf.randomNormal([5, 4, 6], 0.3, 1, "float32", 7);
const features = (): tf.Tensor3D => tf.relu(convolved());
const rows = (F: tf.Tensor3D): tf.Tensor2D => tf.reshape(F, [-1, F.shape[2]]);
const product = (F: tf.Tensor2D): tf.Tensor => tf.div(tf.matMul(F, F, true), F.shape[0]);
const F = features();

const mistakes: [string, () => tf.Tensor, () => tf.Tensor, RegExp][] = [
  ["conv for relu", convolved, features, /is a ReLU missing, or its gradient\?/],
  ["reversed channels", () => tf.reverse(F, 2), features, /reverse order/],
  ["a window that begins at its position", () => tf.slice(rows(F), [1, 0], [8, 6]), () => tf.slice(rows(F), [0, 0], [8, 6]), /moved by one place/],
  ["the other way", () => tf.slice(rows(F), [0, 0], [8, 6]), () => tf.slice(rows(F), [1, 0], [8, 6]), /moved by one place/],
  ["no bias", () => tf.relu(tf.sub(convolved(), tf.mul(tf.range(0, 6), 0.1))), features, /is the bias missing\?/],
  ["no division by the positions", () => tf.mul(gramMatrix(F), 20), () => gramMatrix(F), /20 × the reference everywhere: is a division by 20 missing\?/],
  ["a division by the channels, too", () => tf.div(gramMatrix(F), 6), () => gramMatrix(F), /1\/6 × the reference everywhere: is a factor of 6 missing\?/],
  ["a transposed product", () => tf.div(tf.matMul(rows(F), rows(F), false, true), 20), () => gramMatrix(F), /shapes differ.*F Fᵀ instead of Fᵀ F/],
  ["a centered Gram matrix", () => product(tf.sub(rows(F), tf.mean(rows(F), 0))), () => gramMatrix(F), /means subtracted\? That gives a covariance/],
  ["a Gram matrix of reversed channels", () => gramMatrix(tf.reverse(F, 2)), () => gramMatrix(F), /reverse order/],
  ["a reshape for a transposition", () => product(tf.transpose(tf.reshape(F, [6, 20]))), () => gramMatrix(F), /did a reshape mix up positions and channels\?/],
  ["a gradient through no ReLU", convolved, () => tf.mul(convolved(), tf.step(convolved())), /or its gradient\?/],
];
for (const [name, mine, reference, message] of mistakes) {
  test(`a mistake is named: ${name}`, () => tf.tidy(() => {
    const verdict = check("it", mine(), reference());
    assert.equal(verdict.verdict, "wrong");
    assert.match(verdict.message, message);
  }));
}

test("other features and other Gram matrices are not explained", () => tf.tidy(() => {
  const other = tf.relu(tf.randomNormal([5, 4, 6], 0.3, 1, "float32", 8)) as tf.Tensor3D;
  assert.equal(check("it", other, F).message.includes("yours"), false);
  assert.doesNotMatch(check("it", gramMatrix(other), gramMatrix(F)).message, /yours|diagonals|[?]/);
}));
