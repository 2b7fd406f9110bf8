import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { totalVariation, variations, type Variation } from "../../src/losses/smoothness";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, drawn } from "../compare";

// A 2×3 image of one channel:  1 4 9 / 3 3 8.  Down: 2 −1 −1.  Right: 3 5 / 0 5.  Both exist at (0,0): 2, 3 and (0,1): −1, 5.
const small: [number, number, number] = [2, 3, 1];
const values = [1, 4, 9, 3, 3, 8];
const byHand: Record<Variation, number> = {
  meanSquares: (4 + 1 + 1) / 3 + (9 + 25 + 0 + 25) / 4,
  squares: 6 + 59,
  neuralStyle: ((4 + 9) + (1 + 25)) / 2,
  absolute: (2 + 1 + 1) + (3 + 5 + 0 + 5),
  meanAbsolute: (4 / 3 + 13 / 4) / 2,
  keras: 13 ** 1.25 + 26 ** 1.25,
  pystiche: (13 + 26) / 2,
  isotropic: Math.sqrt(13) + Math.sqrt(26),
  // Edges replicated: 1 1 4 9 9 / 1 1 4 9 9 / 3 3 3 8 8 / 3 3 3 8 8. Right 3 5 0 / 0 5 0, down 2 −1 −1 / 0 0 0. Down-right, at
  // each of 3 × 4 corners: 0 3 5 0 / 2 2 4 −1 / 0 0 5 0; down-left: 0 −3 −5 0 / 2 −1 −6 −1 / 0 0 −5 0.
  ninePoint: 2 * (59 / 6 / 3 + 6 / 6 / 3 + (9 + 25 + 4 + 4 + 16 + 1 + 25) / 12 / 12 + (9 + 25 + 4 + 1 + 36 + 1 + 25) / 12 / 12),
};

describe("total variation", () => {
  before(() => engine());

  for (const variation of variations) {
    it(`${variation}: a 2×3 image by hand`, () => tf.tidy(() => {
      assertClose(totalVariation(tf.tensor3d(values, small), variation), byHand[variation], 1e-5);
    }));

    it(`${variation}: a constant image has 0`, () => tf.tidy(() => {
      const value = totalVariation(tf.fill([6, 9, 3], 0.4), variation).dataSync()[0];
      assert.ok(value <= (variation === "isotropic" ? 5 * 8 * 3 * 1.01e-4 : 0), `${value}`); // isotropic has √ε everywhere
    }));
  }

  it("a sum grows with the area, a mean does not", () => tf.tidy(() => {
    const image = drawn([16, 16, 3], 1);
    const tiled = tf.tile(tf.concat([image, tf.reverse(image, 1)], 1) as tf.Tensor3D, [1, 2, 1]); // the new seams are flat
    const ratio = (variation: Variation): number =>
      totalVariation(tiled, variation).dataSync()[0] / totalVariation(image, variation).dataSync()[0];
    for (const sum of ["squares", "absolute", "neuralStyle", "keras", "isotropic"] as const) assert.ok(ratio(sum) > 3.5, sum);
    for (const mean of ["meanSquares", "meanAbsolute", "pystiche", "ninePoint"] as const) assert.ok(Math.abs(ratio(mean) - 1) < 0.1, mean);
  }));

  it("refuses an image without neighbors and a variation that does not exist", () => tf.tidy(() => {
    assert.throws(() => totalVariation(tf.zeros([1, 5, 3])), /at least 2×2, got 1×5/);
    assert.throws(() => totalVariation(tf.zeros([5, 5, 3]), "absolut" as Variation), /did you mean absolute/);
  }));
});
