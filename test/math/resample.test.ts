// Resizing, for tensors and for files, against Pillow's numbers: resample-reference.py made them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { resize, type Image, type ResizeOptions } from "../../src/image";
import { resizeFilters, tapsOf, type ResizeFilter } from "../../src/math/resample";
import { engine } from "../../src/platform/engine/engine";
import { loadImage } from "../../src/platform/files/loadImage";
import { assertClose, drawn, leaksNothing, numbers, slopes } from "../compare";

type BySize = Record<string, Partial<Record<ResizeFilter, number[]>>>;
const reference: Record<"antialiased" | "plain", BySize> =
  JSON.parse(readFileSync(path.join(__dirname, "resample-reference.json"), "utf8"));

/** The picture of the script, made again. */
const [height, width] = [13, 17];
const bytes = Array.from({ length: height * width * 3 }, (_, i) => {
  const [r, c, k] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width, i % 3];
  return (7 * r + 13 * c + 29 * k + ((r * c) % 17) * 5 + ((Math.floor(r / 3) + Math.floor(c / 2)) % 2) * 131) % 256;
});
const picture = (): Image => tf.tensor3d(bytes.map((value) => value / 255), [height, width, 3]);
const file = (): Promise<Buffer> => sharp(Buffer.from(bytes), { raw: { width, height, channels: 3 } }).png().toBuffer();

/** Each at most `apart` levels of 255 from what is expected; with 1, as the whole levels that a file holds. */
function assertLevels(image: Image, expected: readonly number[], apart: number, what: string): void {
  const got = numbers(image).map((value) => (apart === 1 ? Math.round(255 * value) : 255 * value));
  const off = Math.max(...got.map((value, i) => Math.abs(value - expected[i])));
  assert.ok(got.length === expected.length && off <= apart, `${what}: ${off} levels off`);
}
const exactly = (size: string): [number, number] => size.split("x").map(Number) as [number, number];

describe("resizing", () => {
  before(() => engine());

  for (const [size, filters] of Object.entries(reference.antialiased))
    it(`is Pillow's to one level of 255 with every filter, 13x17 to ${size}: a tensor, and a file`, async () => {
      assert.deepEqual(Object.keys(filters), resizeFilters);
      for (const [filter, expected] of Object.entries(filters) as [ResizeFilter, number[]][]) {
        const options: ResizeOptions = { exactly: exactly(size), filter };
        tf.tidy(() => {
          const resized = resize(picture(), options);
          assertLevels(resized, expected, 1, `${filter}, tensor`);
          if (filter === "nearest") assertLevels(resized, expected, 1e-3, "nearest, exactly");
          assertClose(resize(picture(), { exactly: [height, width], filter }), picture(), 1e-6, `${filter} at its own size`);
        });
        const loaded = await loadImage(await file(), options);
        assertLevels(loaded, expected, 1, `${filter}, file`);
        loaded.dispose();
      }
    });

  for (const [size, filters] of Object.entries(reference.plain))
    it(`without antialiasing is that of other libraries, 13x17 to ${size}`, async () => {
      for (const [filter, expected] of Object.entries(filters) as [ResizeFilter, number[]][]) {
        const options: ResizeOptions = { exactly: exactly(size), filter, antialias: false };
        tf.tidy(() => assertLevels(resize(picture(), options), expected, 0.02, `${filter}, tensor`));
        const loaded = await loadImage(await file(), options);
        assertLevels(loaded, expected, 0.02, `${filter}, file`);
        loaded.dispose();
      }
    });

  it("of a file is that of its tensor, also where it covers and is cropped", async () => {
    const whole = await loadImage(await file());
    for (const size of [{ shorter: 6 }, { longer: 11 }, { exactly: [5, 21] }, { cover: [9, 4] }, { cover: [4, 11] }, { cover: [20, 20] }] as const) {
      const loaded = await loadImage(await file(), { ...size, filter: "bicubic" });
      tf.tidy(() => {
        const resized = resize(whole, size);
        assert.deepEqual(loaded.shape, resized.shape);
        assertClose(loaded, resized, 1e-5, JSON.stringify(size));
      });
      loaded.dispose();
    }
    whole.dispose();
  });

  it("without antialiasing shows stripes that are not there; nearest takes one pixel for each", () => tf.tidy(() => {
    const stripes = tf.tile(tf.tensor3d([0, 0, 0, 1, 1, 1], [1, 2, 3]), [64, 32, 1]) as Image;
    const middle = (options: Pick<ResizeOptions, "filter" | "antialias">): number[] =>
      numbers(tf.slice(resize(stripes, { exactly: [10, 10], ...options }), [2, 2, 0], [6, 6, 3])).map((value) => Math.abs(value - 0.5));
    assert.ok(Math.max(...middle({ filter: "bilinear" })) < 0.05);
    assert.ok(Math.max(...middle({ filter: "bilinear", antialias: false })) > 0.35);
    assert.ok(middle({ filter: "nearest" }).every((distance) => distance === 0.5));
  }));

  it("lets gradients through: the transposed weights", () => tf.tidy(() => {
    const image = tf.sigmoid(drawn([6, 5, 3], 1)) as Image;
    const loss = (x: Image): tf.Scalar => tf.sum(tf.square(resize(x, { exactly: [3, 8], filter: "bilinear" })));
    const { difference, gradient } = slopes(loss, image);
    assertClose(difference, gradient, 1e-3);
  }));

  it("has weights that sum to 1 and ascend, at every size", () => {
    for (const filter of resizeFilters) for (const antialias of [true, false])
      for (const [from, to] of [[1, 1], [1, 9], [9, 1], [2, 3], [100, 7], [7, 100], [64, 32]]) {
        const taps = tapsOf(from, to, { filter, antialias });
        taps.forEach(({ first, weights }, i) => {
          assertClose(weights.reduce((sum, weight) => sum + weight), 1, 1e-12);
          assert.ok(first >= (taps[i - 1]?.first ?? 0) && first + weights.length <= from, `${filter} ${from}→${to}`);
        });
      }
  });

  it("refuses a filter that there is not, with the nearest, and a nearest that is antialiased; leaks nothing", async () => {
    const image = picture();
    for (const wrong of [() => resize(image, { shorter: 5, filter: "lanczos3" as never }),
      async () => loadImage(await file(), { shorter: 5, filter: "lanczos3" as never })])
      await assert.rejects(async () => { await wrong(); }, /filter.*"?lanczos3"?.*lanczos/s);
    assert.throws(() => resize(image, { shorter: 5, filter: "nearest", antialias: true }), /cannot be antialiased: take "box"/);
    await leaksNothing(() => resize(image, { shorter: 5, filter: "hamming" }).dispose());
    image.dispose();
  });
});
