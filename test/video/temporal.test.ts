// The temporal loss is its formula, its gradient is that of differences, and a term of it holds a picture in place.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, resize, type Image } from "../../src/image";
import { minimize } from "../../src/minimize/minimize";
import { randomVgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { adam } from "../../src/optimizers/adam";
import { engine } from "../../src/platform/engine/engine";
import { longTermCertainties, temporal, temporalLoss } from "../../src/video/temporal";
import { warpingError } from "../../src/video/warpingError";
import { assertClose, distanceOf, leaksNothing, numbers, slopes } from "../compare";

before(() => engine());

const [height, width] = [6, 8];
const certainty = (seed = 5): tf.Tensor2D => tf.randomUniform([height, width], 0, 1, "float32", seed);

describe("the temporal loss", () => {
  const [image, target] = [1, 2].map((seed) => () => noise([height, width], { seed }));

  it("is the mean of c (x − ω)² over pixels and colors, c not squared", () => tf.tidy(() => {
    const c = certainty();
    const [x, w, weights] = [numbers(image()), numbers(target()), numbers(c)];
    const expected = x.reduce((sum, value, i) => sum + weights[Math.floor(i / 3)] * (value - w[i]) ** 2, 0) / x.length;
    assertClose(distanceOf(temporalLoss(c), image(), target()), expected, 1e-6);
    assert.equal(distanceOf(temporalLoss(c), image(), image()), 0);
    assert.equal(distanceOf(temporalLoss(tf.zeros([height, width])), image(), target()), 0); // after a cut
  }));

  it("has the gradient of its differences, and leaves no tensor", async () => {
    const [c, x, w] = [certainty(), image(), target()];
    const loss = temporalLoss(c);
    const { difference, gradient } = slopes((seen) => loss.distance(seen, loss.prepare(w)), x);
    assertClose(gradient, difference, 1e-3);
    await leaksNothing(() => distanceOf(loss, x, w));
  });

  it("averages c down to a smaller copy of the image, and refuses what does not fit", () => {
    const half = (x: Image): Image => resize(x, { exactly: [3, 4] });
    const c = certainty();
    const pooled = tf.reshape(tf.avgPool(tf.reshape(c, [height, width, 1]) as tf.Tensor3D, 2, 2, "valid"), [3, 4]) as tf.Tensor2D;
    assertClose(distanceOf(temporalLoss(c), half(image()), half(target())), distanceOf(temporalLoss(pooled), half(image()), half(target())), 1e-6);
    assert.throws(() => distanceOf(temporalLoss(c), noise([9, 9]), noise([9, 9])), /the certainty is 6×8, and does not fit its image, which is 9×9/);
    assert.throws(() => distanceOf(temporalLoss(c), noise([3, 4]), image()), /pictures are compared pixel by pixel/);
    assert.throws(() => temporalLoss(tf.zeros([3, 4, 2]) as never), /the certainty is one mask \[height, width\], got \[3, 4, 2\]/);
    assert.throws(() => temporalLoss(3 as never), TypeError);
  });

  it("as a term pulls a picture to the warped one where c is 1, and nowhere else", async () => {
    const network = await randomVgg({ width: 1 / 16 });
    const [start, warped] = [image(), target()];
    const left = tf.tensor2d(Array.from({ length: height * width }, (_, i) => Number(i % width < 4)), [height, width]);
    const goal = objective(network, [temporal(warped, left)]);
    assert.deepEqual(goal.parts, ["temporal"]);
    let [found, last]: [Image | undefined, number] = [undefined, Infinity];
    for await (const step of minimize(goal, { start, optimizer: adam({ rate: 0.05 }), steps: 60 })) {
      found?.dispose();
      [found, last] = [step.image.clone(), step.loss];
    }
    assert.ok(last < 0.01, `${last}`);
    const half = (x: Image, from: number): number[] => numbers(tf.slice(x, [0, from, 0], [height, 4, 3]));
    assertClose(half(found!, 0), half(warped, 0), 0.05);
    assert.deepEqual(half(found!, 4), half(start, 4));
  });
});

describe("long-term certainty", () => {
  it("counts a frame that is further away only where no closer one is certain (eq. 9)", () => {
    const [one, two, four] = [[1, 0, 0, 0.25], [1, 1, 0, 0.5], [1, 1, 1, 1]].map((values) => tf.tensor2d(values, [2, 2]));
    assert.deepEqual(longTermCertainties([one, two, four]).map(numbers), [[1, 0, 0, 0.25], [0, 1, 0, 0.25], [0, 0, 1, 0.25]]);
    assert.deepEqual(longTermCertainties([]), []);
  });
});

describe("warpingError", () => {
  it("is the mean squared difference where it counts, and 0 for what only moves", async () => {
    const [now, then] = [noise([height, width], { seed: 1 }), noise([height, width], { seed: 2 })];
    const still = tf.zeros<tf.Rank.R3>([height, width, 2]);
    const visible = tf.tensor2d(Array.from({ length: height * width }, (_, i) => Number(i % 3 === 0)), [height, width]);
    const [x, y] = [numbers(now), numbers(then)];
    const counted = x.map((value, i) => (value - y[i]) ** 2).filter((_, i) => Math.floor(i / 3) % 3 === 0);
    assertClose(await warpingError(now, then, still, visible), counted.reduce((sum, value) => sum + value, 0) / counted.length, 1e-6);
    assert.equal(await warpingError(now, now, still, visible), 0);
    await assert.rejects(warpingError(now, then, still, tf.zeros([height, width])), /no pixel is visible in both/);
    await leaksNothing(() => warpingError(now, then, still, visible));
  });
});
