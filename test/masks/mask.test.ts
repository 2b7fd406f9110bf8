import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../../src/image";
import { activations } from "../../src/losses/activations";
import { atLayer } from "../../src/losses/atLayer";
import { gramAs, gramMatrix } from "../../src/losses/gram";
import { guidedGram } from "../../src/losses/guidedGram";
import type { LayerLoss } from "../../src/losses/loss";
import { maskedActivations } from "../../src/losses/maskedActivations";
import { relative } from "../../src/losses/relative";
import { propagate } from "../../src/masks/propagate";
import { randomVgg, type Vgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { engine } from "../../src/platform/engine/engine";
import { memoizeTargets } from "../../src/sweeps/featureCache";
import { content, style, type Term } from "../../src/terms";
import { perLayer } from "../../src/weighting/termWeights";
import { assertClose, drawn, leaksNothing, numbers, slopes } from "../compare";

const shape: [number, number, number] = [4, 6, 3];
/** A mask as large as an image of which `shape` is a layer: soft values between 0 and 1. */
const soft = (seed: number): tf.Tensor2D => tf.randomUniform([8, 12], 0, 1, "float32", seed) as tf.Tensor2D;
const left = (): tf.Tensor2D => tf.concat([tf.ones([8, 4]), tf.zeros([8, 8])], 1) as tf.Tensor2D;
const distance = (mask: tf.Tensor2D, features: tf.Tensor3D, target: tf.Tensor3D): tf.Scalar => {
  const loss = maskedActivations(mask);
  return loss.distance(features, loss.prepare(target));
};

describe("content with a mask", () => {
  before(() => engine());

  it("is what plain loops compute: each position of the layer has the mean of the mask over the four pixels that it covers", () => tf.tidy(() => {
    const [features, target, mask] = [drawn(shape, 1), drawn(shape, 2), soft(3)];
    const [x, y, m] = [features, target, mask].map(numbers);
    let sum = 0;
    for (let row = 0; row < 4; row++)
      for (let column = 0; column < 6; column++) {
        const at = (down: number, right: number): number => m[(2 * row + down) * 12 + 2 * column + right];
        const weight = (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4;
        for (let c = 0; c < 3; c++) sum += (weight * (x[(row * 6 + column) * 3 + c] - y[(row * 6 + column) * 3 + c])) ** 2;
      }
    assertClose(distance(mask, features, target), sum / features.size, 1e-5);
  }));

  it("a mask of ones changes nothing", () => tf.tidy(() => {
    const [features, target] = [drawn(shape, 1), drawn(shape, 2)];
    assertClose(distance(tf.ones([8, 12]), features, target), activations().distance(features, target), 1e-6);
  }));

  it("the losses of complementary masks sum to that of the whole", () => tf.tidy(() => {
    const [features, target] = [drawn(shape, 1), drawn(shape, 2)];
    const parts = tf.add(distance(left(), features, target), distance(tf.sub(1, left()), features, target));
    assertClose(parts, activations().distance(features, target), 1e-6);
  }));

  it("does not depend on what is outside the mask", () => tf.tidy(() => {
    const [features, target] = [drawn(shape, 1), drawn(shape, 2)];
    const changed = tf.concat([tf.slice(features, [0, 0, 0], [4, 2, 3]), tf.add(tf.slice(features, [0, 2, 0], [4, 4, 3]), 5)], 1) as tf.Tensor3D;
    assertClose(distance(left(), changed, target), distance(left(), features, target), 1e-7);
  }));

  it("its gradient agrees with finite differences, and it leaves nothing behind", async () => {
    const [features, target, mask] = [drawn(shape, 1), drawn(shape, 2), soft(3)];
    for (const loss of [maskedActivations(mask), relative(maskedActivations(mask))]) {
      tf.tidy(() => {
        const prepared = loss.prepare(target);
        const { difference, gradient } = slopes((x) => loss.distance(x, prepared as never), features);
        assert.ok(Math.abs(difference - gradient) <= 1e-3 * Math.abs(gradient), `${difference} against ${gradient}`);
      });
      await leaksNothing(() => {
        const prepared = loss.prepare(target);
        tf.dispose([loss.distance(features, prepared as never), prepared]);
      });
    }
    tf.dispose([features, target, mask]);
  });

  it("refuses masks of zeros, of values outside 0…1, of several regions, of another size, and what is not a mask", () => tf.tidy(() => {
    assert.throws(() => maskedActivations(tf.zeros([8, 12])), /region 0 of the mask of the content is empty: it is 0 everywhere/);
    assert.throws(() => maskedActivations(tf.fill([8, 12], 255)), /a value of 255: values are from 0, outside, to 1, inside; divide by 255/);
    assert.throws(() => maskedActivations(tf.fill([8, 12], -0.5)), /a value of -0.5/);
    assert.throws(() => maskedActivations(tf.fill([8, 12], NaN)), /a value of NaN/);
    assert.throws(() => maskedActivations(tf.ones([8, 12, 2]) as never), /has 2 regions: give each region its own term/);
    assert.throws(() => maskedActivations([[1, 0]] as never), /is not a mask: a mask is a tensor \[height, width\]/);
    const gone = tf.ones<tf.Rank.R2>([8, 12]);
    gone.dispose();
    assert.throws(() => maskedActivations(gone), /was disposed; a mask must live as long as the loss/);
    const loss = maskedActivations(tf.ones([12, 8]));
    assert.throws(() => loss.prepare(drawn(shape)), /the mask of the content is 12×8, and does not fit its image, which is 4×6 at this layer/);
    const fitting = maskedActivations(tf.ones([8, 12]));
    assert.throws(() => fitting.distance(drawn([2, 6, 3]), fitting.prepare(drawn(shape))), /same size/);
  }));
});

describe("style with masks", () => {
  before(() => engine());

  it("the Gram matrices of complementary regions, weighted by their areas, sum to that of the whole", () => tf.tidy(() => {
    const target = drawn(shape, 2);
    const both = tf.stack([left(), tf.sub<tf.Tensor2D>(1, left())], 2) as tf.Tensor3D;
    const [one, other] = tf.unstack(guidedGram({ image: both, target: both }).prepare(target));
    assertClose(tf.add(tf.mul(one, 1 / 3), tf.mul(other, 2 / 3)), gramMatrix(target), 1e-6); // `left` is a third of the image
  }));
});

describe("the size of a mask", () => {
  let network: Vgg;
  let photo: Image, painting: Image, seen: Image;
  before(async () => {
    network = await randomVgg({ width: 1 / 16 });
    [photo, painting, seen] = [noise([32, 48], { seed: 1 }), noise([24, 24], { seed: 2 }), noise([32, 48], { seed: 3 })];
  });
  after(() => { network.dispose(); tf.dispose([photo, painting, seen]); });

  const layers = ["relu1_1", "relu2_1", "relu3_1"];
  const valueOf = async (terms: readonly Term[]): Promise<number> => {
    const goal = objective(network, terms);
    return goal.measure(seen).then(({ value }) => value).finally(() => goal.dispose());
  };
  /** Every way in which a loss may be wrapped before a term has it. */
  const wrapped: Record<string, (loss: LayerLoss, of?: Partial<Term>) => Term[]> = {
    plain: (loss, of) => [{ ...style(painting, { loss, layers }), ...of }],
    relative: (loss, of) => [{ ...style(painting, { loss: relative(loss), layers }), ...of }],
    "relative twice": (loss, of) => [{ ...style(painting, { loss: relative(relative(loss)), layers }), ...of }],
    "at a layer": (loss, of) => [{ ...style(painting, { loss: atLayer(loss, "relu2_1") }), ...of }],
    "relative at a layer": (loss, of) => [{ ...style(painting, { loss: relative(atLayer(loss, "relu2_1")) }), ...of }],
    "at a layer, relative": (loss, of) => [{ ...style(painting, { loss: atLayer(relative(loss), "relu2_1") }), ...of }],
    "per layer": (loss, of) => perLayer({ ...style(painting, { layers }), ...of }, () => relative(loss)),
    "prepared once for many": (loss, of) => [{ ...style(painting, { loss: memoizeTargets(relative(loss)), layers }), ...of }],
    "of a blend": (loss, of) => [{ ...style([{ image: painting, weight: 1 }, { image: painting, weight: 3 }], { loss: relative(loss), layers }), ...of }],
  };
  const guides = (image: [number, number], target: [number, number]): [tf.Tensor2D, tf.Tensor2D] => [image, target].map(([height, width]) =>
    tf.tidy(() => tf.clipByValue(tf.tile(tf.reshape(tf.linspace(0, 1, width), [1, width]), [height, 1]), 0, 1))) as [tf.Tensor2D, tf.Tensor2D];

  for (const [how, terms] of Object.entries(wrapped)) {
    it(`${how}: a painting and its guide may have another shape than the photograph and its guide`, () => leaksNothing(async () => {
      const [image, target] = guides([32, 48], [24, 24]);
      const value = await valueOf(terms(guidedGram({ image, target })));
      assert.ok(Number.isFinite(value) && value > 0);
      tf.dispose([image, target]);
    }));

    it(`${how}: a guide smaller than its image is refused, with both sizes, though its aspect ratio fits`, async () => {
      const [image, target] = guides([10, 15], [24, 24]);
      const shallow = how.includes("at a layer") ? "16×24" : "32×48";
      await assert.rejects(valueOf(terms(guidedGram({ image, target }))), new RegExp(`guide of the image is 10×15, and is too small for its image, which is ${shallow} at`));
      const [other, small] = guides([32, 48], [10, 10]);
      await assert.rejects(valueOf(terms(guidedGram({ image: other, target: small }))), /guide of the target is 10×10, and is too small for its image/);
      tf.dispose([image, target, other, small]);
    });
  }

  it("the same for the content", async () => {
    const [small, image] = guides([10, 15], [32, 48]);
    const term = (mask: tf.Tensor2D, wrap: (loss: LayerLoss) => LayerLoss): Term[] =>
      [content(photo, { loss: wrap(maskedActivations(mask)), layers: ["relu1_1", "relu3_1"] })];
    for (const wrap of [(loss: LayerLoss) => loss, (loss: LayerLoss) => relative(loss)]) {
      await assert.rejects(valueOf(term(small, wrap)), /mask of the content is 10×15, and is too small for its image, which is 32×48 at this layer/);
      assert.ok(await valueOf(term(image, wrap)) > 0);
    }
    tf.dispose([small, image]);
  });

  it("a mask that was propagated from a smaller one is refused at the layer", async () => {
    const [small, target] = guides([16, 24], [24, 24]);
    const masks = await propagate(network, small, ["relu2_1"]);
    await assert.rejects(valueOf([style(painting, { loss: relative(guidedGram({ image: masks.relu2_1, target })), layers: ["relu2_1"] })]),
      /guide of the image is 8×12, and is too small for its image, which is 16×24 at this layer/);
    tf.dispose([small, target, masks]);
  });

  it("relative to its target, a guided loss is 1 for activations of zero of the image's shape", () => tf.tidy(() => {
    const [image, target] = guides([8, 12], [6, 6]);
    const loss = relative(guidedGram({ image, target }));
    assertClose(loss.distance(tf.zeros([8, 12, 3]), loss.prepare(drawn([6, 6, 3], 2))), 1, 1e-6);
    const keras = relative(gramAs("keras", { image: [8, 12] }));
    assertClose(keras.distance(tf.zeros([8, 12, 3]), keras.prepare(drawn([6, 6, 3], 2))), 1, 1e-6); // its factor depends on the image's shape
  }));
});
