// npm run stylize with clips: videos and folders of frames, which go on where they were, and become videos again.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { main } from "../../scripts/stylize";
import { saveImage } from "../../src/platform/files/saveImage";
import { settingsOf } from "../../src/platform/files/settingsOf";
import { videoFrames, videoInfo } from "../../src/platform/files/videoFile";
import type { RunSettings } from "../../src/recipes/runSettings";
import { sampleClip } from "../../src/video/sampleClip";
import { numbers } from "../compare";

const [printed, complained]: string[][] = [[], []];
const run = (...words: string[]): Promise<number> => main(words, (line) => printed.push(line), (line) => complained.push(line));
beforeEach(() => void (printed.length = complained.length = 0));

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "styloscope-clips-"));
after(() => fs.rmSync(folder, { recursive: true, force: true }));
const at = (...parts: string[]): string => path.join(folder, ...parts);
const quick = ["--size", "32", "--steps", "2", "--network", "vgg19-mini", "--style", "strokes"];
const bytes = (dir: string): Record<string, string> => Object.fromEntries(fs.readdirSync(dir).sort().map((name) => [name, fs.readFileSync(path.join(dir, name), "base64")]));
const times = (dir: string): Record<string, number> => Object.fromEntries(fs.readdirSync(dir).sort().map((name) => [name, fs.statSync(path.join(dir, name)).mtimeMs]));

/** Four frames of 40×40, named so that their numbers are not the order of their characters. */
before(async () => {
  const { frames } = await sampleClip({ count: 4, size: 40 });
  for (const [i, frame] of frames.entries()) await saveImage(frame, at("walk", `frame ${8 + i}.png`));
  tf.dispose([...frames]);
});

describe("npm run stylize --frames", () => {
  it("paints the frames by their numbers, each held to the one before, and goes on where it was to the same bytes", async () => {
    const command = [at("walk"), ...quick, "--frames", "--out", at("out")];
    assert.equal(await run(...command), 0, complained.join());
    const out = at("out", "walk-strokes");
    const names = [8, 9, 10, 11].map((i) => `frame ${i}.png`);
    assert.deepEqual(fs.readdirSync(out).sort(), [...names].sort());
    assert.deepEqual(fs.readdirSync(at("out")), ["walk-strokes"]);
    const settings = (await Promise.all(names.map((name) => settingsOf(path.join(out, name))))) as (RunSettings & { request: { options: { frame: number } } })[];
    assert.deepEqual(settings.map(({ terms }) => terms.map(({ name }) => name).join(" ")), ["content style", ...new Array(3).fill("content style temporal")]);
    assert.deepEqual(settings.map(({ steps, request }) => [steps, request.options.frame]), [[2, 0], [1, 1], [1, 2], [1, 3]]);

    const [first, before] = [bytes(out), times(out)];
    assert.equal(await run(...command), 0);
    assert.match(printed.at(-1)!, /^1 of 1 pictures are in .*, 1 of them before$/);
    assert.deepEqual(times(out), before, "nothing is painted again");

    for (const name of ["frame 10.png", "frame 11.png"]) fs.rmSync(path.join(out, name));
    assert.equal(await run(...command), 0);
    assert.deepEqual(bytes(out), first, "the same bytes");

    assert.equal(await run(...command, "--style-weight", "100"), 0);
    const changed = bytes(out);
    assert.ok(names.every((name) => changed[name] !== first[name]), "other settings are noticed");

    await sharp(at("walk/frame 9.png")).negate().toFile(at("other.png"));
    fs.renameSync(at("other.png"), at("walk/frame 10.png"));
    assert.equal(await run(...command, "--style-weight", "100"), 0);
    const again = bytes(out);
    assert.deepEqual(names.filter((name) => again[name] !== changed[name]), ["frame 10.png", "frame 11.png"], "another frame, and those after it");
  });

  it("refuses frames of different sizes and a broken one before the first is painted, and replaces nothing that it has not made", async () => {
    fs.cpSync(at("walk"), at("mixed"), { recursive: true });
    await sharp(at("walk/frame 9.png")).resize(40, 30).toFile(at("mixed/frame 12.png"));
    assert.equal(await run(at("mixed"), ...quick, "--frames", "--out", at("refused")), 1);
    assert.match(complained.join(), /the frames in .*mixed have different sizes: frame 8\.png is 40×40, frame 12\.png 30×40/);
    fs.writeFileSync(at("mixed/frame 12.png"), "no picture");
    assert.equal(await run(at("mixed"), ...quick, "--frames", "--out", at("refused")), 1);
    assert.match(complained.join(), /frame 12\.png cannot be loaded: it is text, not an image/);
    assert.equal(fs.existsSync(at("refused")), false);
    fs.mkdirSync(at("own/walk-strokes"), { recursive: true });
    fs.writeFileSync(at("own/walk-strokes/frame 11.png"), "precious");
    assert.equal(await run(at("walk"), ...quick, "--frames", "--out", at("own")), 1);
    assert.match(complained.join(), /frame 11\.png is there, and was not made by this command/);
    assert.deepEqual(fs.readdirSync(at("own/walk-strokes")), ["frame 11.png"]);
  });
});

const ffmpeg = (...args: string[]): void => {
  const { status, stderr } = spawnSync("ffmpeg", ["-loglevel", "error", "-y", ...args]);
  assert.equal(status, 0, String(stderr));
};

describe("npm run stylize with a video", { skip: spawnSync("ffmpeg", ["-version"]).status === 0 ? false : "no ffmpeg on PATH" }, () => {
  before(() => {
    const pictures = fs.readdirSync(at("walk")).sort((a, b) => parseInt(a.slice(6)) - parseInt(b.slice(6)));
    fs.mkdirSync(at("numbered"));
    pictures.forEach((name, i) => fs.copyFileSync(at("walk", name), at("numbered", `${i}.png`)));
    ffmpeg("-framerate", "12", "-i", at("numbered/%d.png"), "-f", "lavfi", "-i", "sine=frequency=440:duration=0.34", "-c:v", "libx264", "-pix_fmt", "yuv444p", "-crf", "1",
      "-c:a", "aac", at("50% clip.mp4"));
  });

  it("reads its frames in order and with their colors", async () => {
    const frames: tf.Tensor3D[] = [];
    for await (const frame of videoFrames(at("50% clip.mp4"))) frames.push(frame);
    assert.deepEqual(frames.map(({ shape }) => shape), new Array(4).fill([40, 40, 3]));
    const { data } = await sharp(at("numbered/3.png")).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const apart = numbers(frames[3]).map((value, i) => Math.abs(255 * value - data[i]));
    assert.ok(apart.reduce((sum, value) => sum + value, 0) / apart.length < 4, `${Math.max(...apart)}`); // coded in YUV
    const left = tf.memory().numTensors;
    for await (const frame of videoFrames(at("50% clip.mp4"), { shorter: 20 })) {
      assert.deepEqual(frame.shape, [20, 20, 3]);
      frame.dispose();
      break;
    }
    assert.equal(tf.memory().numTensors, left);
    tf.dispose(frames);
  });

  it("writes an MP4 with its rate, its sound and the settings, and removes the frames; is then done", async () => {
    const command = [at("50% clip.mp4"), ...quick, "--out", at("videos 100%")];
    assert.equal(await run(...command), 0, complained.join());
    assert.deepEqual(fs.readdirSync(at("videos 100%")), ["50% clip-strokes.mp4"]);
    const file = at("videos 100%", "50% clip-strokes.mp4");
    const [before, after] = [await videoInfo(at("50% clip.mp4")), await videoInfo(file)];
    assert.deepEqual([after.frames, after.framesPerSecond, after.sound], [4, before.framesPerSecond, "aac"]);
    const settings = await settingsOf(file) as RunSettings & { request: { photo: { file: string }; options: object } };
    assert.deepEqual([settings.by, settings.request.photo.file, settings.request.options], ["transfer", "50% clip.mp4", { size: 32, styleSize: 32, steps: 2 }]);
    const written = fs.statSync(file).mtimeMs;
    assert.equal(await run(...command), 0);
    assert.match(printed.at(-1)!, /^1 of 1 pictures are in .*, 1 of them before$/);
    assert.equal(fs.statSync(file).mtimeMs, written);
  });

  it("says what is wrong with a video, and writes nothing", async () => {
    const whole = fs.readFileSync(at("50% clip.mp4"));
    fs.writeFileSync(at("cut.mp4"), whole.subarray(0, whole.length / 2));
    fs.writeFileSync(at("text.mp4"), "no video");
    ffmpeg("-i", at("numbered/0.png"), "-frames:v", "1", at("one.mp4"));
    ffmpeg("-f", "lavfi", "-i", "sine=duration=0.2", at("sound.mp4"));
    const wrong: [string, RegExp][] = [
      ["cut.mp4", /cut\.mp4 is damaged, cut short or no video/], ["text.mp4", /text\.mp4 is damaged, cut short or no video/],
      ["one.mp4", /one\.mp4 has one frame, and nothing moves/], ["sound.mp4", /sound\.mp4 has no pictures/],
    ];
    for (const [name, message] of wrong) {
      complained.length = 0;
      assert.equal(await run(at(name), ...quick, "--out", at("refused")), 1);
      assert.match(complained.join(), message);
    }
    assert.equal(fs.existsSync(at("refused")), false);
  });

  it("whose rest is missing leaves whole frames, and says so", async () => {
    ffmpeg("-i", at("50% clip.mp4"), "-c", "copy", "-movflags", "+faststart", at("fast.mp4"));
    const whole = fs.readFileSync(at("fast.mp4"));
    fs.writeFileSync(at("fast.mp4"), whole.subarray(0, whole.length * 0.8));
    assert.equal(await run(at("fast.mp4"), ...quick, "--out", at("partly")), 1);
    assert.match(complained.join(), /fast\.mp4 is damaged/);
    assert.equal(fs.existsSync(at("partly", "fast-strokes.mp4")), false);
  });

  it("without ffmpeg says what to do", async (t) => {
    const { PATH } = process.env;
    t.after(() => (process.env.PATH = PATH));
    process.env.PATH = folder;
    assert.equal(await run(at("50% clip.mp4"), ...quick, "--out", at("refused")), 1);
    assert.match(complained.join(), /50% clip\.mp4 is a video, and reading one needs ffmpeg, which is not on PATH\. Install it .*, or give a folder of its frames/);
    assert.equal(fs.existsSync(at("refused")), false);
  });
});
