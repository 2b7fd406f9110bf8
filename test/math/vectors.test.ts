import assert from "node:assert/strict";
import { test } from "node:test";
import { addScaled, addScaledInPlace, addScaledInPlaceThenDot, dot, isEqual, maxAbs, norm, scale, scaleInPlace } from "../../src/math/vectors";

const of = (...numbers: number[]): Float32Array => Float32Array.of(...numbers);

test("dot() is the inner product", () => {
  assert.equal(dot(of(1, 2, 3), of(4, -5, 6)), 4 - 10 + 18);
  assert.equal(dot(of(), of()), 0);
});

test("dot() accumulates in float64: 2²⁴ + 1000 ones is not 2²⁴, as it would be in float32", () => {
  const x = new Float32Array(1001).fill(1);
  x[0] = 4096;
  assert.equal(dot(x, x), 2 ** 24 + 1000);
});

test("norm() is the Euclidean norm, and does not overflow where float32 squares would", () => {
  assert.equal(norm(of(3, 0, -4)), 5);
  assert.equal(norm(of(2 ** 100)), 2 ** 100);
});

test("maxAbs() ignores signs, and is NaN wherever one stands", () => {
  assert.equal(maxAbs(of(1, -3, 2)), 3);
  assert.equal(maxAbs(of()), 0);
  assert.ok(Number.isNaN(maxAbs(of(NaN, 2))));
  assert.ok(Number.isNaN(maxAbs(of(2, NaN, 5))));
  assert.equal(maxAbs(of(1, -Infinity)), Infinity);
});

test("addScaled() and scale() return new vectors and leave their arguments unchanged", () => {
  const x = of(1, 2);
  const y = of(10, -20);
  assert.deepEqual(addScaled(x, 0.5, y), of(6, -8));
  assert.deepEqual(scale(-2, x), of(-2, -4));
  assert.deepEqual([x, y], [of(1, 2), of(10, -20)]);
});

test("addScaledInPlace() changes its first vector only", () => {
  const y = of(1, 2);
  const x = of(10, -20);
  addScaledInPlace(y, 0.5, x);
  assert.deepEqual([y, x], [of(6, -8), of(10, -20)]);
});

test("addScaledInPlaceThenDot() is the two in a row, bit for bit, at every length", () => {
  for (let length = 0; length <= 9; length++) {
    const [y, x, z] = [1, 2, 3].map((seed) => Float32Array.from({ length }, (_, i) => Math.sin(seed * (i + 1))));
    const expected = y.slice();
    addScaledInPlace(expected, 1 / 3, x);
    assert.equal(addScaledInPlaceThenDot(y, 1 / 3, x, z), dot(expected, z));
    assert.deepEqual(y, expected);
  }
});

test("scaleInPlace() changes its vector", () => {
  const x = of(1, -2);
  scaleInPlace(-0.5, x);
  assert.deepEqual(x, of(-0.5, 1));
});

test("isEqual() compares numbers and lengths", () => {
  assert.ok(isEqual(of(1, 2), of(1, 2)));
  assert.ok(!isEqual(of(1, 2), of(1, 3)));
  assert.ok(!isEqual(of(1, 2), of(1, 2, 3)));
  assert.ok(!isEqual(of(1, 2, 3), of(1, 2)));
});
