import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { colorMap, colorMatchings, luminance, matchColor, withColor } from "../../src/color/matchColor";
import { noise, type Image } from "../../src/image";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, leaksNothing, numbers } from "../compare";

const linear = ["symmetric", "pca", "cholesky"] as const;

/** Seeded colors around `center`, correlated as a picture's are, and far from black and white. */
function picture(size: [number, number], seed: number, center: number[], spread: number[]): Image {
  return tf.tidy(() => {
    const mixing = tf.tensor2d([[1, 0.6, 0.3], [0.2, 0.8, 0.5], [0.1, -0.3, 0.6]]);
    const free = tf.matMul(tf.reshape(tf.sub(noise(size, { seed }), 0.5), [-1, 3]), mixing);
    return tf.reshape(tf.add(tf.mul(free, tf.tensor1d(spread)), tf.tensor1d(center)), [...size, 3]) as Image;
  });
}
const valley = (): Image => picture([20, 30], 1, [0.45, 0.5, 0.6], [0.3, 0.25, 0.35]);
const dusk = (): Image => picture([25, 16], 2, [0.6, 0.45, 0.4], [0.2, 0.35, 0.25]);

/** Mean (3) and covariance (9) of the colors, by plain loops in float64. */
function moments(image: Image): { mean: number[]; covariance: number[] } {
  const values = numbers(image);
  const at = (channel: number): number[] => values.filter((_, i) => i % 3 === channel);
  const channels = [at(0), at(1), at(2)];
  const average = (x: number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
  const mean = channels.map(average);
  const covariance = channels.flatMap((x, i) => channels.map((y, j) => average(x.map((v, p) => (v - mean[i]) * (y[p] - mean[j])))));
  return { mean, covariance };
}
/** An asynchronous `tf.tidy`: disposes what `body` made when it ends. */
const scoped = (body: () => Promise<void>) => async (): Promise<void> => {
  tf.engine().startScope();
  await body().finally(() => tf.engine().endScope());
};
const worst = (a: number[], b: number[]): number => Math.max(...a.map((value, i) => Math.abs(value - b[i])));

describe("matching colors", () => {
  before(() => engine());

  for (const matching of linear)
    it(`${matching}: gives the other image's mean and covariance to 1e-4`, scoped(async () => {
      const [image, like] = [valley(), dusk()];
      const [matched, wanted, before] = [moments(await matchColor(image, like, { matching })), moments(like), moments(image)];
      assert.ok(worst(before.mean, wanted.mean) > 0.1 && worst(before.covariance, wanted.covariance) > 1e-3);
      assert.ok(worst(matched.mean, wanted.mean) < 1e-4, `mean ${matched.mean}`);
      assert.ok(worst(matched.covariance, wanted.covariance) < 1e-4, `covariance ${matched.covariance}`);
    }));

  it("each map has its own form: symmetric, triangular, or neither", scoped(async () => {
    const maps = await Promise.all(linear.map((matching) => colorMap(valley(), dusk(), { matching })));
    const [symmetric, pca, cholesky] = maps.map(({ matrix }) => matrix);
    const skew = (m: readonly (readonly number[])[]): number => Math.abs(m[0][1] - m[1][0]) + Math.abs(m[0][2] - m[2][0]) + Math.abs(m[1][2] - m[2][1]);
    assert.ok(skew(symmetric) < 1e-9);
    assert.ok(skew(pca) > 1e-2);
    assert.deepEqual([cholesky[0][1], cholesky[0][2], cholesky[1][2]], [0, 0, 0]);
  }));

  it("the symmetric one moves colors least", scoped(async () => {
    const [image, like] = [valley(), dusk()];
    const matched = await Promise.all(linear.map((matching) => matchColor(image, like, { matching })));
    const moved = matched.map((other) => numbers(tf.mean(tf.squaredDifference(other, image)))[0]);
    assert.ok(moved[0] < moved[1] && moved[0] < moved[2], String(moved));
  }));

  for (const matching of colorMatchings)
    it(`${matching}: an image matched with itself is itself`, scoped(async () => {
      assertClose(await matchColor(valley(), valley(), { matching }), valley(), 1e-5);
    }));

  it("histogram: every channel has the values of the other image, in the order of its own pixels", scoped(async () => {
    const [image, like] = [picture([9, 10], 1, [0.4, 0.5, 0.6], [0.3, 0.3, 0.3]), picture([10, 9], 2, [0.6, 0.4, 0.5], [0.2, 0.3, 0.2])];
    const matched = await matchColor(image, like, { matching: "histogram" });
    for (let channel = 0; channel < 3; channel++) {
      const [from, to, result] = [image, like, matched].map((each) => numbers(each).filter((_, i) => i % 3 === channel));
      const ascending = (x: number[]): number[] => [...x].sort((a, b) => a - b);
      assert.deepEqual(ascending(result), ascending(to));
      const order = (x: number[]): number[] => [...x.keys()].sort((i, j) => x[i] - x[j]);
      assert.deepEqual(order(result), order(from));
    }
  }));

  it("histogram: equal values stay equal, and images of other sizes are compared by quantiles", scoped(async () => {
    const steps = tf.tensor3d([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9], [2, 2, 3]);
    const [low, high] = [0.2, 0.6].map((value) => tf.fill<tf.Rank.R3>([10, 5, 3], value));
    const matched = await matchColor(steps, tf.concat([low, high], 1) as Image, { matching: "histogram" });
    assertClose(matched, [...Array(6).fill(0.2), ...Array(6).fill(0.6)], 1e-6);
    const ramp = tf.tile(tf.reshape(tf.linspace(0.1, 0.9, 9), [9, 1, 1]), [1, 1, 3]) as Image;
    const constant = await matchColor(tf.fill([3, 3, 3], 0.7), ramp, { matching: "histogram" });
    assertClose(constant, Array(27).fill(0.5), 1e-6); // it gets the mean
    const few = await matchColor(tf.fill([2, 1, 3], 0.7), tf.tensor3d([0, 0, 0, 0, 0, 0, 0.9, 0.9, 0.9], [3, 1, 3]) as Image, { matching: "histogram" });
    assertClose(few, Array(6).fill(0.3), 1e-6);
  }));

  for (const matching of colorMatchings)
    it(`${matching}: gray, constant, black and white images, on either side, give finite values in 0…1`, scoped(async () => {
      const gray = luminance(valley());
      const flat = [0, 0.3, 1].map((value) => tf.fill<tf.Rank.R3>([4, 5, 3], value));
      const red = tf.tile(tf.tensor3d([0.9, 0.1, 0.1], [1, 1, 3]), [6, 2, 1]) as Image;
      for (const [image, like] of [...[gray, ...flat, red].flatMap((odd) => [[odd, dusk()], [dusk(), odd]]), [gray, red], [red, gray]]) {
        const matched = numbers(await matchColor(image, like, { matching }));
        assert.ok(matched.every((value) => value >= 0 && value <= 1), String(matched.slice(0, 6)));
      }
      const constant = moments(await matchColor(dusk(), red, { matching }));
      assertClose(constant.mean, [0.9, 0.1, 0.1], 1e-6);
    }));

  it("a start from the style's statistics: noise with the painting's mean and covariance", scoped(async () => {
    const start = await matchColor(noise([40, 40], { seed: 3 }), dusk());
    assert.ok(worst(moments(start).mean, moments(dusk()).mean) < 1e-4);
    assert.ok(worst(moments(start).covariance, moments(dusk()).covariance) < 1e-4);
  }));

  it("refuses what is not an image, and names that do not exist; leaves nothing behind", async () => {
    await leaksNothing(async () => {
      const [image, like] = [valley(), dusk()];
      for (const matching of colorMatchings) (await matchColor(image, like, { matching })).dispose();
      tf.dispose([luminance(image), luminance(image, { like }), withColor(image, image)]);
      await assert.rejects(matchColor(image, like, { matching: "cholesk" as never }), /no color matching cholesk.*did you mean cholesky\?/);
      await assert.rejects(colorMap(image, like, { matching: "histogram" as never }), /no linear color matching histogram/);
      await assert.rejects(matchColor(undefined as never, like), /the image to recolor is not an image/);
      await assert.rejects(matchColor(image, Promise.resolve(like) as never), /whose colors are taken is a promise/);
      tf.dispose([image, like]);
    });
  });
});

describe("transfer in luminance only", () => {
  before(() => engine());
  const yuv = (image: Image): number[][] => {
    const values = numbers(image);
    return Array.from({ length: values.length / 3 }, (_, p) => {
      const [r, g, b] = values.slice(3 * p, 3 * p + 3);
      return [0.299 * r + 0.587 * g + 0.114 * b, -0.147 * r - 0.288 * g + 0.436 * b, 0.615 * r - 0.515 * g - 0.1 * b];
    });
  };

  it("has the photograph's chroma to 1/255 and the image's luminance, where nothing is clipped", () => tf.tidy(() => {
    const photo = picture([12, 14], 1, [0.5, 0.5, 0.5], [0.2, 0.15, 0.2]);
    const painted = picture([12, 14], 5, [0.5, 0.55, 0.45], [0.3, 0.2, 0.1]);
    const [result, wanted, bright] = [withColor(painted, photo), photo, painted].map(yuv);
    result.forEach(([y, u, v], p) => {
      assert.ok(Math.abs(u - wanted[p][1]) < 1 / 255 && Math.abs(v - wanted[p][2]) < 1 / 255);
      assert.ok(Math.abs(y - bright[p][0]) < 1 / 255);
    });
  }));

  it("a photograph's luminance with its own colors is the photograph", () => tf.tidy(() => {
    assertClose(withColor(luminance(valley()), valley()), valley(), 1e-5);
  }));

  it("luminance is one value in three channels, with the mean of the image that it is to be like", () => tf.tidy(() => {
    const gray = luminance(dusk(), { like: valley() });
    const values = numbers(gray);
    assert.ok(values.every((value, i) => value === values[i - (i % 3)]));
    const mean = (rows: number[][]): number => rows.reduce((sum, [y]) => sum + y, 0) / rows.length;
    assertClose(mean(yuv(gray)), mean(yuv(valley())), 1e-6);
    assertClose(values.filter((_, i) => i % 3 === 0), yuv(dusk()).map(([y]) => y + mean(yuv(valley())) - mean(yuv(dusk()))), 1e-6);
  }));

  it("is black, white and gray where the images are, and refuses two sizes", () => tf.tidy(() => {
    for (const value of [0, 0.5, 1]) {
      const flat = tf.fill<tf.Rank.R3>([3, 4, 3], value);
      assertClose(withColor(flat, flat), flat, 1e-5);
      assertClose(luminance(flat), flat, 1e-5);
    }
    assert.throws(() => withColor(valley(), dusk()), /both images must have the same size; the image is 20×30×3, the photograph is 25×16×3: resize/);
  }));
});
