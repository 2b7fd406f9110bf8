import assert from "node:assert/strict";
import { before, test, type TestContext } from "node:test";
import sharp from "sharp";
import * as tf from "@tensorflow/tfjs";
import { noise } from "../../src/image";
import { live, type LiveStep } from "../../src/notebook/live";
import { outputLimit } from "../../src/notebook/mimeBundles";
import { formatDuration } from "../../src/platform/drawing/formatDuration";
import { bytesOf, inFakeKernel, pictureOf, type Shown } from "./fakeKernel";

before(() => tf.setBackend("cpu"));

const plotly = "application/vnd.plotly.v1+json";
const said = (shown: Shown[]): string[] => shown.map(({ data }) => data["text/plain"]);

// A loop as minimize makes it: it disposes each image when it goes on.
async function* loop(
  losses: readonly number[],
  { steps = losses.length - 1, size = 16, stopped = false }:
  { steps?: number; size?: number; stopped?: false | "interrupted" } = {},
): AsyncGenerator<LiveStep> {
  for (const [index, loss] of losses.entries()) {
    const image = tf.fill([size, size, 3], index / 100) as tf.Tensor3D;
    const parts = { "content relu4_2": loss / 4, "style relu1_1": (3 * loss) / 4 };
    const unweighted = { "content relu4_2": loss, "style relu1_1": loss / 1000 };
    try {
      yield { index, steps, loss, parts, unweighted, gradientNorm: loss / 10, seconds: index / 2, image };
      if (stopped && index === losses.length - 1)
        yield { index, steps, loss, parts, unweighted, gradientNorm: loss / 10, seconds: index / 2, image, stopped };
    } finally {
      image.dispose();
    }
  }
}

function clock(t: TestContext): (ms: number) => void {
  t.mock.timers.enable({ apis: ["Date"] });
  return (ms) => t.mock.timers.tick(ms);
}

test("the first step is drawn at once, then twice a second at most, and every step is recorded", async (t) => {
  const tick = clock(t);
  const view = live({ title: "fast" });
  const shown = await inFakeKernel(async () => {
    for await (const step of loop(
      Array.from({ length: 41 }, (_, i) => 100 - i),
      { steps: 100 },
    )) {
      await view.update(step);
      tick(100);
    }
  });
  assert.deepEqual(
    said(shown).map((words) => words.split(" · ")[0]),
    [0, 5, 10, 15, 20, 25, 30, 35, 40].map((step) => `step ${step}/100`),
  );
  assert.equal(new Set(shown.map(({ id }) => id)).size, 1);
  assert.deepEqual(
    shown.map(({ update }) => update),
    [false, ...Array(8).fill(true)],
  );
  assert.equal(view.history.loss.length, 41);
  assert.deepEqual(view.history.parts["style relu1_1"].slice(0, 2), [75, 74.25]);
  assert.deepEqual(view.history.unweighted["style relu1_1"].slice(0, 2), [0.1, 0.099]);
  assert.equal(said(shown)[4], "step 20/100 · loss 80 · 10 s · 40 s left");
});

test("with `every`, only those steps are drawn", async (t) => {
  const tick = clock(t);
  const shown = await inFakeKernel(async () => {
    const view = live({ every: 10 });
    for await (const step of loop(Array(25).fill(1), { steps: 100 })) {
      await view.update(step);
      tick(1000);
    }
  });
  assert.deepEqual(
    said(shown).map((words) => words.split(" · ")[0]),
    ["preparing the first step, which takes longer than the others", "step 0/100", "step 10/100", "step 20/100"],
  );
});

test("the last step replaces the preview by the best image, and the curves follow", async () => {
  const view = live({ title: "fall" });
  const shown = await inFakeKernel(async () => {
    for await (const step of loop([100, 50, 7, 9])) await view.update(step);
  });
  const [preview, picture, caption, curves] = shown;
  assert.equal(shown.length, 4);
  assert.ok(picture.update && picture.id === preview.id && picture.id !== curves.id && !curves.update);
  assert.equal(picture.data["text/plain"], "image 16×16: fall: 3 steps in 1.5 s, best at step 2, loss 7");
  assert.equal(caption.data["text/markdown"].replaceAll("\\", ""), "fall: 3 steps in 1.5 s, best at step 2, loss 7");
  const { pixels, type } = await pictureOf(picture);
  assert.equal(type, "image/png");
  assert.equal(pixels[0], Math.round(255 * 0.02), "the image of step 2");
  assert.equal(curves.data["text/plain"], "loss 100 → 9 in 3 steps");
  assert.deepEqual(
    curves.data[plotly].data.map(({ name }: { name: string }) => name),
    ["loss", "content relu4_2", "style relu1_1"],
  );
  assert.ok("image/png" in curves.data);
  for (const output of shown) assert.ok(bytesOf(output) < outputLimit);
});

test("a stopped run says so, shows its best image, and counts its last step once", async () => {
  const view = live();
  const shown = await inFakeKernel(async () => {
    for await (const step of loop([100, 50], { steps: 200, stopped: "interrupted" })) await view.update(step);
  });
  assert.equal(said(shown).at(-3), "image 16×16: stopped at step 1 of 200 in 0.5 s, loss 50");
  assert.deepEqual(view.history.index, [0, 1]);
});

test("a warning is shown while the run goes on and below its best image, which is named as the start", async () => {
  const view = live({ title: "steep" });
  const shown = await inFakeKernel(async () => {
    for await (const step of loop([18, 900, 7260], { steps: 2 }))
      await view.update(step.index === 0 ? step : { ...step, warning: "diverging: the loss is high" });
    await view.update({ ...(await loop([5], { steps: 3 }).next()).value!, warning: "no gradient: flat" });
  });
  assert.equal(said(shown)[1], "image 16×16: steep: 2 steps in 1 s, best at step 0, the start, loss 18; diverging: the loss is high");
  assert.equal(said(shown)[4], "step 0/3 · loss 5 · 0 s · no gradient: flat");
});

test("before the first step a view in a notebook says that it waits, in the place of what comes", async () => {
  const shown = await inFakeKernel(async () => {
    const view = live({ title: "slow" });
    for await (const step of loop([2, 1])) await view.update(step);
  });
  assert.deepEqual(said(shown).slice(0, 2), ["slow: preparing the first step, which takes longer than the others", "step 0/1 · loss 2 · 0 s"]);
  const [waits, first, picture, curves] = shown;
  assert.deepEqual([waits.update, first.update, picture.update, curves.update], [false, true, true, false]);
  assert.equal(new Set([waits.id, first.id, picture.id]).size, 1);
});

test("a loop in another cell than its view shows its steps there", async () => {
  let view!: ReturnType<typeof live>;
  const before = await inFakeKernel(() => void (view = live()));
  const shown = await inFakeKernel(async () => {
    for await (const step of loop([2, 1])) await view.update(step);
  });
  assert.equal(before.length, 1);
  assert.deepEqual(said(shown).slice(0, 2), ["", "step 0/1 · loss 2 · 0 s"]);
  assert.deepEqual([shown[0].id, shown[0].update, shown[1].update], [before[0].id, true, false]);
});

test("after a break the reader may end the view, once", async () => {
  const view = live();
  const shown = await inFakeKernel(async () => {
    for await (const step of loop([4, 3, 2, 1])) {
      await view.update(step);
      if (step.index === 2) break;
    }
    await view.end();
    await view.end();
  });
  assert.deepEqual(said(shown).slice(1), ["image 16×16: ended at step 2 of 3 in 1 s, loss 2", "ended at step 2 of 3 in 1 s, loss 2", "loss 4 → 2 in 2 steps"]);
});

test("a view holds no tensors: not after the end, nor after a break or a throw", async () => {
  const before = tf.memory().numTensors;
  const view = live();
  await inFakeKernel(async () => {
    for await (const step of loop([3, 2, 1])) await view.update(step);
    for await (const step of loop([3, 2, 1])) {
      await view.update(step);
      if (step.index === 1) break;
    }
    await assert.rejects(async () => {
      for await (const step of loop([3, 2, 1])) {
        await view.update(step);
        throw new Error("mine");
      }
    }, /mine/);
  });
  assert.equal(tf.memory().numTensors, before);
});

test("best() is a copy of its own, with the loop's image long gone", async () => {
  const view = live();
  assert.throws(() => view.best(), /has had no step yet/);
  for await (const step of loop([5, 1, 3])) await view.update(step);
  const [one, two] = [view.best(), view.best()];
  one.dispose();
  assert.deepEqual(two.shape, [16, 16, 3]);
  assert.ok(Math.abs(two.dataSync()[0] - 0.01) < 1e-6);
});

test("outside a notebook a view draws nothing and still records", async () => {
  const view = live();
  for await (const step of loop([2, 1])) await view.update(step);
  await view.end();
  assert.deepEqual(view.history.loss, [2, 1]);
});

test("a view that is used again begins a new display and a new history", async () => {
  const view = live();
  const shown = await inFakeKernel(async () => {
    for await (const step of loop([2, 1])) await view.update(step);
    for await (const step of loop([9, 8, 7])) await view.update(step);
  });
  assert.deepEqual(view.history.loss, [9, 8, 7]);
  assert.equal(new Set(shown.map(({ id }) => id)).size, 6);
});

test("the preview of a noisy 512×512 image is a small JPEG", async () => {
  const image = noise([512, 512]);
  const shown = await inFakeKernel(() => live().update({ index: 0, steps: 9, loss: 1, parts: { a: 1 }, image }));
  assert.ok(bytesOf(shown[1]) < outputLimit, `${bytesOf(shown[1])} bytes`);
  assert.deepEqual(shown[1].metadata["image/jpeg"], { width: 900, height: 380 });
});

test("durations read well", () => {
  assert.deepEqual([0.04, 9.94, 59, 61, 3599.6, 7900].map(formatDuration), [
    "0 s",
    "9.9 s",
    "59 s",
    "1 min 1 s",
    "1 h 0 min",
    "2 h 11 min",
  ]);
});

test("a wide picture has the whole width of the preview, with its curves below", async () => {
  const image = tf.tile(tf.tensor3d([1, 0, 0], [1, 1, 3]), [48, 192, 1]) as tf.Tensor3D;
  const [preview] = await inFakeKernel(async () => {
    await live().update({ index: 0, steps: 5, loss: 1, parts: { a: 1 }, image });
  }).then((shown) => shown.filter(({ data }) => data["image/jpeg"]));
  const { width } = preview.metadata["image/jpeg"] as { width: number };
  const { data, info } = await sharp(Buffer.from(preview.data["image/jpeg"], "base64")).resize({ width }).raw().toBuffer({ resolveWithObject: true });
  const red = (x: number, y: number): boolean => data[info.channels * (y * info.width + x)] > 200 && data[info.channels * (y * info.width + x) + 1] < 60;
  assert.ok(red(30, 100) && red(width - 30, 100), "the picture does not reach from left to right");
  assert.ok(!red(width / 2, info.height - 60), "the picture covers the curves");
  image.dispose();
});
