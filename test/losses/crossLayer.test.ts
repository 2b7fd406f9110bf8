// Losses that read several layers, written as in a notebook cell; and the errors for what is not a loss.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../../src/image";
import { activations } from "../../src/losses/activations";
import { atLayer } from "../../src/losses/atLayer";
import { acrossLayers, fromStatistic } from "../../src/losses/fromStatistic";
import { gram } from "../../src/losses/gram";
import type { FeaturesByLayer, LayerLoss, Loss } from "../../src/losses/loss";
import { relative } from "../../src/losses/relative";
import { relaxedEmd } from "../../src/losses/relaxedEmd";
import { randomVgg, type Vgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { content, smoothness, style, type Term } from "../../src/terms";
import { perLayer } from "../../src/weighting/termWeights";
import { assertClose, leaksNothing, numbers, slopes } from "../compare";

/** Σₚ a[p,i] b[p,j] / M: which channels of two layers of one size are active together. */
const crossGram = (a: tf.Tensor3D, b: tf.Tensor3D): tf.Tensor2D => {
  const [height, width, channels] = a.shape;
  const rows = (x: tf.Tensor3D): tf.Tensor2D => tf.reshape(x, [height * width, x.shape[2]]);
  assert.equal(rows(a).shape[1], channels);
  return tf.div(tf.matMul(rows(a), rows(b), true, false), height * width);
};
const crossLayer = (): Loss =>
  acrossLayers(["relu1_1", "relu1_2"], (features) => crossGram(features("relu1_1"), features("relu1_2")), "cross-layer Gram");

/** A loss of hypercolumns, as in STROTSS: every layer resized to the first, the channels concatenated. */
const hypercolumns = (loss: LayerLoss, layers: readonly string[]): Loss => {
  const columns = (features: FeaturesByLayer): tf.Tensor3D => {
    const [height, width] = features(layers[0]).shape;
    return tf.concat(layers.map((layer) => tf.image.resizeBilinear(features(layer), [height, width])), 2);
  };
  return {
    name: `${loss.name} of hypercolumns`, layers,
    prepare: (features) => tf.tidy(() => loss.prepare(columns(features))),
    distance: (features, target) => tf.tidy(() => loss.distance(columns(features), target)),
  };
};

describe("a loss across layers", () => {
  let network: Vgg;
  let photo: Image, painting: Image;
  before(async () => {
    network = await randomVgg({ width: 1 / 16 });
    [photo, painting] = [noise([20, 24], { seed: 1 }), noise([16, 16], { seed: 2 })];
  });
  after(() => { network.dispose(); tf.dispose([photo, painting]); });

  it("has one part, named like its term, with the value that plain loops compute", async () => {
    const goal = objective(network, [content(photo), style(painting, { loss: crossLayer(), weight: 3 })]);
    assert.deepEqual(goal.parts, ["content relu4_2", "style"]);
    const { unweighted, parts, value } = await goal.measure(photo);
    goal.dispose();
    const plain = (image: Image): number[] => tf.tidy(() => {
      const features = network.features(image, ["relu1_1", "relu1_2"]);
      const [a, b] = ["relu1_1", "relu1_2"].map((layer) => numbers(features(layer)));
      const channels = features("relu1_1").shape[2];
      const positions = a.length / channels;
      return Array.from({ length: channels ** 2 }, (_, k) => Array.from({ length: positions }, (_, p) =>
        a[p * channels + Math.floor(k / channels)] * b[p * channels + (k % channels)]).reduce((sum, v) => sum + v, 0) / positions);
    });
    const [a, b] = [plain(photo), plain(painting)];
    const expected = a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / a.length;
    assertClose(unweighted.style, expected, 1e-4);
    assertClose(parts.style, 3 * expected, 1e-4);
    assertClose(value, parts.style + parts["content relu4_2"], 1e-6);
  });

  it("is 0 for the target itself, is relative to it, blends, and leaves no tensor behind", () => leaksNothing(async () => {
    const lone = objective(network, [style(painting, { loss: relative(crossLayer()) })]);
    assert.ok((await lone.measure(painting)).value < 1e-12);
    const black = tf.zerosLike(painting);
    const both = objective(network, [style([{ image: painting, weight: 1 }, { image: photo, weight: 1 }], { loss: crossLayer() })]);
    assert.ok((await both.measure(painting)).value > 0);
    tf.dispose(black);
    lone.dispose();
    both.dispose();
  }));

  it("has the gradient that finite differences show, also of hypercolumns", () => tf.tidy(() => {
    const layers = ["relu1_1", "relu2_1"];
    for (const loss of [crossLayer(), hypercolumns(gram(), layers), hypercolumns(relaxedEmd(), layers)]) {
      const target = loss.prepare(network.features(painting, [...loss.layers]));
      const { difference, gradient } = slopes(
        (image) => loss.distance(network.features(image as Image, [...loss.layers]), target), photo as tf.Tensor3D, 1e-2);
      assert.ok(Math.abs(difference - gradient) <= 2e-2 * Math.abs(gradient), `${loss.name}: ${difference} against ${gradient}`);
    }
  }));

  it("atLayer() makes one of a loss of one layer, with the same numbers", async () => {
    const at = (terms: Term[]): Promise<number> => {
      const goal = objective(network, terms);
      return goal.measure(photo).then(({ value }) => value).finally(() => goal.dispose());
    };
    assert.equal(await at([style(painting, { loss: atLayer(gram(), "relu2_1") })]), await at([style(painting, { layers: ["relu2_1"] })]));
  });

  it("takes a term of another kind, which is registered nowhere", async () => {
    const previous = noise([20, 24], { seed: 3 });
    const temporal: Term = { name: "temporal", kind: "temporal", target: previous, layers: ["pixels"], loss: activations(), weight: 2 };
    const goal = objective(network, [content(photo), temporal]);
    const { unweighted } = await goal.measure(photo);
    const [a, b] = [numbers(photo), numbers(previous)];
    assertClose(unweighted.temporal, a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / a.length, 1e-5);
    goal.dispose();
    previous.dispose();
  });

  it("is refused with `layers` in the term, or with a layer that the network lacks", () => {
    const refuses = (term: Term, message: RegExp): void => { assert.throws(() => objective(network, [term]), message); };
    refuses(style(painting, { loss: crossLayer(), layers: ["relu1_1"] }), /cross-layer Gram names its layers itself: leave out the layers of "style"/);
    refuses(style(painting, { loss: { ...crossLayer(), layers: ["relu1_1", "relu1_9"] } }), /no layer relu1_9 in .*did you mean relu1_/);
  });
});

describe("what is not a loss", () => {
  let network: Vgg;
  let photo: Image;
  before(async () => {
    network = await randomVgg({ width: 1 / 16 });
    photo = noise([16, 16]);
  });
  after(() => { network.dispose(); photo.dispose(); });

  const build = (loss: unknown, of: Partial<Term> = {}): void =>
    objective(network, [{ ...style(photo, { layers: ["relu1_1"] }), loss: loss as LayerLoss, ...of }]).dispose();

  it("a loss that was not called, a bare function, a promise, a string: the error says what to write", () => {
    assert.throws(() => build(gram), /the loss of "style" is a function, gram, and not a loss: call it, such as gram\(\)/);
    assert.throws(() => build((x: tf.Tensor) => tf.mean(x)), /a loss of a statistic: fromStatistic\(/);
    assert.throws(() => build(Promise.resolve(gram())), /is a promise: write `await`/);
    assert.throws(() => build("gram"), /is not a loss: a loss is such as gram\(\).*got gram/);
    assert.throws(() => relative(gram as unknown as LayerLoss), /the loss in relative\(…\) is a function, gram/);
    assert.throws(() => perLayer(style(photo), () => gram as unknown as LayerLoss), /the loss of "style" at relu1_1 is a function/);
  });

  it("a loss that returns a vector, a number, or shapes that depend on the size: the error names term, layer and remedy", async () => {
    const measuring = async (loss: LayerLoss, image: Image = photo): Promise<void> => {
      const goal = objective(network, [style(photo, { layers: ["relu2_1"], loss })]);
      try { await goal.measure(image); } finally { goal.dispose(); }
    };
    const vector = { name: "mine", prepare: () => [], distance: (x: tf.Tensor3D) => tf.mean(x, [0, 1]) } as unknown as LayerLoss;
    await assert.rejects(measuring(vector), /"style relu2_1" \(mine\): the loss returns a tensor \[8\], and a loss is one number: take its tf\.mean/);
    const number = { ...vector, distance: () => 3 } as unknown as LayerLoss;
    await assert.rejects(measuring(number), /"style relu2_1" \(mine\): the loss returns a number, and no tensor/);
    const large = noise([24, 24]);
    const rows = fromStatistic((x) => tf.mean(x, 2), "rows");
    await assert.rejects(measuring(rows, large), /"style relu2_1" \(rows\): the statistic rows is \[12, 12\] for the image and \[8, 8\] for the target/);
    large.dispose();
  });

  it("a target for a loss that compares with none, and none for a loss that needs one", () => {
    assert.throws(() => build(smoothness().loss, { layers: ["pixels"] }), /compares with nothing: leave out the target of "style"/);
    assert.throws(() => build(gram(), { target: undefined }), /the target of "style"/);
  });

  it("two parts with one name, which would share one curve", () => {
    assert.throws(() => objective(network, [style(photo, { layers: ["relu1_1", "relu2_1"] }),
      { ...style(photo, { name: "style relu1_1", loss: atLayer(gram(), "relu1_1") }) }]), /two parts are called "style relu1_1"/);
  });
});
