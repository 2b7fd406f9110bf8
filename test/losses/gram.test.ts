import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { engine } from "../../src/engine/engine";
import {
  about, contentFactor, conventions, convertContent, convertStyle, gramFactor, type Convention,
} from "../../src/losses/conventions";
import { gram, gramAs, gramMatrix } from "../../src/losses/gram";
import { activations } from "../../src/losses/activations";
import { assertClose, drawn, numbers } from "../compare";

const shape: [number, number, number] = [5, 7, 3];
const image: [number, number] = [20, 28];
const [n, m] = [3, 35];

/** Raw Gram matrices by plain loops, and each system's loss as its own code writes it. */
function raw(x: tf.Tensor3D): number[][] {
  const v = numbers(x);
  return [0, 1, 2].map((i) => [0, 1, 2].map((j) => {
    let sum = 0;
    for (let p = 0; p < m; p++) sum += v[p * n + i] * v[p * n + j];
    return sum;
  }));
}
const total = (g: number[][], a: number[][], map: (d: number) => number): number =>
  g.flatMap((row, i) => row.map((v, j) => map(v - a[i][j]))).reduce((s, v) => s + v, 0);
const mean = (g: number[][], a: number[][], divisor: number): number => total(g, a, (d) => (d / divisor) ** 2) / n ** 2;

const asWritten: Record<Convention, (g: number[][], a: number[][]) => number> = {
  paper: (g, a) => total(g, a, (d) => d * d) / (4 * n ** 2 * m ** 2), // eq. 4
  gatysCode: (g, a) => mean(g, a, m) / n ** 2, // GramMSELoss on G/(HW), weights 1e3/n²
  gatysCodeNormalised: (g, a) => mean(g, a, m),
  deepTextures: (g, a) => mean(g, a, m) / 4, // 1/4 · mean
  johnson: (g, a) => mean(g, a, n * m), // G:div(nElement), MSECriterion
  pytorchTutorial: (g, a) => mean(g, a, n * m),
  d2l: (g, a) => mean(g, a, n * m),
  anishathalye: (g, a) => mean(g, a, n * m),
  tensorflowTutorial: (g, a) => mean(g, a, m), // einsum / num_locations, reduce_mean
  gordicaleksa: (g, a) => total(g, a, (d) => (d / (n * m)) ** 2), // MSELoss(reduction="sum")
  cs231n: (g, a) => total(g, a, (d) => (d / (n * m)) ** 2),
  keras: (g, a) => total(g, a, (d) => d * d) / (4 * 3 ** 2 * (20 * 28) ** 2), // channels = 3, size = rows · columns
};

describe("the Gram matrix", () => {
  before(() => engine());

  it("is FᵀF over the number of positions", () => tf.tidy(() => {
    const x = drawn(shape, 1);
    assertClose(gramMatrix(x), raw(x).flat().map((v) => v / m), 1e-5);
  }));

  it("is symmetric and positive semi-definite", () => tf.tidy(() => {
    const g = gramMatrix(drawn([3, 4, 6], 1));
    assertClose(g, tf.transpose(g), 0);
    for (let seed = 0; seed < 20; seed++) {
      const v = tf.randomNormal([6, 1], 0, 1, "float32", seed + 1);
      assert.ok(tf.matMul(tf.matMul(v, g, true), v).dataSync()[0] >= -1e-5);
    }
  }));
});

describe("conventions", () => {
  before(() => engine());

  for (const convention of conventions) {
    it(`${convention}: the loss is what that system's code computes`, () => tf.tidy(() => {
      const [x, target] = [drawn(shape, 1), drawn(shape, 2)];
      const loss = gramAs(convention, { image });
      assertClose(loss.distance(x, loss.remember(target)), asWritten[convention](raw(x), raw(target)), 1e-5);
    }));

    for (const other of conventions)
      it(`${convention} → ${other}: converted weights give the same loss and the same gradient`, () => tf.tidy(() => {
        const [x, target] = [drawn(shape, 1), drawn(shape, 2)];
        const layer = { channels: n, positions: m, image };
        const weight = convertStyle(7, convention, other, layer);
        const weighted = (name: Convention, w: number) => (seen: tf.Tensor): tf.Scalar =>
          tf.mul(gramAs(name, { image }).distance(seen as tf.Tensor3D, gram.remember(target)), w);
        const [a, b] = [tf.valueAndGrad(weighted(convention, 7))(x), tf.valueAndGrad(weighted(other, weight))(x)];
        assertClose(b.value, a.value, 1e-5, "loss");
        assertClose(b.grad, a.grad, 1e-5, "gradient");
      }));
  }

  it("converts from the paper to Johnson by N²/4: 1024 at 64 channels, 65 536 at 512", () => {
    assert.equal(convertStyle(1, "paper", "johnson", { channels: 64, positions: 100 }), 1024);
    assert.equal(convertStyle(1, "paper", "johnson", { channels: 512, positions: 9 }), 65536);
  });

  it("has the ratios to the paper's unit that the literature's table lists", () => {
    const shape = { channels: 8, positions: 9, image: [6, 6] as const };
    const toPaper = (c: Convention): number => convertStyle(1, "paper", c, shape);
    for (const c of ["gatysCode", "johnson", "pytorchTutorial", "d2l", "anishathalye"] as const) assert.equal(toPaper(c), 16);
    for (const c of ["gatysCodeNormalised", "tensorflowTutorial", "gordicaleksa", "cs231n"] as const) assert.equal(toPaper(c), 1 / 4);
    assert.equal(toPaper("deepTextures"), 1);
    assertClose(toPaper("keras"), (9 * 36 ** 2) / (8 ** 2 * 9 ** 2), 1e-12); // 9 (HW)² / (N²M²)
  });

  it("converts content weights: ½ Σ against a mean is N·M/2", () => tf.tidy(() => {
    assert.equal(convertContent(1, "paper", "johnson", { channels: 512, positions: 64 }), (512 * 64) / 2);
    const [x, target] = [drawn(shape, 1), drawn(shape, 2)];
    const [a, b] = [numbers(x), numbers(target)];
    const sum = a.reduce((s, v, i) => s + (v - b[i]) ** 2, 0);
    assertClose(activations.distance(x, target), contentFactor("johnson", { channels: n, positions: m }) * sum, 1e-5);
    assert.equal(contentFactor("paper", { channels: n, positions: m }), 0.5);
  }));

  it("says where each comes from, and refuses a name that it does not know", () => {
    for (const convention of conventions) assert.ok(about(convention).length > 15);
    assert.throws(() => gramFactor("jonson" as Convention, { channels: 1, positions: 1 }), /did you mean johnson/);
    assert.throws(() => gramAs("jonson" as Convention), /did you mean johnson/);
    assert.throws(() => contentFactor("deepTextures", { channels: 1, positions: 1 }), /no content term/);
    assert.throws(() => gramFactor("keras", { channels: 1, positions: 1 }), /image: \[height, width\]/);
  });
});
