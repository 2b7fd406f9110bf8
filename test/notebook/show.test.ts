import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import MarkdownIt from "markdown-it";
import { noise } from "../../src/image";
import { imageBundle, outputLimit } from "../../src/notebook/mimeBundles";
import { show } from "../../src/notebook/show";
import { contactSheetPixels } from "../../src/platform/drawing/contactSheet";
import { lines } from "../../src/plots/lines";
import { bytesOf, inFakeKernel, pictureOf } from "./fakeKernel";

before(() => tf.setBackend("cpu"));

test("a noisy 512×512 image, the hardest to compress, stays below 300 kB at its full size", async () => {
  const [shown] = await inFakeKernel(() => show(noise([512, 512]), "noise"));
  assert.ok(bytesOf(shown) < outputLimit, `${bytesOf(shown)} bytes`);
  const { type, width, height } = await pictureOf(shown);
  assert.equal(type, "image/jpeg");
  assert.deepEqual([width, height], [512, 512]);
  assert.equal(shown.data["text/plain"], "image 512×512: noise");
});

test("a noisy image too large for any quality is shrunk until it fits", async () => {
  const shown = await imageBundle(noise([1400, 1000]));
  assert.ok(bytesOf(shown) < outputLimit);
  const { width, height } = await pictureOf(shown);
  assert.ok(height < 1400 && height > 400);
  assert.ok(Math.abs(width / height - 1000 / 1400) < 0.01);
});

test("a tiny image is enlarged by whole pixels, exactly", async () => {
  const image = tf.tensor3d([
    [
      [1, 0, 0],
      [0, 1, 0],
    ],
    [
      [0, 0, 1],
      [1, 1, 1],
    ],
  ]);
  const { type, width, height, pixels } = await pictureOf(await imageBundle(image));
  assert.deepEqual([type, width, height], ["image/png", 256, 256]);
  const at = (y: number, x: number): number[] => [...pixels.subarray(3 * (y * 256 + x), 3 * (y * 256 + x) + 3)];
  assert.deepEqual(
    [at(127, 127), at(127, 128), at(128, 127), at(128, 128)],
    [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [255, 255, 255],
    ],
  );
});

test("an image without noise is a PNG, and of its own size", async () => {
  const { type, width, height } = await pictureOf(await imageBundle(tf.fill([300, 400, 3], 0.5)));
  assert.deepEqual([type, width, height], ["image/png", 400, 300]);
});

test("a caption is text below the image, as wide as the page and in its colors, and not a part of the picture", async () => {
  const caption = "relu4_2 *and* <b>more</b>, however long ".repeat(9).trim();
  const [picture, below, ...more] = await inFakeKernel(() => show(tf.fill([100, 64, 3], 0.5) as tf.Tensor3D, caption));
  assert.deepEqual(more, []);
  const { width, height, pixels } = await pictureOf(picture);
  assert.deepEqual([width, height], [Math.round((64 * 300) / 100), 300]);
  assert.deepEqual([...new Set(pixels)], [128], "nothing but the image");
  assert.equal(picture.data["text/plain"], `image 64×100: ${caption}`);
  assert.deepEqual([below.data["text/plain"], below.update], [caption, false]);
  assert.equal(new MarkdownIt({ html: true }).render(below.data["text/markdown"]),
    `<p>${caption.replaceAll("<", "&lt;").replaceAll(">", "&gt;")}</p>\n`, "markdown that shows the caption as it is");
});

test("an enlarged photograph is smooth; of fewer than 64 pixels, its pixels can be counted", async () => {
  const halves = (side: number): tf.Tensor3D =>
    tf.tidy(() => tf.concat([tf.zeros([side, side / 2, 3]), tf.ones([side, side / 2, 3])], 1) as tf.Tensor3D);
  const levels = async (side: number): Promise<number> => new Set((await pictureOf(await imageBundle(halves(side)))).pixels).size;
  assert.equal(await levels(48), 2);
  for (const side of [64, 96, 128]) assert.ok(await levels(side) > 2, `${side}`);
  const sheet = async (side: number): Promise<number> =>
    new Set((await contactSheetPixels([{ image: halves(side) }], { side: 192, gap: 0 })).data).size;
  assert.equal(await sheet(48), 2, "and white paper around it");
  for (const side of [64, 96, 128]) assert.ok(await sheet(side) > 2, `${side} in a sheet`);
});

test("a grid lies on a dark table in a notebook, and on white paper where that is asked for", async () => {
  const corner = async (how: object): Promise<number[]> => {
    const [shown] = await inFakeKernel(() => show({ photo: tf.ones([64, 64, 3]) as tf.Tensor3D }, how));
    return [...(await pictureOf(shown)).pixels.subarray(0, 3)];
  };
  assert.deepEqual(await corner({}), [32, 33, 36]);
  assert.deepEqual(await corner({ on: "paper" }), [255, 255, 255]);
  await assert.rejects(corner({ on: "papr" }), /no ground papr in contactSheet; did you mean paper\? There are: paper, table/);
});

test("named images make a grid with their names, and the sheet is given back", async () => {
  const photo = noise([40, 60]);
  const before = tf.memory().numTensors;
  const [named, listed] = await inFakeKernel(async () => {
    await show({ photo, again: photo, third: photo }, { columns: 3, side: 100, title: "three" });
    await show([{ image: photo, label: "photo" }, photo as never], { columns: 1, side: 100 });
  });
  assert.equal(tf.memory().numTensors, before);
  const [wide, tall] = [await pictureOf(named), await pictureOf(listed)];
  assert.ok(wide.width > 300 && wide.width > wide.height);
  assert.ok(tall.height > tall.width);
});

test("a plot is shown three ways in one bundle: plotly, PNG and a sentence", async () => {
  const plot = lines({ a: [1, 2, 3] }, { title: "a line" });
  const [shown] = await inFakeKernel(() => show(plot));
  assert.deepEqual(Object.keys(shown.data).sort(), ["application/vnd.plotly.v1+json", "image/png", "text/plain"]);
  assert.deepEqual(shown.data["application/vnd.plotly.v1+json"], {
    data: plot.data,
    layout: plot.layout,
    config: plot.config,
  });
  assert.equal(shown.data["text/plain"], plot.summary);
  const { width, height } = await pictureOf(shown);
  assert.deepEqual(shown.metadata["image/png"], { width, height });
});

test("the picture is there whatever the environment says, so that a saved notebook has it", async () => {
  process.env.STYLOSCOPE_PLOTS = "native"; // once left it out
  try {
    const [shown] = await inFakeKernel(() => show(lines({ a: [1, 2, 3] })));
    assert.deepEqual(Object.keys(shown.data).sort(), ["application/vnd.plotly.v1+json", "image/png", "text/plain"]);
  } finally {
    delete process.env.STYLOSCOPE_PLOTS;
  }
});

test("a plot with too much in it stays below 300 kB: as a picture and a sentence", async () => {
  const curve = (c: number): number[] => Array.from({ length: 900 }, (_, i) => Math.sin((i * c) / 9000));
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, c) => [`curve ${c}`, curve(c)]));
  const [shown] = await inFakeKernel(() => show(lines(many)));
  assert.ok(bytesOf(shown) < outputLimit);
  assert.deepEqual(Object.keys(shown.data), ["image/png", "text/plain"]);
});

test("what cannot be shown is refused with the remedy", async () => {
  await inFakeKernel(async () => {
    await assert.rejects(show(Promise.resolve(noise([2, 2])) as never), /write `await` in front/);
    await assert.rejects(show({ photo: 3 } as never), /draws an image .*, a plot, or a grid/);
    await assert.rejects(
      show(tf.zeros([2, 2]) as never),
      /expected an image of shape \[height, width, 3\], got \[2, 2\]/,
    );
    await assert.rejects(show(tf.fill([2, 2, 3], NaN) as never), /12 of 12 values are NaN or infinite/);
  });
  await assert.rejects(show(noise([8, 8])), /in a script use saveImage/);
});
