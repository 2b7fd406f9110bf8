// Power iteration on matrices whose singular values are known.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { powerIteration } from "../../src/math/powerIteration";
import { dot, norm } from "../../src/math/vectors";
import { assertClose } from "../compare";

/** A matrix [rows, columns] that no symmetry makes easy. */
const [rows, columns] = [5, 3];
const matrix = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(3 * i + 1) + 0.2 * i);
const times = (x: ArrayLike<number>): Float32Array =>
  Float32Array.from({ length: rows }, (_, row) => Array.from(x).reduce((sum, value, column) => sum + matrix[row * columns + column] * value, 0));
const begin = Float32Array.of(1, 0, 0);

describe("power iteration", () => {
  it("finds the largest singular value of a matrix that has them on its diagonal, negative ones too", () => {
    const { sigma, u, v } = powerIteration(Float32Array.of(2, 0, 0, -7, 0, 0), Float32Array.of(0.6, 0.8), 60);
    assertClose(sigma, 7, 1e-6);
    assertClose(Array.from(u, Math.abs), [0, 1], 1e-6);
    assertClose(v, [0, -u[1], 0], 1e-6);
  });

  it("finds σ for which no vector grows by more, and its own u by as much", () => {
    const { sigma, u, v } = powerIteration(matrix, begin, 100);
    assertClose(norm(times(u)), sigma, 1e-6);
    assertClose(dot(v, times(u)), sigma, 1e-6);
    assertClose([norm(u), norm(v)], [1, 1], 1e-6);
    let most = 0;
    for (let angle = 0; angle < 6.28; angle += 0.05)
      for (let height = -1; height <= 1; height += 0.05) {
        const r = Math.sqrt(Math.max(0, 1 - height ** 2));
        const x = Float32Array.of(r * Math.cos(angle), r * Math.sin(angle), height);
        most = Math.max(most, norm(times(x)) / norm(x));
      }
    assert.ok(most <= sigma * (1 + 1e-6) && most > 0.99 * sigma, `${most} and ${sigma}`);
  });

  it("rises to it, and continues from where it stood", () => {
    const sigmas = [1, 2, 3, 8].map((iterations) => powerIteration(matrix, begin, iterations).sigma);
    sigmas.slice(1).forEach((sigma, i) => assert.ok(sigma >= sigmas[i] * (1 - 1e-7), String(sigmas)));
    const first = powerIteration(matrix, begin, 2);
    assert.deepEqual(powerIteration(matrix, first.u), powerIteration(matrix, begin, 3));
  });

  it("of zeros is 0, and changes nothing that it was given", () => {
    const u = Float32Array.of(1, 0);
    assert.equal(powerIteration(new Float32Array(6), u, 3).sigma, 0);
    assert.deepEqual(u, Float32Array.of(1, 0));
  });
});
