import assert from "node:assert/strict";
import { test } from "node:test";
import { addInPlace, dot, largest, minus, norm, plusScaled, same, scaled } from "../../src/math/vectors";

const of = (...numbers: number[]): Float32Array => Float32Array.of(...numbers);

test("dot() multiplies and adds", () => {
  assert.equal(dot(of(1, 2, 3), of(4, -5, 6)), 4 - 10 + 18);
  assert.equal(dot(of(), of()), 0);
});

test("dot() adds up in float64: 2²⁴ + 1000 ones is not 2²⁴, as it would be in float32", () => {
  const x = new Float32Array(1001).fill(1);
  x[0] = 4096;
  assert.equal(dot(x, x), 2 ** 24 + 1000);
});

test("norm() is Pythagoras, and does not overflow where float32 squares would", () => {
  assert.equal(norm(of(3, 0, -4)), 5);
  assert.equal(norm(of(2 ** 100)), 2 ** 100);
});

test("largest() sees the sign of nothing, and a NaN wherever it stands", () => {
  assert.equal(largest(of(1, -3, 2)), 3);
  assert.equal(largest(of()), 0);
  assert.ok(Number.isNaN(largest(of(NaN, 2))));
  assert.ok(Number.isNaN(largest(of(2, NaN, 5))));
  assert.equal(largest(of(1, -Infinity)), Infinity);
});

test("plusScaled(), minus() and scaled() are new vectors and leave the old ones alone", () => {
  const x = of(1, 2);
  const y = of(10, -20);
  assert.deepEqual(plusScaled(x, 0.5, y), of(6, -8));
  assert.deepEqual(minus(x, y), of(-9, 22));
  assert.deepEqual(scaled(-2, x), of(-2, -4));
  assert.deepEqual([x, y], [of(1, 2), of(10, -20)]);
});

test("addInPlace() changes its first vector only", () => {
  const y = of(1, 2);
  const x = of(10, -20);
  addInPlace(y, 0.5, x);
  assert.deepEqual([y, x], [of(6, -8), of(10, -20)]);
});

test("same() compares numbers and lengths", () => {
  assert.ok(same(of(1, 2), of(1, 2)));
  assert.ok(!same(of(1, 2), of(1, 3)));
  assert.ok(!same(of(1, 2), of(1, 2, 3)));
  assert.ok(!same(of(1, 2, 3), of(1, 2)));
});
