import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { noise, type Image } from "../../../src/image";
import { encodeImage } from "../../../src/platform/files/saveImage";
import { engine } from "../../../src/platform/engine/engine";
import type { Plot } from "../../../src/platform/drawing/plot";
import { saveAnimation, type Frame } from "../../../src/platform/drawing/saveAnimation";
import { scrub } from "../../../src/plots/scrub";
import { temporaryFolder, withVariable } from "../files/fixtures";

before(() => engine());

const flat = (value: number, size: [number, number] = [8, 12]): Image => tf.fill([...size, 3], value) as Image;
const grays = [0, 0.2, 0.4, 0.6, 1];

/** Each page of a WebP or GIF as sharp reads it: its mean, and the delays. */
async function pagesOf(file: string): Promise<{ means: number[]; delay?: number[]; loop?: number; size: number[] }> {
  const { pages, pageHeight, width, delay, loop } = await sharp(file, { pages: -1 }).metadata();
  const means = await Promise.all(Array.from({ length: pages! }, async (_, page) => {
    const { channels } = await sharp(file, { page }).flatten({ background: "#00f" }).stats();
    return Math.round(channels.slice(0, 3).reduce((sum, { mean }) => sum + mean, 0) / 3);
  }));
  return { means, delay, loop, size: [pageHeight!, width!] };
}

for (const extension of [".webp", ".gif"])
  test(`a ${extension} has a page for each frame, in order, with its delay, size and loop, and the same bytes twice`, async (t) => {
    const [file, again] = ["a", "b"].map((name) => path.join(temporaryFolder(t), name + extension));
    await saveAnimation(grays.map((gray) => flat(gray)), file, { framesPerSecond: 4, loop: 3 });
    const { means, delay, loop, size } = await pagesOf(file);
    assert.deepEqual([delay, loop, size], [[250, 250, 250, 250, 250], 3, [8, 12]]);
    means.forEach((mean, i) => assert.ok(Math.abs(mean - 255 * grays[i]) <= 3, `${means}`));
    await saveAnimation(grays.map((gray) => flat(gray)), again, { framesPerSecond: 4, loop: 3 });
    assert.deepEqual(fs.readFileSync(again), fs.readFileSync(file));
    await saveAnimation(grays.map((gray) => flat(gray)), again);
    assert.deepEqual((({ delay: [first] = [], loop: all }) => [first, all])(await pagesOf(again)), [100, 0], "ten a second, without end");
  });

test("frames are images, steps, pictures' bytes or what holds them, and of an asynchronous loop each is read before the next", async (t) => {
  const file = path.join(temporaryFolder(t), "run.webp");
  async function* loop(): AsyncGenerator<Frame> {
    for (const gray of grays) {
      const image = flat(gray);
      yield { image };
      image.dispose();
    }
  }
  const tensors = tf.memory().numTensors;
  await saveAnimation(loop(), file);
  assert.equal(tf.memory().numTensors, tensors);
  const fromLoop = fs.readFileSync(file);
  const images = grays.map((gray) => flat(gray));
  const pngs = await Promise.all(images.map((image) => encodeImage(image, "png")));
  const kinds: Iterable<Frame>[] = [new Set(images), pngs, pngs.map((picture) => ({ picture })), [images[0], pngs[1], { picture: pngs[2] }, { image: images[3] }, images[4]]];
  for (const frames of kinds) {
    await saveAnimation(frames, file);
    assert.deepEqual(fs.readFileSync(file), fromLoop);
  }
});

test("smaller images, as from coarse to fine, are resized to the last one's size", async (t) => {
  const file = path.join(temporaryFolder(t), "a.webp");
  await saveAnimation([flat(1, [4, 6]), flat(0, [8, 13])], file);
  const { means, size } = await pagesOf(file);
  assert.deepEqual(size, [8, 13]);
  assert.ok(means[0] >= 252 && means[1] <= 3, `${means}`);
});

test("a slider is a film of its pages, which say in their titles what the slider says there", async (t) => {
  const file = path.join(temporaryFolder(t), "slider.webp");
  const picture = await encodeImage(noise([64, 64]), "jpeg");
  const at = (...steps: number[]): Promise<Plot> => scrub({ pictures: steps.map((index) => ({ index, loss: 1, picture })) });
  const titles = async (plot: Plot): Promise<Buffer[]> => {
    const tensors = tf.memory().numTensors;
    await saveAnimation(plot, file, { quality: 100 });
    assert.equal(tf.memory().numTensors, tensors);
    const { means, delay, size } = await pagesOf(file);
    assert.deepEqual(delay, means.map(() => 500));
    return Promise.all(means.map((_, page) => sharp(file, { page }).extract({ left: 0, top: 0, width: size[1], height: 40 }).raw().toBuffer()));
  };
  const far = (one: Buffer, other: Buffer): number => one.reduce((sum, value, i) => sum + Math.abs(value - other[i]), 0) / one.length;
  const [ten, twenty, forty] = await titles(await at(10, 20, 40));
  const [again, tenLater] = await titles(await at(20, 10));
  assert.ok(far(ten, tenLater) < 0.05 && far(twenty, again) < 0.05, "step 10 is step 10, wherever it stands");
  assert.ok(Math.min(far(ten, twenty), far(twenty, forty), far(ten, forty)) > 0.2, `${[far(ten, tenLater), far(ten, twenty), far(twenty, forty)]}`);
});

test("what cannot be saved is refused before the first frame is asked for, and no file appears", async (t) => {
  const folder = temporaryFolder(t);
  const asked: string[] = [];
  const refused: [string, Parameters<typeof saveAnimation>[2], RegExp][] = [
    ["a.wepb", {}, /a\.wepb: "\.wepb" is not the extension of moving pictures; there are \.webp \.gif \.mp4: did you mean \.webp\?/],
    ["a", {}, /"" is not the extension/],
    ["a.webp", { framesPerSecond: 0 }, /framesPerSecond is a number from 0\.1 to 50; got 0/],
    ["a.gif", { framesPerSecond: NaN }, /framesPerSecond is a number/],
    ["a.gif", { loop: 1.5 }, /loop is a whole number from 0 to 65535; got 1\.5/],
    ["a.webp", { quality: 0 }, /quality is a whole number from 1 to 100; got 0/],
    ["a.mp4", { loop: 1 }, /an MP4 does not say how often it is played: leave loop out/],
  ];
  for (const [name, options, message] of refused) {
    const frames = (function* () { asked.push(name); yield flat(0); })();
    await assert.rejects(saveAnimation(frames, path.join(folder, name), options), { message });
  }
  assert.deepEqual([asked, fs.readdirSync(folder)], [[], []]);
});

test("frames that are none, and a loop that fails, leave an older file alone", async (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, "a.webp");
  fs.writeFileSync(file, "old");
  const failing = async function* (): AsyncGenerator<Frame> { yield flat(0); throw new Error("the loop failed"); };
  const refused: [unknown, RegExp][] = [
    [[], /there is no frame: give at least one image/],
    [[flat(0), flat(NaN)], /frame 1: 288 of 288 values are NaN/],
    [[tf.zeros([4, 4])], /frame 0: expected an image of shape \[height, width, 3\], got \[4, 4\]/],
    [[{ index: 3 }], /frame 0 is not an image/],
    [["a.png"], /frame 0 is not an image/],
    [Promise.resolve([]), /the frames are a promise: write `await`/],
    [{ data: [], layout: {}, config: {}, summary: "" }, /this plot has no slider/],
    [[Buffer.from("no picture")], /frame 0 is not the bytes of a picture, such as a PNG or JPEG \(/],
    [failing(), /the loop failed/],
  ];
  for (const [frames, message] of refused) await assert.rejects(saveAnimation(frames as Frame[], file), { message });
  assert.deepEqual([fs.readdirSync(folder), fs.readFileSync(file, "utf8")], [["a.webp"], "old"]);
});

test("without ffmpeg, an MP4 is refused before the first frame, with what to do", async (t) => {
  const folder = temporaryFolder(t);
  withVariable(t, "PATH", folder);
  const frames = (function* (): Generator<Frame> { throw new Error("asked"); })();
  await assert.rejects(saveAnimation(frames, path.join(folder, "a.mp4")),
    /a\.mp4 was not written: an MP4 needs ffmpeg, which is not on PATH\. Install it .*, or save a WebP, which needs nothing: a\.webp/);
  assert.deepEqual(fs.readdirSync(folder), []);
});

/** A program called ffmpeg, in front of PATH, that runs this JavaScript. */
function fakeFfmpeg(t: { after(fn: () => void): void }, script: string): string {
  const folder = temporaryFolder(t);
  fs.writeFileSync(path.join(folder, "ffmpeg"), `#!${process.execPath}\n${script}`, { mode: 0o755 });
  withVariable(t, "PATH", `${folder}${path.delimiter}${process.env.PATH}`);
  return folder;
}

test("ffmpeg gets the frames as they are, and a file's name is never an option, an address or a command", async (t) => {
  const seen = fakeFfmpeg(t, `
    if (process.argv[2] === "-version") process.exit(0);
    const fs = require("fs"), path = require("path");
    const bytes = fs.readFileSync(0);
    fs.writeFileSync(path.join(__dirname, "seen.json"), JSON.stringify({ args: process.argv.slice(2), bytes: [...bytes] }));
    fs.writeFileSync(process.argv.at(-1).replace(/^file:/, ""), "film");`);
  const folder = temporaryFolder(t);
  const file = path.join(folder, "-i http:$(touch x);.mp4");
  await saveAnimation([flat(0, [2, 3]), flat(1, [2, 3])], file, { framesPerSecond: 25 });
  const { args, bytes } = JSON.parse(fs.readFileSync(path.join(seen, "seen.json"), "utf8")) as { args: string[]; bytes: number[] };
  assert.deepEqual(bytes, [...new Array<number>(18).fill(0), ...new Array<number>(18).fill(255)]);
  const after = (option: string): string => args[args.indexOf(option) + 1];
  assert.deepEqual(["-video_size", "-framerate", "-pixel_format", "-i"].map(after), ["3x2", "25", "rgb24", "pipe:0"]);
  assert.ok(args.at(-1)!.startsWith(`file:${folder}/.-i http:$(touch x);.mp4.`), args.at(-1));
  assert.equal(fs.readFileSync(file, "utf8"), "film");
  assert.deepEqual(fs.readdirSync(folder), [path.basename(file)]);
});

test("an ffmpeg that fails half-way leaves nothing, and its last words are the error", async (t) => {
  fakeFfmpeg(t, `
    if (process.argv[2] === "-version") process.exit(0);
    require("fs").writeFileSync(process.argv.at(-1).replace(/^file:/, ""), "half");
    console.error("Unknown encoder 'libx264'");
    process.exit(8);`);
  const folder = temporaryFolder(t);
  await assert.rejects(saveAnimation([flat(0, [600, 600])], path.join(folder, "a.mp4")), { message: "ffmpeg failed (8): Unknown encoder 'libx264'" });
  assert.deepEqual(fs.readdirSync(folder), []);
});

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
test("an MP4 has the frames, colors and rate that were asked for", { skip: hasFfmpeg ? false : "no ffmpeg on PATH" }, async (t) => {
  const folder = temporaryFolder(t);
  const [file, again] = ["a", "b"].map((name) => path.join(folder, `${name}.mp4`));
  const colors = [[1, 0, 0], [0, 0.5, 0], [0.2, 0.2, 1]];
  const frames = (): Image[] => colors.map((color) => tf.mul(tf.ones([33, 47, 3]), tf.tensor1d(color)) as Image);
  await saveAnimation(frames(), file, { framesPerSecond: 5 });
  await saveAnimation(frames(), again, { framesPerSecond: 5 });
  assert.deepEqual(fs.readFileSync(again), fs.readFileSync(file));
  const { stdout, stderr } = spawnSync("ffmpeg", ["-i", file, "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"], { maxBuffer: 1e8 });
  assert.match(String(stderr), /Video: h264.*yuv420p\(tv, bt709.*46x32.* 5 fps/);
  assert.equal(stdout.length, 3 * 46 * 32 * 3);
  colors.forEach((color, i) => [0, 1, 2].forEach((c) =>
    assert.ok(Math.abs(stdout[i * 46 * 32 * 3 + c] - 255 * color[c]) <= 4, `frame ${i}: ${[...stdout.subarray(i * 46 * 32 * 3, i * 46 * 32 * 3 + 3)]}`)));
});
