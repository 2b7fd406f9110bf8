// Twelve systems' units: each as its own code writes it, and every pair of them against the table of the literature.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../../src/image";
import { activations, contentAs } from "../../src/losses/activations";
import {
  contentFactor, conventions, convertContent, convertStyle, gramFactor, type Convention,
} from "../../src/losses/conventions";
import { gram, gramAs } from "../../src/losses/gram";
import { minimize } from "../../src/minimize/minimize";
import { randomVgg, type Vgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { gradientDescent } from "../../src/optimizers/gradientDescent";
import { engine } from "../../src/platform/engine/engine";
import { content, style } from "../../src/terms";
import { assertClose, drawn, numbers } from "../compare";

const names = Object.keys(conventions) as Convention[];
const withContent = names.filter((name) => name !== "deepTextures");
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

const styleAsWritten: Record<Convention, (g: number[][], a: number[][]) => number> = {
  paper: (g, a) => total(g, a, (d) => d * d) / (4 * n ** 2 * m ** 2), // eq. 4
  gatysCode: (g, a) => mean(g, a, m) / n ** 2, // GramMSELoss on G/(HW), weights 1e3/n²
  gatysCodeNormalized: (g, a) => mean(g, a, m),
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

const squares = (f: number[], p: number[]): number => f.reduce((s, v, i) => s + (v - p[i]) ** 2, 0);
const meanSquare = (f: number[], p: number[]): number => squares(f, p) / f.length;

const contentAsWritten: Partial<Record<Convention, (f: number[], p: number[]) => number>> = {
  paper: (f, p) => squares(f, p) / 2, // eq. 1
  gatysCode: meanSquare, gatysCodeNormalized: meanSquare, johnson: meanSquare, pytorchTutorial: meanSquare, d2l: meanSquare,
  anishathalye: (f, p) => (2 * (squares(f, p) / 2)) / f.length, // 2 · l2_loss / size
  tensorflowTutorial: meanSquare, gordicaleksa: meanSquare, cs231n: squares, keras: squares,
};

/** What a system's Gram loss is multiplied by to be in the paper's unit, as the literature lists it. */
const toPaper: Record<Convention, (channels: number, positions: number, pixels: number) => number> = {
  paper: () => 1, deepTextures: () => 1,
  gatysCode: (c) => c ** 2 / 4, johnson: (c) => c ** 2 / 4, pytorchTutorial: (c) => c ** 2 / 4, d2l: (c) => c ** 2 / 4,
  anishathalye: (c) => c ** 2 / 4,
  gatysCodeNormalized: () => 1 / 4, tensorflowTutorial: () => 1 / 4, gordicaleksa: () => 1 / 4, cs231n: () => 1 / 4,
  keras: (c, p, pixels) => (9 * pixels ** 2) / (c ** 2 * p ** 2),
};

/** The same of content losses. */
const contentToPaper: Partial<Record<Convention, (channels: number, positions: number) => number>> = {
  paper: () => 1, cs231n: () => 1 / 2, keras: () => 1 / 2,
  ...Object.fromEntries(
    (["gatysCode", "gatysCodeNormalized", "johnson", "pytorchTutorial", "d2l", "anishathalye", "tensorflowTutorial", "gordicaleksa"] as const)
      .map((name) => [name, (c: number, p: number) => (c * p) / 2])),
};

const norm = (x: ArrayLike<number>): number => Math.hypot(...Array.from(x));

describe("each convention", () => {
  before(() => engine());

  for (const name of names)
    it(`${name}: the style loss is what that system's code computes`, () => tf.tidy(() => {
      const [x, target] = [drawn(shape, 1), drawn(shape, 2)];
      const loss = gramAs(name, { image });
      assertClose(loss.distance(x, loss.prepare(target)), styleAsWritten[name](raw(x), raw(target)), 1e-5);
    }));

  for (const name of withContent)
    it(`${name}: the content loss is what that system's code computes`, () => tf.tidy(() => {
      const [x, target] = [drawn(shape, 1), drawn(shape, 2)];
      assertClose(contentAs(name).distance(x, target), contentAsWritten[name]!(numbers(x), numbers(target)), 1e-5);
    }));
});

for (const [height, width, channels] of [[5, 7, 3], [9, 4, 16], [1, 6, 2]] as const)
  describe(`every pair of conventions, at ${height}×${width}×${channels}`, () => {
    const size: [number, number, number] = [height, width, channels];
    const pixels: [number, number] = [4 * height, 4 * width + 3];
    const layer = { channels, positions: height * width, image: pixels };
    type Found = Record<string, { loss: number; gradient: number[] }>;
    const found: Record<"style" | "content", Found> = { style: {}, content: {} };
    before(async () => {
      await engine();
      tf.tidy(() => {
        const [x, target] = [drawn(size, 1), drawn(size, 2)];
        const measure = (loss: (features: tf.Tensor3D) => tf.Scalar): Found[string] => {
          const { value, grad } = tf.valueAndGrad(loss as (x: tf.Tensor) => tf.Scalar)(x);
          return { loss: numbers(value)[0], gradient: numbers(grad) };
        };
        const goal = gram().prepare(target);
        for (const name of names) found.style[name] = measure((features) => gramAs(name, { image: pixels }).distance(features, goal));
        for (const name of withContent) found.content[name] = measure((features) => contentAs(name).distance(features, target));
      });
    });

    for (const one of names)
      it(`${one} and each other: parallel gradients, losses in the table's ratio, equal after conversion`, () => {
        for (const other of names) {
          const [a, b] = [found.style[one], found.style[other]];
          const ratio = toPaper[one](channels, height * width, pixels[0] * pixels[1])
            / toPaper[other](channels, height * width, pixels[0] * pixels[1]);
          assertClose(b.loss / a.loss, ratio, 1e-5, `${other} loss`);
          assertClose(b.gradient.map((v) => v / norm(b.gradient)), a.gradient.map((v) => v / norm(a.gradient)), 1e-5, `${other} direction`);
          const weight = convertStyle(7, one, other, layer);
          assertClose(b.gradient.map((v) => v * weight), a.gradient.map((v) => v * 7), 1e-5, `${other} gradient`);
        }
        if (one === "deepTextures") return;
        for (const other of withContent) {
          const [a, b] = [found.content[one], found.content[other]];
          const ratio = contentToPaper[one]!(channels, height * width) / contentToPaper[other]!(channels, height * width);
          assertClose(b.loss / a.loss, ratio, 1e-5, `${other} content loss`);
          const weight = convertContent(7, one, other, layer);
          assertClose(b.gradient.map((v) => v * weight), a.gradient.map((v) => v * 7), 1e-5, `${other} content gradient`);
        }
      });
  });

describe("one picture in every convention's weights", () => {
  let network: Vgg;
  let photo: Image, painting: Image;
  before(async () => {
    network = await randomVgg({ seed: 2, width: 1 / 16 });
    [photo, painting] = [noise([18, 27], { seed: 1 }), noise([18, 27], { seed: 2 })];
  });
  after(() => { network.dispose(); tf.dispose([photo, painting]); });

  const layers = ["relu1_1", "relu2_1", "relu3_1"];
  const weights: Record<string, number> = { relu1_1: 3, relu2_1: 1, relu3_1: 0.2 };
  const shapeAt = (layer: string): { channels: number; positions: number; image: [number, number] } => tf.tidy(() => {
    const [height, width, channels] = network.features(photo, [layer])(layer).shape;
    return { channels, positions: height * width, image: [18, 27] };
  });

  const paint = async (name: Convention): Promise<Float32Array> => {
    const converted = Object.fromEntries(layers.map((layer) => [layer, convertStyle(weights[layer], "paper", name, shapeAt(layer))]));
    const terms = [style(painting, { loss: gramAs(name, { image: [18, 27] }), layers: converted })];
    const place = name === "deepTextures" ? "paper" : name; // it has no content term of its own
    terms.push(content(photo, {
      loss: contentAs(place), layers: ["relu2_2"], weight: convertContent(1e-3, "paper", place, shapeAt("relu2_2")),
    }));
    const goal = objective(network, terms);
    let last: Float32Array | undefined;
    for await (const { image, index } of minimize(goal, { start: painting, optimizer: gradientDescent({ rate: 0.2 }), steps: 6 }))
      if (index === 6) last = image.dataSync() as Float32Array;
    goal.dispose();
    return last!.slice();
  };

  it("comes out the same from all twelve, by gradient descent at one fixed rate", async () => {
    const start = numbers(painting);
    const moved = (image: Float32Array): number[] => start.map((v, i) => image[i] - v);
    const reference = moved(await paint("paper"));
    assert.ok(Math.max(...reference.map(Math.abs)) > 0.05, "the picture has hardly moved");
    // The factors round differently, and each step passes that on: 1e-4 is a hundred times what it comes to.
    for (const name of names) assertClose(moved(await paint(name)), reference, 1e-4, name);
  });
});

describe("the conversion of weights", () => {
  it("from the paper to Johnson is N²/4: 1024 at 64 channels, 65 536 at 512", () => {
    assert.equal(convertStyle(1, "paper", "johnson", { channels: 64, positions: 100 }), 1024);
    assert.equal(convertStyle(1, "paper", "johnson", { channels: 512, positions: 9 }), 65536);
  });

  it("of content, ½ Σ against a mean, is N·M/2", () => tf.tidy(() => {
    assert.equal(convertContent(1, "paper", "johnson", { channels: 512, positions: 64 }), (512 * 64) / 2);
    const [x, target] = [drawn(shape, 1), drawn(shape, 2)];
    assertClose(activations().distance(x, target), meanSquare(numbers(x), numbers(target)), 1e-5);
  }));

  it("refuses a name that it does not know, and what a system lacks", () => {
    for (const name of names) assert.ok(conventions[name].note.length > 15);
    assert.throws(() => gramFactor("jonson" as Convention, { channels: 1, positions: 1 }), /did you mean johnson/);
    assert.throws(() => gramAs("jonson" as Convention), /did you mean johnson/);
    assert.throws(() => contentAs("jonson" as Convention), /did you mean johnson/);
    assert.throws(() => contentAs("deepTextures"), /deepTextures has no content term/);
    assert.throws(() => contentFactor("deepTextures", { channels: 1, positions: 1 }), /no content term/);
    assert.throws(() => gramFactor("keras", { channels: 1, positions: 1 }), /image: \[height, width\]/);
  });
});
