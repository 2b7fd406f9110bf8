// What must hold for every loss, whatever it computes.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { activations, contentAs } from "../../src/losses/activations";
import { channelMeans } from "../../src/losses/channelMeans";
import { conventions, type Convention } from "../../src/losses/conventions";
import { covariance } from "../../src/losses/covariance";
import { fromStatistic } from "../../src/losses/fromStatistic";
import { gaussianWasserstein } from "../../src/losses/gaussianWasserstein";
import { gradientStatistics } from "../../src/losses/gradientStatistics";
import { gram, gramAs } from "../../src/losses/gram";
import { guidedGram } from "../../src/losses/guidedGram";
import { histogram } from "../../src/losses/histogram";
import { isCrossLayer, type LayerLoss, type Loss } from "../../src/losses/loss";
import { lossSpecs } from "../../src/losses/lossSpecs";
import { maskedActivations } from "../../src/losses/maskedActivations";
import { meanStd } from "../../src/losses/meanStd";
import { mmd } from "../../src/losses/mmd";
import { moments } from "../../src/losses/moments";
import { patches } from "../../src/losses/patches";
import { pixels } from "../../src/losses/pixels";
import { relative } from "../../src/losses/relative";
import { relaxedEmd } from "../../src/losses/relaxedEmd";
import { shiftedGram } from "../../src/losses/shiftedGram";
import { slicedWasserstein } from "../../src/losses/slicedWasserstein";
import { totalVariationLoss, variations } from "../../src/losses/smoothness";
import { weightedPixels } from "../../src/losses/weightedPixels";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, distanceOf, drawn, leaksNothing, slopes } from "../compare";

const shape: [number, number, number] = [5, 7, 3]; // no two sides alike: a transposition cannot hide
const image: [number, number] = [20, 28];

const systems = Object.keys(conventions) as Convention[];

/** A mask of the size of the layer, with a soft edge: a tensor, so built once there is an engine. */
let mask: tf.Tensor2D;
const masked = (name: string, make: () => LayerLoss): LayerLoss => ({
  name, prepare: (target) => make().prepare(target), distance: (features, target) => make().distance(features, target),
});

/** Every loss of the library that compares with a target, by the file it is in. */
const losses: Record<string, LayerLoss[]> = {
  activations: [activations(), contentAs("johnson")],
  channelMeans: [channelMeans()],
  covariance: [covariance()],
  fromStatistic: [fromStatistic((features) => tf.mean(features, [0, 1]), "means")],
  gaussianWasserstein: [gaussianWasserstein()],
  gradientStatistics: [gradientStatistics()],
  gram: [gram(), ...systems.map((convention) => gramAs(convention, { image }))],
  guidedGram: [masked("guided gram", () => guidedGram({ image: mask, target: mask }))],
  histogram: [histogram()],
  maskedActivations: [masked("masked activations", () => maskedActivations(mask))],
  meanStd: [meanStd()],
  mmd: [mmd("linear"), mmd("polynomial", { offset: 1 }), mmd("gaussian")],
  moments: [moments(), alike(moments({ layers: ["relu1_1", "relu2_1"] }))],
  patches: [patches()],
  pixels: [pixels()],
  relaxedEmd: [relaxedEmd(), alike(relaxedEmd({ layers: ["relu1_1", "relu2_1"] }))],
  shiftedGram: [shiftedGram()],
  slicedWasserstein: [slicedWasserstein()],
  weightedPixels: [weightedPixels()],
};
/** A loss that is registered, but has no line above, is held to the laws as it is by default. */
const others = lossSpecs.filter(({ name }) => !(name in losses) && !["contentAs", "gramAs"].includes(name));
for (const spec of others) losses[spec.name] = [alike(spec.make({}))];
/** A loss of several layers as one that sees the same activations at each. */
function alike(loss: LayerLoss | Loss): LayerLoss {
  if (!isCrossLayer(loss)) return loss;
  return { name: loss.name, prepare: (target) => loss.prepare(() => target), distance: (features, target) => loss.distance(() => features, target) };
}

const alone = Object.values(losses).flat();
const inUnits = ({ name }: LayerLoss): boolean => systems.some((system) => name.endsWith(`(${system})`));
const comparing: LayerLoss[] = [...alone, ...alone.filter((loss) => !inUnits(loss)).map(relative)];
/** Those that see where things are, or what is beside what. */
const placed = [
  "pixels", "feature-weighted pixels", "guided gram", "gradient statistics", "gram shifted by 0, 1, 2, 4", "patches 3×3",
  ...others.filter(({ positional }) => positional).flatMap(({ name }) => losses[name].map((loss) => loss.name)),
];
const forgetful = comparing.filter(({ name }) => !name.includes("activations") && !placed.includes(name.replace(/^relative /, "")));
/** Where ranks or the nearest change, the slope has an edge: a smaller step meets fewer. */
const stepOf = ({ name }: LayerLoss): number => (/sliced|histogram|moments/.test(name) ? 3e-4 : name.includes("relaxed EMD") ? 1e-3 : 1e-2);
/** What iterates to a square root, or divides and multiplies again, is 0 as far as float32 can tell. */
const zeroOf = ({ name }: LayerLoss): number => (/Gaussian Wasserstein|patches/.test(name) ? 1e-12 : 0);
/** A regularizer prepares nothing. */
const smooth: LayerLoss[] = variations.map((variation) => ({ prepare: () => [], ...totalVariationLoss(variation) }));

describe("every loss", () => {
  before(async () => {
    await engine();
    mask = tf.tensor2d(Array.from({ length: 35 }, (_, p) => Math.min(1, (p % 7) / 4)), [5, 7]);
  });

  for (const loss of [...comparing, ...smooth]) {
    it(`${loss.name}: its gradient is the slope that small differences show`, () => tf.tidy(() => {
      const memory = loss.prepare(drawn(shape, 2));
      const { difference, gradient } = slopes((x) => loss.distance(x, memory), drawn(shape, 1), stepOf(loss));
      assert.ok(Math.abs(difference - gradient) <= 1e-3 * Math.abs(gradient), `${difference} against ${gradient}`);
    }));

    it(`${loss.name}: leaves no tensor behind`, async () => {
      const [seen, target] = [drawn(shape, 1), drawn(shape, 2)];
      await leaksNothing(() => {
        const memory = loss.prepare(target);
        loss.distance(seen, memory).dispose();
        tf.dispose(memory);
      });
      tf.dispose([seen, target]);
    });
  }

  for (const loss of comparing) {
    it(`${loss.name}: is 0 for the target itself, and more for anything else`, () => tf.tidy(() => {
      assert.ok(distanceOf(loss, drawn(shape, 1), drawn(shape, 1)) <= zeroOf(loss));
      assert.ok(distanceOf(loss, drawn(shape, 1), drawn(shape, 2)) > 0);
    }));
  }

  for (const loss of alone.filter((each) => !inUnits(each)))
    it(`${loss.name}: relative to its target is 1 for activations of zero`, () => tf.tidy(() => {
      const zeros = tf.zeros<tf.Rank.R3>(shape);
      assertClose(distanceOf(relative(loss), zeros, drawn(shape, 2)), 1, 1e-5);
      if (loss.ofZeros) assertClose(loss.ofZeros(zeros, loss.prepare(drawn(shape, 2))), distanceOf(loss, zeros, drawn(shape, 2)), 1e-5);
    }));

  for (const loss of forgetful)
    it(`${loss.name}: forgets where things are`, () => tf.tidy(() => {
      const [seen, target] = [drawn(shape, 1), drawn(shape, 2)];
      const moved = tf.reverse(seen, [0, 1]) as tf.Tensor3D;
      assertClose(distanceOf(loss, moved, target), distanceOf(loss, seen, target), 1e-5);
    }));

  it("activations do not forget where things are", () => tf.tidy(() => {
    const target = drawn(shape, 2);
    assert.ok(distanceOf(activations(), tf.reverse(target, 1) as tf.Tensor3D, target) > 0.1);
  }));

  it("activations refuse images of two sizes, and say what to do", () => tf.tidy(() => {
    assert.throws(() => distanceOf(activations(), drawn([5, 6, 3]), drawn(shape)), /5×7×3.*5×6×3.*resize/);
  }));

  for (const loss of forgetful.filter(({ name }) => name !== "means"))
    it(`${loss.name}: compares images of different sizes, a tiled target being the target`, () => tf.tidy(() => {
      const target = drawn(shape, 2);
      const rounding = loss.name.includes("moments") ? 1e-6 : 1e-9; // of a difference that is not squared
      assert.ok(distanceOf(loss, tf.tile(target, [2, 3, 1]), target) < rounding);
    }));

  for (const loss of forgetful)
    it(`${loss.name}: has a value and a slope where images are constant, silent, one pixel, one channel`, () => tf.tidy(() => {
      const odd = ([height, width, channels]: [number, number, number]): tf.Tensor3D[] => [
        drawn([height, width, channels], 1), tf.fill([height, width, channels], 7), tf.zeros([height, width, channels]),
      ];
      for (const channels of [1, 3])
        for (const seen of [...odd([4, 5, channels]), drawn([1, 1, channels], 3)])
          for (const target of [...odd([3, 2, channels]), drawn([1, 1, channels], 4)]) {
            const memory = loss.prepare(target);
            const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => loss.distance(x as tf.Tensor3D, memory))(seen);
            const told = [...value.dataSync(), ...grad.dataSync()];
            assert.ok(told.every(Number.isFinite), `[${seen.shape}] against [${target.shape}]: ${told}`);
          }
    }));
});

it("relative takes one of several losses, whose targets differ: a loop over losses compiles", () => {
  for (const loss of Object.values({ gram: gram(), means: channelMeans() })) assert.match(relative(loss).name, /^relative/);
});
