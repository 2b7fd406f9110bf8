// Sliding over the steps of a run.
import assert from "node:assert/strict";
import { before, it } from "node:test";
import sharp from "sharp";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../../src/image";
import { live } from "../../src/notebook/live";
import { notebookLimit } from "../../src/plots/sweeps/limits";
import { plotPng } from "../../src/platform/drawing/plotPng";
import { scrub } from "../../src/plots/scrub";

before(() => tf.setBackend("cpu"));

async function run(steps: number, size: [number, number] = [16, 24]): Promise<ReturnType<typeof live>> {
  const view = live();
  for (let index = 0; index <= steps; index++) {
    const image = tf.fill([...size, 3], index / steps) as Image;
    await view.update({ index, steps, loss: 100 / (index + 1), parts: {}, image });
    image.dispose();
  }
  return view;
}

it("live keeps few pictures of a long run: the first, the last, and ever farther apart between them", async () => {
  const { pictures } = await run(300);
  const kept = pictures.map(({ index }) => index);
  assert.deepEqual([kept[0], kept[1], kept.at(-1)], [0, 1, 300]);
  assert.ok(kept.length > 20 && kept.length < 40, `${kept.length}`);
  assert.ok(kept.every((index, i) => i === 0 || index > kept[i - 1]));
  const { data } = await sharp(pictures[10].picture).raw().toBuffer({ resolveWithObject: true });
  assert.ok(Math.abs(data[0] - (255 * kept[10]) / 300) < 3, "the picture of its step");
});

it("scrub has a page for each picture, the last one open, and a twin; it fits an output also with large noise", async () => {
  const view = await run(8);
  const plot = await scrub(view);
  const [slider] = plot.layout.sliders as unknown as { steps: { label: string }[]; active: number }[];
  assert.deepEqual(slider.steps.map(({ label }) => label), view.pictures.map(({ index }) => String(index)));
  assert.equal(slider.active, slider.steps.length - 1);
  assert.match(plot.summary, /pictures from step 0 to 8, loss 100 → 11/);
  assert.ok((await plotPng(plot)).bytes.length > 500);
  const image = noise([300, 400]);
  const noisy = live();
  for (let index = 0; index < 60; index++) await noisy.update({ index, steps: 60, loss: 1, parts: {}, image });
  assert.ok(JSON.stringify(await scrub(noisy)).length < notebookLimit);
  image.dispose();
});

it("a view that is used again keeps the pictures of its last run, and a run without one is refused", async () => {
  const view = await run(3);
  const image = noise([8, 8]);
  await view.update({ index: 0, steps: 5, loss: 1, parts: {}, image });
  assert.deepEqual(view.pictures.map(({ index }) => index), [0]);
  image.dispose();
  await assert.rejects(scrub(live()), /no picture yet/);
});
