import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cholesky, inverse, multiply, power, solve, transpose, type Matrix } from "../../src/math/smallMatrices";
import { assertClose } from "../compare";

/** Symmetric and positive definite: one of condition 4·10⁴; a diagonal one; one with a double eigenvalue. */
const some: Matrix[] = [
  [[0.08, 0.06, 0.05], [0.06, 0.07, 0.055], [0.05, 0.055, 0.0452]],
  [[2, 0, 0], [0, 3, 0], [0, 0, 5]],
  [[2, 1, 1], [1, 2, 1], [1, 1, 2]],
];
const flat = (a: Matrix): number[] => a.flat();
const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];

describe("small matrices", () => {
  it("a Cholesky factor is lower triangular, and L Lᵀ is the matrix", () => {
    for (const a of some) {
      const lower = cholesky(a);
      assert.ok(lower[0][1] === 0 && lower[0][2] === 0 && lower[1][2] === 0);
      assertClose(flat(multiply(lower, transpose(lower))), flat(a), 1e-12);
    }
  });

  it("a matrix times its inverse is the identity, symmetric or not", () => {
    for (const a of [...some, [[1, 2, 0], [0, 1, 4], [5, 6, 0]]]) assertClose(flat(multiply(a, inverse(a))), identity, 1e-9);
  });

  it("a linear system is solved: a X = b", () => {
    const b = [[1, -2], [0.5, 4], [3, 0]];
    for (const a of some) assertClose(flat(multiply(a, solve(a, b))), flat(b), 1e-10);
  });

  it("the eigendecomposition behind a power: V Vᵀ, the power 0, is the identity, and V Λ Vᵀ, the power 1, is the matrix", () => {
    for (const a of some) {
      assertClose(flat(power(a, 0)), identity, 1e-12);
      assertClose(flat(power(a, 1)), flat(a), 1e-12);
    }
  });

  it("the square root twice is the matrix, and the root times the inverse root is the identity", () => {
    for (const a of some) {
      assertClose(flat(multiply(power(a, 0.5), power(a, 0.5))), flat(a), 1e-12);
      assertClose(flat(multiply(power(a, 0.5), power(a, -0.5))), identity, 1e-9);
    }
  });
});
