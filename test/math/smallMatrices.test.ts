import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cholesky, eigen, inverse, power, product, solve, transposed, type Matrix } from "../../src/math/smallMatrices";
import { assertClose } from "../compare";

/** Symmetric and positive definite, of condition 4·10⁴; a diagonal one; one with an eigenvalue twice. */
const some: Matrix[] = [
  [[0.08, 0.06, 0.05], [0.06, 0.07, 0.055], [0.05, 0.055, 0.0452]],
  [[2, 0, 0], [0, 3, 0], [0, 0, 5]],
  [[2, 1, 1], [1, 2, 1], [1, 1, 2]],
];
const flat = (a: Matrix): number[] => a.flat();
const unit = [1, 0, 0, 0, 1, 0, 0, 0, 1];

describe("small matrices", () => {
  it("a Cholesky factor is lower triangular and gives its matrix back", () => {
    for (const a of some) {
      const lower = cholesky(a);
      assert.ok(lower[0][1] === 0 && lower[0][2] === 0 && lower[1][2] === 0);
      assertClose(flat(product(lower, transposed(lower))), flat(a), 1e-12);
    }
  });

  it("an inverse undoes its matrix, a symmetric one or not", () => {
    for (const a of [...some, [[1, 2, 0], [0, 1, 4], [5, 6, 0]]]) assertClose(flat(product(a, inverse(a))), unit, 1e-9);
  });

  it("a linear system is solved: a X = b", () => {
    const b = [[1, -2], [0.5, 4], [3, 0]];
    for (const a of some) assertClose(flat(product(a, solve(a, b))), flat(b), 1e-10);
  });

  it("eigenvectors are orthonormal, and stretched by their eigenvalues", () => {
    for (const a of some) {
      const { values, vectors } = eigen(a);
      assertClose(flat(product(transposed(vectors), vectors)), unit, 1e-12);
      assertClose(flat(product(a, vectors)), flat(vectors.map((row) => row.map((value, k) => value * values[k]))), 1e-12);
    }
  });

  it("half a power twice is the matrix, and a root times the inverse root is 1", () => {
    for (const a of some) {
      assertClose(flat(product(power(a, 0.5), power(a, 0.5))), flat(a), 1e-12);
      assertClose(flat(product(power(a, 0.5), power(a, -0.5))), unit, 1e-9);
    }
  });
});
