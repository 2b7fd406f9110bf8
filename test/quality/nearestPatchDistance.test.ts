// The distance to the nearest patches, on images whose answer is known.
import assert from "node:assert/strict";
import { before, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { resize, type Image } from "../../src/image";
import { hartley } from "../../src/math/hartley";
import { engine } from "../../src/platform/engine/engine";
import { sample } from "../../src/platform/files/sample";
import { nearestPatchDistance } from "../../src/quality/nearestPatchDistance";
import { patchDistance } from "../../src/quality/patchDistance";
import { leaksNothing } from "../compare";

before(() => engine());

/** An image of 64² pixels with the power spectrum of this one in each color, and random signs of its Hartley coefficients. */
function randomPhases(image: Image): Image {
  return tf.tidy(() => {
    const transform = tf.tile(tf.expandDims(tf.tensor2d(hartley(64), [64, 64]), 0), [3, 1, 1]);
    const both = (x: tf.Tensor): tf.Tensor => tf.matMul(tf.matMul(transform, x), transform);
    const mean = tf.mean(image, [0, 1]);
    const signs = tf.sign(tf.randomUniform([1, 64, 64], -1, 1, "float32", 5));
    const mixed = both(tf.mul(both(tf.transpose(tf.sub(image, mean), [2, 0, 1])), signs));
    return tf.add<tf.Tensor3D>(tf.transpose(mixed, [1, 2, 0]), mean);
  });
}

/** Its quarters, in another order. */
function inQuarters(image: Image): Image {
  return tf.tidy(() => {
    const [above, below] = tf.split(image, 2, 0).map((half) => tf.concat(tf.split(half, 2, 1).reverse(), 1));
    return tf.concat([below, above], 0) as Image;
  });
}

it("an image in quarters is near its source, and one with its spectrum and random phases is not, where the distribution of patches has it the other way round", () => leaksNothing(async () => {
  for (const name of ["mosaic", "strokes"]) {
    const source = await sample(name, { cover: [64, 64] });
    const [quarters, phases] = [inQuarters(source), randomPhases(source)];
    const [near, far] = [await nearestPatchDistance(quarters, source), await nearestPatchDistance(phases, source)];
    assert.ok(near < 0.5 && far > 0.75, `${name}: ${near}, ${far}`);
    assert.ok(await patchDistance(phases, source) < await patchDistance(quarters, source), name);
    tf.dispose([source, quarters, phases]);
  }
}));

it("is 0 for the image itself, grows with blur, and sees in both directions", () => leaksNothing(async () => {
  const source = await sample("strokes", { cover: [64, 64] });
  const blurred = [32, 16].map((side) => tf.tidy(() => resize(resize(source, { exactly: [side, side] }), { exactly: [64, 64] })));
  const flat = tf.tidy(() => tf.add(tf.zerosLike(source), tf.mean(source, [0, 1])) as Image);
  const values: number[] = [];
  for (const image of [source, ...blurred, flat]) values.push(await nearestPatchDistance(image, source));
  assert.ok(values[0] < 1e-4 && values.every((value, i) => i === 0 || value > values[i - 1]), String(values));
  const part = tf.slice(source, [0, 0], [32, 32]) as Image;
  assert.ok(await nearestPatchDistance(part, source) > 0.05, "a part has not all of the source's patches");
  tf.dispose([source, blurred, flat, part]);
}));

it("is the mean of the nearest by plain loops", () => leaksNothing(async () => {
  const [image, reference] = [tf.randomUniform<tf.Rank.R3>([15, 14, 3], 0, 1, "float32", 1), tf.randomUniform<tf.Rank.R3>([14, 16, 3], 0, 1, "float32", 2)];
  const patches = async (of: Image): Promise<number[][]> => {
    const [height, width] = of.shape;
    const data = await of.data<"float32">();
    const all: number[][] = [];
    for (let top = 0; top + 7 <= height; top++)
      for (let left = 0; left + 7 <= width; left++)
        all.push(Array.from({ length: 147 }, (_, i) => data[((top + Math.floor(i / 21)) * width + left) * 3 + (i % 21)]));
    return all;
  };
  const [p, q] = [await patches(image), await patches(reference)];
  const square = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);
  const nearest = (from: number[][], to: number[][]): number => from.reduce((sum, one) => sum + Math.min(...to.map((other) => square(one, other))), 0) / from.length;
  const mean = q[0].map((_, i) => q.reduce((sum, one) => sum + one[i], 0) / q.length);
  const expected = (nearest(p, q) + nearest(q, p)) / 2 / (q.reduce((sum, one) => sum + square(one, mean), 0) / q.length);
  const value = await nearestPatchDistance(image, reference);
  assert.ok(Math.abs(value / expected - 1) < 1e-4, `${value}, ${expected}`);
  tf.dispose([image, reference]);
}));
