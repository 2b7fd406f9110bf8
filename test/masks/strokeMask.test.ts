// Masks of strokes, held against areas and distances.
import assert from "node:assert/strict";
import { it } from "node:test";
import { strokeMask, strokeValues, type Stroke } from "../../src/masks/strokeMask";

const close = (actual: number, expected: number, tolerance: number, what: string): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, not ${expected}`);
const sum = (values: Float32Array): number => values.reduce((total, one) => total + one, 0);

it("a dot has the area of a disc, a straight stroke that of two half discs and the rectangle between them", () => {
  close(sum(strokeValues([{ radius: 8, points: [[20.3, 17.7]] }], [40, 48])), Math.PI * 64, 1, "πr²");
  close(sum(strokeValues([{ radius: 5, points: [[10, 10], [31, 30]] }], [40, 48])), Math.PI * 25 + 10 * 29, 1.5, "πr² + 2rl");
});

it("is 1 within the radius, ½ at the radius and 0 outside, in the image's pixels, x to the right", () => {
  const mask = strokeValues([{ radius: 3, points: [[10.5, 4.5], [14.5, 4.5]] }], [10, 24]);
  const at = (row: number, column: number): number => mask[24 * row + column];
  assert.deepEqual([at(4, 10), at(4, 12), at(6, 12), at(7, 12), at(8, 12), at(4, 7), at(4, 17), at(4, 6), at(0, 0)], [1, 1, 1, 0.5, 0, 0.5, 0.5, 0, 0]);
});

it("strokes are painted one after the other, and erase what was painted before them", () => {
  const dot = (radius: number, erase = false): Stroke => ({ radius, points: [[8, 8]], erase });
  const [ring, all] = [strokeValues([dot(6), dot(3, true)], [16, 16]), strokeValues([dot(3, true), dot(6)], [16, 16])];
  close(sum(ring), Math.PI * (36 - 9), 1, "a ring");
  assert.deepEqual(all, strokeValues([dot(6)], [16, 16]));
});

it("strokes may leave the image; what is none is refused with its place", () => {
  assert.deepEqual([...strokeValues([{ radius: 100, points: [[-50, 300]] }], [2, 2])], [0, 0, 0, 0]);
  assert.deepEqual([...strokeValues([{ radius: 100, points: [[-50, 30]] }], [2, 2])], [1, 1, 1, 1]);
  const mask = strokeMask([], [3, 5]);
  assert.deepEqual(mask.shape, [3, 5]);
  mask.dispose();
  for (const [wrong, message] of [
    [{ radius: 1 }, /are an array/], [[{ radius: 1, points: [[1, 1]] }, { radius: 0, points: [[1, 1]] }], /stroke 1 needs a radius above 0, in pixels; got 0/],
    [[{ radius: 1, points: [] }], /stroke 0 needs points/], [[{ radius: 1, points: [[1, NaN]] }], /needs points/], [[null], /radius/],
  ] as [any, RegExp][]) assert.throws(() => strokeMask(wrong, [4, 4]), message);
});
