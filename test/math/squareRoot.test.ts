import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { polarFactor, squareRoot } from "../../src/math/squareRoot";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, drawn, slopes } from "../compare";

/** A symmetric matrix with these eigenvalues and, by a Householder reflection, no zeros. */
function withEigenvalues(values: readonly number[]): tf.Tensor2D {
  const mirror = reflection(values.length);
  return tf.matMul(tf.mul(mirror, tf.tensor1d([...values])), mirror);
}
function reflection(size: number): tf.Tensor2D {
  const v = tf.reshape(drawn([size, 1, 1], 4), [size, 1]);
  return tf.sub(tf.eye(size), tf.mul(tf.matMul(v, v, false, true), tf.div(2, tf.sum(tf.square(v)))));
}
const spectrum = (least: number, size = 6): number[] => Array.from({ length: size }, (_, i) => least ** (i / (size - 1)));

describe("square roots and polar factors of matrices", () => {
  before(() => engine());

  for (const least of [0.5, 1e-2, 1e-3])
    it(`R·R is the matrix and R·R⁻¹ is the identity, eigenvalues from 1 down to ${least}`, () => tf.tidy(() => {
      const matrix = withEigenvalues(spectrum(least));
      const { root, inverse } = squareRoot(matrix, 0.99 * least);
      assertClose(root, withEigenvalues(spectrum(least).map(Math.sqrt)), 1e-4);
      assertClose(tf.matMul(root, root), matrix, 1e-5);
      assertClose(tf.matMul(root, inverse), tf.eye(6), 1e-3);
    }));

  for (const least of [0.5, 1e-2, 1e-3])
    it(`the polar factor of an orthogonal matrix times a stretch is the orthogonal one, stretches from 1 down to ${least}`, () => tf.tidy(() => {
      const orthogonal = tf.matMul(reflection(6), tf.reverse(tf.eye(6), 0) as tf.Tensor2D);
      const factor = polarFactor(tf.matMul(orthogonal, withEigenvalues(spectrum(least))), 0.99 * least);
      assertClose(tf.matMul(factor, factor, true, false), tf.eye(6), 1e-5);
      assertClose(factor, orthogonal, 1e-3);
    }));

  it("is differentiable: its gradient agrees with finite differences", () => tf.tidy(() => {
    const weights = tf.reshape(drawn([3, 3, 1], 5), [3, 3]);
    const f = (x: tf.Tensor3D): tf.Scalar => {
      const flat = tf.reshape(x, [4, 3]);
      const matrix = tf.add(tf.mul(tf.matMul(flat, flat, true, false), 0.02), tf.mul(tf.eye(3), 0.2));
      return tf.sum(tf.mul(squareRoot(matrix as tf.Tensor2D, 0.2).root, weights));
    };
    const { difference, gradient } = slopes(f, drawn([2, 2, 3], 1));
    assert.ok(Math.abs(difference - gradient) <= 1e-3 * Math.abs(gradient), `${difference} against ${gradient}`);
  }));
});
