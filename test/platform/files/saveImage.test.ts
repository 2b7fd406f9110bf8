import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { engine } from "../../../src/platform/engine/engine";
import { loadImage } from "../../../src/platform/files/loadImage";
import { manifest } from "../../../src/platform/files/manifest";
import { classicImagesFolder } from "../../../src/platform/files/paths";
import { sample } from "../../../src/platform/files/sample";
import { encodeImage, saveImage } from "../../../src/platform/files/saveImage";
import { temporaryFolder, withVariable } from "./fixtures";

before(() => engine());

const random = (height: number, width: number): tf.Tensor3D => tf.randomUniform([height, width, 3], 0, 1, "float32", 7);
const distance = (a: tf.Tensor, b: tf.Tensor): number => tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]);

test("load(save(image)) = image to 1/255, for PNG, TIFF and the endings' capitals", async (t) => {
  const folder = temporaryFolder(t);
  const image = random(5, 7);
  for (const name of ["a.png", "b.tif", "c.tiff", "D.PNG"]) {
    await saveImage(image, path.join(folder, name));
    const back = await loadImage(path.join(folder, name));
    assert.deepEqual(back.shape, [5, 7, 3]);
    // Rounded, not cut off: half a step.
    assert.ok(distance(back, image) <= 0.5 / 255 + 1e-6, name);
  }
});

test("JPEG and WebP keep color edges and differ little at the default quality", async (t) => {
  const folder = temporaryFolder(t);
  // Red and blue columns of the same brightness: with halved color resolution they would blend.
  const image = tf.tidy(() => tf.tile(tf.tensor3d([[[0.8, 0.2, 0.2], [0.2, 0.2, 0.9]]]), [16, 8, 1]) as tf.Tensor3D);
  await saveImage(image, path.join(folder, "a.jpg"));
  assert.ok(distance(await loadImage(path.join(folder, "a.jpg")), image) < 0.06);
  assert.equal((await sharp(path.join(folder, "a.jpg")).metadata()).chromaSubsampling, "4:4:4");
  await saveImage(random(16, 16), path.join(folder, "b.webp"));
  assert.equal((await sharp(path.join(folder, "b.webp")).metadata()).format, "webp");
  await saveImage(random(64, 64), path.join(folder, "low.jpeg"), { quality: 10 });
  await saveImage(random(64, 64), path.join(folder, "high.jpeg"), { quality: 95 });
  assert.ok(fs.statSync(path.join(folder, "low.jpeg")).size < fs.statSync(path.join(folder, "high.jpeg")).size / 2);
});

test("values beyond 0…1 are clipped", async () => {
  const wild = tf.tensor3d([-5, 0.5, 7, 1, 0, 1.001, 0.1, 0.2, 0.3, 1e9, -1e9, 0.999], [2, 2, 3]);
  const bytes = await encodeImage(wild, "png");
  assert.deepEqual([...await sharp(bytes).raw().toBuffer()], [0, 128, 255, 255, 0, 255, 26, 51, 77, 255, 0, 255]);
});

test("NaN and infinite values are refused and counted, and no file appears", async (t) => {
  const folder = temporaryFolder(t);
  const image = tf.tensor3d([NaN, 0, 0, 0, Infinity, 0, 0, 0, -Infinity, 0, 0, 0], [2, 2, 3]);
  const file = path.join(folder, "bad.png");
  await assert.rejects(saveImage(image, file), (error: Error) =>
    error.message.includes(file) && /3 of 12 values are NaN or infinite/.test(error.message));
  assert.deepEqual(fs.readdirSync(folder), []);
});

test("unknown extensions, wrong shapes and wrong qualities are refused, each with what is expected", async () => {
  const image = random(2, 2);
  await assert.rejects(saveImage(image, "out/a.pmg"),
    /out\/a\.pmg: .*\.png \.jpg \.jpeg \.webp \.tif \.tiff: did you mean \.png\?/);
  await assert.rejects(saveImage(image, "picture"), /add one of them/);
  const four = tf.zeros([2, 2, 4]) as tf.Tensor3D;
  await assert.rejects(saveImage(four, "a.png"), /shape \[height, width, 3\], got \[2, 2, 4\]/);
  await assert.rejects(saveImage(image, "a.jpg", { quality: 0 }), /1…100, got 0/);
});

test("encodeImage() shrinks to maxSide and never enlarges", async () => {
  const shape = async (maxSide: number): Promise<number[]> => {
    const { format, width, height } = await sharp(await encodeImage(random(30, 60), "jpeg", { maxSide })).metadata();
    assert.equal(format, "jpeg");
    return [height, width];
  };
  assert.deepEqual(await shape(20), [10, 20]);
  assert.deepEqual(await shape(200), [30, 60]);
});

test("sample() finds images by name, and suggests the nearest one otherwise", async (t) => {
  const folder = temporaryFolder(t);
  withVariable(t, "STYLOSCOPE_IMAGES", folder);
  await saveImage(random(20, 30), path.join(folder, "zebra_crossing.jpg"));
  assert.deepEqual((await sample("zebra_crossing", { shorter: 10 })).shape, [10, 15, 3]);
  await assert.rejects(sample("zebra_crosing"),
    /no sample image "zebra_crosing"; did you mean "zebra_crossing"\? There are: /);
  const absent = manifest.find(({ kind, fileName }) =>
    kind === "image" && !fs.existsSync(path.join(classicImagesFolder, fileName)));
  if (absent) await assert.rejects(sample(absent.name),
    /is not downloaded yet: get the classic pictures with `npm run images`/);
});
