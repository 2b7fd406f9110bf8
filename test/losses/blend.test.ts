import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../../src/image";
import { atLayer } from "../../src/losses/atLayer";
import { channelMeans } from "../../src/losses/channelMeans";
import { covariance } from "../../src/losses/covariance";
import { gaussianWasserstein } from "../../src/losses/gaussianWasserstein";
import { gradientStatistics } from "../../src/losses/gradientStatistics";
import { gram, gramAs } from "../../src/losses/gram";
import { guidedGram } from "../../src/losses/guidedGram";
import { isCrossLayer, type LayerLoss } from "../../src/losses/loss";
import { lossSpecs } from "../../src/losses/lossSpecs";
import { meanStd } from "../../src/losses/meanStd";
import { mmd } from "../../src/losses/mmd";
import { moments } from "../../src/losses/moments";
import { relative } from "../../src/losses/relative";
import { shiftedGram } from "../../src/losses/shiftedGram";
import { slicedWasserstein } from "../../src/losses/slicedWasserstein";
import type { Network } from "../../src/networks/network";
import { randomVgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { engine } from "../../src/platform/engine/engine";
import { makeFrom } from "../../src/spec";
import { style, type Term } from "../../src/terms";
import { assertClose, drawn, leaksNothing, numbers } from "../compare";

const shape: [number, number, number] = [5, 7, 3];
/** Every loss that blends and forgets positions, as it is registered; guided losses and those that see neighbors follow below. */
const mixing: LayerLoss[] = [gram(), gramAs("paper"), channelMeans(), meanStd(), covariance(), gaussianWasserstein(),
  mmd("linear"), mmd("polynomial", { offset: 1 }), moments()];
const inEveryForm: LayerLoss[] = mixing.flatMap((loss) => [loss, relative(loss)]);

describe("prepared targets that blend", () => {
  before(() => engine());

  it("are all held to the law below", () => {
    const blending = lossSpecs.filter(({ kind, positional, name }) => kind === "style" && !positional && name !== "mmd")
      .map((spec) => makeFrom(spec, "loss", spec.name === "gramAs" ? { convention: "paper" } : {}))
      .filter((loss) => loss.blend && !isCrossLayer(loss)).map(({ name }) => name);
    assert.deepEqual(blending.filter((name) => !mixing.some((loss) => loss.name === name)), []);
  });

  for (const loss of inEveryForm)
    for (const [weights, copies] of [[[0.5, 0.5], [1, 1]], [[0.25, 0.75], [1, 3]]] as const)
      it(`${loss.name}: a blend ${weights.join(" : ")} is the target of the images side by side, as wide as their weights`, () => tf.tidy(() => {
        const [a, b, seen] = [drawn(shape, 1), tf.add<tf.Tensor3D>(drawn(shape, 2), 1), drawn(shape, 3)];
        const blended = loss.blend!([loss.prepare(a), loss.prepare(b)], weights);
        const parts = [...Array<tf.Tensor3D>(copies[0]).fill(a), ...Array<tf.Tensor3D>(copies[1]).fill(b)];
        const beside = loss.prepare(tf.concat(parts, 1) as tf.Tensor3D);
        assertClose(loss.distance(seen, blended), loss.distance(seen, beside), 1e-5);
        assert.ok(numbers(loss.distance(tf.concat(parts, 0) as tf.Tensor3D, blended))[0] < 1e-5 * numbers(loss.distance(seen, blended))[0]);
      }));

  it("gaussian Wasserstein with fewer positions than channels: the same", () => tf.tidy(() => {
    const [a, b, seen] = [drawn([2, 2, 9], 1), drawn([2, 2, 9], 2), drawn([2, 3, 9], 3)];
    const loss = gaussianWasserstein();
    const blended = loss.blend!([loss.prepare(a), loss.prepare(b)], [0.5, 0.5]);
    assertClose(loss.distance(seen, blended), loss.distance(seen, loss.prepare(tf.concat([a, b], 1) as tf.Tensor3D)), 1e-4);
  }));

  it("gradient statistics: the same, but for the seam", () => tf.tidy(() => {
    const [a, b, seen] = [drawn([40, 9, 2], 1), tf.mul<tf.Tensor3D>(drawn([40, 9, 2], 2), 3), drawn([40, 9, 2], 3)];
    const loss = gradientStatistics();
    const blended = loss.blend!([loss.prepare(a), loss.prepare(b)], [0.5, 0.5]);
    assertClose(loss.distance(seen, blended), loss.distance(seen, loss.prepare(tf.concat([a, b], 0) as tf.Tensor3D)), 0.05);
  }));

  it("at a layer they blend as without one", () => tf.tidy(() => {
    const [a, b, seen] = [drawn(shape, 1), drawn(shape, 2), drawn(shape, 3)];
    const loss = atLayer(relative(covariance()), "relu1_1");
    const blended = loss.blend!([loss.prepare(() => a), loss.prepare(() => b)], [0.5, 0.5]);
    const beside = loss.prepare(() => tf.concat([a, b], 1) as tf.Tensor3D);
    assertClose(loss.distance(() => seen, blended), loss.distance(() => seen, beside), 1e-5);
  }));

  const keepsAlone = async (loss: LayerLoss): Promise<void> => {
    const [a, b, seen] = [drawn(shape, 1), drawn(shape, 2), drawn(shape, 3)];
    await leaksNothing(() => {
      const [first, second] = [loss.prepare(a), loss.prepare(b)];
      const alone = loss.distance(seen, first);
      for (const [memories, weights] of [[[first, second], [1, 0]], [[first, first], [0.3, 0.7]]] as const) {
        const blended = loss.blend!(memories, weights);
        const distance = loss.distance(seen, blended);
        assertClose(distance, alone, 1e-5);
        tf.dispose([blended, distance]);
      }
      tf.dispose([first, second, alone]);
    });
    tf.dispose([a, b, seen]);
  };

  for (const loss of [...inEveryForm, gradientStatistics(), shiftedGram({ shifts: [0, 1] })])
    it(`${loss.name}: what weighs 0 is not there, a target blended with itself is itself, nothing is left behind`, () => keepsAlone(loss));

  it("guided gram: the same", async () => {
    const ones = tf.ones<tf.Rank.R2>([5, 7]);
    await keepsAlone(guidedGram({ image: ones, target: ones }));
    ones.dispose();
  });
});

describe("a term with several styles", () => {
  let network: Network;
  let strokes: Image, mosaic: Image, image: Image;
  const layers = ["relu1_1", "relu2_1"];
  before(async () => {
    network = await randomVgg({ width: 1 / 16 });
    [strokes, mosaic, image] = [noise([16, 20], { seed: 1 }), noise([20, 12], { seed: 2, strength: 0.4 }), noise([12, 12], { seed: 3 })];
  });
  after(() => { network.dispose(); tf.dispose([strokes, mosaic, image]); });

  const valueOf = async (terms: Term[]): Promise<number> => {
    const goal = objective(network, terms);
    try {
      return (await goal.measure(image)).value;
    } finally {
      goal.dispose();
    }
  };

  it("compares with the Gram matrices' weighted mean, the weights taken as parts of their sum", async () => {
    const grams = (seen: Image, layer: string): number[] => tf.tidy(() => {
      const features = network.features(seen, [layer])(layer);
      const [values, channels] = [numbers(features), features.shape[2]];
      return Array.from({ length: channels ** 2 }, (_, at) => {
        const [i, j] = [Math.floor(at / channels), at % channels];
        let sum = 0;
        for (let p = 0; p < values.length; p += channels) sum += values[p + i] * values[p + j];
        return (sum * channels) / values.length;
      });
    });
    const expected = layers.map((layer) => {
      const [s, m, x] = [strokes, mosaic, image].map((each) => grams(each, layer));
      return x.reduce((sum, value, at) => sum + (value - (2 * s[at] + m[at]) / 3) ** 2, 0) / x.length;
    });
    const told = await valueOf([style([{ image: strokes, weight: 4 }, { image: mosaic, weight: 2 }], { layers })]);
    assertClose(told, (expected[0] + expected[1]) / 2, 1e-5);
  });

  it("is the plain term for one image, whatever its weight, and for another that weighs 0", async () => {
    const plain = await valueOf([style(strokes, { layers })]);
    assertClose(await valueOf([style([{ image: strokes, weight: 7 }], { layers })]), plain, 1e-6);
    assertClose(await valueOf([style([{ image: strokes, weight: 7 }, { image: mosaic, weight: 0 }], { layers })]), plain, 1e-6);
  });

  it("looks at every image once, and leaves nothing behind", () => leaksNothing(async () => {
    let passes = 0;
    const counting: Network = { ...network, features: (...args) => (passes++, network.features(...args)) };
    const both = [{ image: strokes, weight: 1 }, { image: mosaic, weight: 1 }];
    const goal = objective(counting, [style(both, { layers }), style(mosaic, { name: "mosaic", layers })]);
    assert.equal(passes, 2);
    goal.dispose();
  }));

  it("refuses no image, a negative weight, only zeros, and a loss whose targets do not blend", () => {
    const refuses = (shares: object[], message: RegExp, loss: LayerLoss = gram()): void =>
      assert.throws(() => objective(network, [style(shares as never, { layers, loss })]), message);
    refuses([], /the target of "style" has no image at all/);
    refuses([{ image: strokes, weight: -1 }], /weight of image 1 of the target of "style" must be 0 or more, got -1/);
    refuses([{ image: strokes, weight: 1 }, { image: undefined, weight: 1 }], /image 2 of the target of "style" is not an image/);
    refuses([{ image: strokes, weight: 0 }, { image: mosaic, weight: 0 }], /all weights of the target of "style" are 0/);
    refuses([{ image: strokes, weight: 1 }, { image: mosaic, weight: 1 }],
      /targets of the loss sliced Wasserstein do not blend: give "style" one image, and each other a term/, slicedWasserstein());
  });
});
