// CS231n's operations by plain loops, from the assignment's text; on trained weights: test/networks/squeezenet.test.ts.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { contentAs } from "../../src/losses/activations";
import { cs231n } from "../../src/losses/cs231n";
import { gramAs } from "../../src/losses/gram";
import { totalVariation } from "../../src/losses/smoothness";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, drawn, leaksNothing, numbers, slopes } from "../compare";

const { contentLayer, contentLoss, gram, styleLayers, styleLoss, styleWeights, tvLoss } = cs231n;
const [height, width, channels] = [4, 6, 3];
const x = (seed: number): tf.Tensor3D => drawn([height, width, channels], seed);

/** G[i][j] = Σₚ F[p,i] F[p,j] / (C·H·W), flat. */
function gramByHand(features: tf.Tensor3D): number[] {
  const v = numbers(features);
  return Array.from({ length: channels ** 2 }, (_, k) => {
    const [i, j] = [Math.floor(k / channels), k % channels];
    let sum = 0;
    for (let p = 0; p < height * width; p++) sum += v[p * channels + i] * v[p * channels + j];
    return sum / (channels * height * width);
  });
}
const squares = (a: number[], b: number[]): number => a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0);

describe("CS231n's operations", () => {
  before(() => engine());

  it("content: weight · Σ (F − P)², weight 6e-2", () => tf.tidy(() => {
    assertClose(contentLoss(x(1), x(2)), 6e-2 * squares(numbers(x(1)), numbers(x(2))), 1e-5);
    assertClose(contentLoss(x(1), x(2), 1), contentAs("cs231n").distance(x(1), x(2)), 1e-5);
  }));

  it("gram: over channels, height and width", () => tf.tidy(() => assertClose(gram(x(1)), gramByHand(x(1)), 1e-5)));

  it("style: Σ weight · Σ (G − A)² at layers 1, 4, 6, 7 with 3e5, 1000, 15, 3", () => tf.tidy(() => {
    assert.deepEqual(Object.entries(styleWeights), [["features.1", 3e5], ["features.4", 1000], ["features.6", 15], ["features.7", 3]]);
    assert.deepEqual([contentLayer, styleLayers], ["features.3", Object.keys(styleWeights)]);
    const features = (from: number) => (layer: string): tf.Tensor3D => x(from + Number(layer.split(".")[1]));
    const expected = [[1, 3e5], [4, 1000], [6, 15], [7, 3]].reduce((sum, [i, weight]) =>
      sum + weight * squares(gramByHand(x(10 + i)), gramByHand(x(20 + i))), 0);
    assertClose(styleLoss(features(10), features(20)), expected, 1e-5);
    const loss = gramAs("cs231n");
    assertClose(styleLoss(features(10), features(20), { "features.4": 1 }), loss.distance(x(14), loss.prepare(x(24))), 1e-5);
  }));

  it("total variation: 2e-2 · Σ Δ² of pixels over ImageNet's deviation", () => tf.tidy(() => {
    const image = tf.sigmoid(x(1)) as tf.Tensor3D;
    const v = numbers(image).map((value, i) => (value - [0.485, 0.456, 0.406][i % 3]) / [0.229, 0.224, 0.225][i % 3]);
    const at = (r: number, c: number, k: number): number => v[(r * width + c) * 3 + k];
    let sum = 0;
    for (let r = 0; r < height; r++) for (let c = 0; c < width; c++) for (let k = 0; k < 3; k++) {
      if (r + 1 < height) sum += (at(r + 1, c, k) - at(r, c, k)) ** 2;
      if (c + 1 < width) sum += (at(r, c + 1, k) - at(r, c, k)) ** 2;
    }
    assertClose(tvLoss(image), 2e-2 * sum, 1e-5);
    const ratio = numbers(tvLoss(image, 1))[0] / numbers(totalVariation(image, "squares"))[0];
    assert.ok(ratio > 0.229 ** -2 && ratio < 0.224 ** -2, `about 20 times the squares of 0…1, not ${ratio}`);
  }));

  it("have the gradients that finite differences show, are 0 for the target, and leak nothing", async () => {
    const parts: Record<string, (features: tf.Tensor3D, target: tf.Tensor3D) => tf.Scalar> = {
      contentLoss, tvLoss: (features) => tvLoss(features),
      styleLoss: (features, target) => styleLoss(() => features, () => target, { "features.1": 2 }),
    };
    for (const [name, part] of Object.entries(parts)) tf.tidy(() => {
      const target = x(2);
      const { difference, gradient } = slopes((features) => part(features, target), x(1));
      assertClose(difference, gradient, 1e-3, name);
      if (name !== "tvLoss") assert.equal(numbers(part(target, target))[0], 0, name);
    });
    assert.equal(tf.tidy(() => numbers(tvLoss(tf.fill([5, 4, 3], 0.3)))[0]), 0);
    const [features, target] = [x(1), x(2)];
    await leaksNothing(() => {
      for (const part of Object.values(parts)) part(features, target).dispose();
      gram(features).dispose();
    });
    tf.dispose([features, target]);
  });
});
