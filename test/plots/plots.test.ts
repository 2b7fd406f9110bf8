// Every plot: as plain data, and as the picture that is drawn of it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { before, test } from "node:test";
import { inspect } from "node:util";
import sharp from "sharp";
import * as tf from "@tensorflow/tfjs";
import { historyOf } from "../../src/minimize/history";
import { plotBundle, outputLimit } from "../../src/notebook/mimeBundles";
import { titleRoom, type Plot } from "../../src/platform/drawing/plot";
import { plotPng } from "../../src/platform/drawing/plotPng";
import { plotSvg } from "../../src/platform/drawing/plotSvg";
import { bars } from "../../src/plots/bars";
import { featureMaps } from "../../src/plots/featureMaps";
import { gramDifference } from "../../src/plots/gramDifference";
import { gramHeatMap } from "../../src/plots/gramHeatMap";
import { lines } from "../../src/plots/lines";
import { lossCurves } from "../../src/plots/lossCurves";
import { termBars, termShares } from "../../src/plots/termPlots";
import { bytesOf } from "../notebook/fakeKernel";

const steps = Array.from({ length: 601 }, (_, index) => {
  const parts = {
    "content relu4_2": 5 * index,
    "style relu1_1": 1e5 * 0.99 ** index,
    "style relu3_1": 3e4 * 0.995 ** index,
  };
  const unweighted = {
    "content relu4_2": index,
    "style relu1_1": 100 * 0.99 ** index,
    "style relu3_1": 30 * 0.995 ** index,
  };
  return { index, loss: parts["content relu4_2"] + parts["style relu1_1"] + parts["style relu3_1"], parts, unweighted };
});
let features: tf.Tensor3D;
let gram: tf.Tensor2D;
before(async () => {
  await tf.setBackend("cpu");
  features = tf.tidy(() => tf.relu(tf.randomNormal([28, 40, 96], 0, 1, "float32", 1)));
  const rows = tf.reshape(features, [-1, 96]);
  gram = tf.div(tf.matMul(rows, rows, true), 28 * 40);
});

const plots: Record<string, () => Plot | Promise<Plot>> = {
  lossCurves: () => lossCurves(steps),
  "lossCurves, unweighted": () => lossCurves(steps, { weighted: false }),
  "lossCurves of one step": () => lossCurves(steps.slice(0, 1)),
  termBars: () => termBars(steps[100]),
  termShares: () => termShares(steps),
  gramHeatMap: () => gramHeatMap(gram),
  "gramHeatMap with signs": () => gramHeatMap(tf.randomNormal([12, 12], 0, 1, "float32", 2)),
  "gramHeatMap of zeros": () => gramHeatMap(tf.zeros([4, 4])),
  gramDifference: () => gramDifference({ valley: gram, mosaic: tf.transpose(gram) }),
  "gramDifference of zeros": () => gramDifference({ a: tf.zeros([4, 4]), b: tf.zeros([4, 4]) }),
  featureMaps: () => featureMaps(features),
  "featureMaps with signs": () => featureMaps(tf.randomNormal([100, 90, 20], 0, 1, "float32", 3)),
  bars: () => bars({ a: -3, b: 5.5, "not finite": NaN }),
  lines: () =>
    lines(
      { sine: Array.from({ length: 5000 }, (_, i) => Math.sin(i / 400)), gap: [1, NaN, 3] },
      { x: "i", y: "value" },
    ),
};

for (const [name, make] of Object.entries(plots)) {
  test(`${name} is plain JSON, finite, with a title, a summary and colors that every plotly reads`, async () => {
    const plot = await make();
    const json = JSON.stringify({ data: plot.data, layout: plot.layout, config: plot.config });
    assert.deepEqual(JSON.parse(json), { data: plot.data, layout: plot.layout, config: plot.config });
    everyValue(plot.data, (value) => assert.ok(typeof value !== "number" || Number.isFinite(value)));
    assert.equal(typeof plot.layout.title.text, "string");
    assert.ok(plot.summary.length > 5);
    for (const [, color] of json.matchAll(/"[a-z]*color":"([^"]+)"/g)) assert.match(color, /^#[0-9a-f]{6}$|^rgba\([\d,.]+\)$/);
    assert.deepEqual([plot.layout.paper_bgcolor, plot.layout.plot_bgcolor], ["rgba(0,0,0,0)", "rgba(0,0,0,0)"]);
  });

  test(`the text and the lines of ${name} can be read on white, on JupyterLab's #111111, GitHub's #0d1117 and VS Code's #1e1e1e`, async () => {
    const svg = plotSvg(await make());
    const texts = [...svg.matchAll(/<text [^>]*fill="([^"]+)"/g)].map((match) => match[1]);
    const strokes = [...svg.matchAll(/<path [^>]*stroke="(#[^"]+)" stroke-width/g)].map((match) => match[1]);
    assert.ok(texts.length > 0);
    for (const ground of ["#ffffff", "#111111", "#0d1117", "#1e1e1e"])
      for (const color of new Set([...texts, ...strokes]))
        assert.ok(contrast(color, ground) >= 3, `${color} on ${ground}: ${contrast(color, ground).toFixed(2)}`);
  });

  test(`${name} is drawn within 300 kB, with ink in it, on nothing`, async () => {
    const plot = await make();
    const bundle = await plotBundle(plot);
    assert.ok(bytesOf(bundle) < outputLimit, `${bytesOf(bundle)} bytes`);
    assert.ok("application/vnd.plotly.v1+json" in bundle.data);
    const png = Buffer.from(bundle.data["image/png"] as string, "base64");
    const { info, data } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const { width, height } = plot.layout;
    assert.ok(Math.abs(info.width / info.height - (width ?? 720) / height) < 0.01);
    assert.equal(data[3], 0);
    const drawn = data.filter((value: number, i: number) => i % 4 === 3 && value > 128).length / (data.length / 4);
    assert.ok(drawn > 0.001 && drawn < 0.9, `a fraction of ${drawn} is drawn`);
  });
}

test("loss curves name the total and every part at their ends, on a log axis", () => {
  const { data, layout, summary } = lossCurves(steps);
  assert.deepEqual(
    data.map(({ name }) => name),
    ["loss", "content relu4_2", "style relu1_1", "style relu3_1"],
  );
  assert.deepEqual(
    layout.annotations!.map(({ text }) => text),
    data.map(({ name }) => name),
  );
  assert.equal(layout.yaxis.type, "log");
  assert.equal(summary, "loss 1.3e5 → 4.7e3 in 600 steps");
  assert.equal((data[1].y as number[])[0], null, "0 has no logarithm");
  assert.ok((data[0].x as number[]).length <= 400);
  assert.deepEqual(
    lossCurves(steps, { weighted: false }).data.map(({ name }) => name),
    Object.keys(steps[0].parts),
  );
});

test("curves from the steps and from their history are the same plot", () => {
  assert.deepEqual(lossCurves(historyOf(steps)), lossCurves(steps));
  assert.throws(() => lossCurves([]), /no step was recorded/);
});

test("a curve is drawn where its values are: high left, low right, in its own color", async () => {
  const plot = lines([{ name: "fall", y: [100, 1], color: "#ff0000", width: 4 }], { log: true });
  const { bytes } = await plotPng(plot, { width: 500 });
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { l, r, t, b } = plot.layout.margin;
  const red = (x: number): number[] => {
    const rows = Array.from({ length: plot.layout.height - b - t }, (_, y) => y + t);
    return rows.filter((y) => {
      const at = 3 * (y * info.width + x);
      return data[at] > 200 && data[at + 1] < 80 && data[at + 2] < 80;
    });
  };
  const [left, middle, right] = [l + 2, Math.round((l + 500 - r) / 2), 500 - r - 2]
    .map(red)
    .map((rows) => rows.reduce((a, y) => a + y, 0) / rows.length);
  assert.ok(left < middle && middle < right);
  assert.ok(Math.abs(middle - (left + right) / 2) < 2, "on a log axis 10 is halfway between 1 and 100");
});

test("shares add up to 100 at every step", () => {
  const columns = termShares(steps).data.map(({ y }) => y as number[]);
  assert.ok(columns[0].length <= 200);
  columns[0].forEach((_, i) => assert.ok(Math.abs(columns.reduce((sum, y) => sum + y[i], 0) - 100) < 0.01));
});

test("a large Gram matrix is shown by its strongest channels, and says so", async () => {
  const strong = tf.tidy(() =>
    tf.diag(tf.tensor1d(Array.from({ length: 100 }, (_, c) => (c % 3 === 0 ? 10 + c : 1)))),
  ) as tf.Tensor2D;
  const plot = await gramHeatMap(strong, { channels: 20, title: "G" });
  assert.equal(plot.layout.title.text, "G · the 20 strongest of 100 channels");
  assert.deepEqual(
    plot.data[0].x,
    Array.from({ length: 20 }, (_, i) => String(42 + 3 * i)),
  );
  await assert.rejects(gramHeatMap(tf.zeros([3, 4])), /is square, \[channels, channels\]; this is \[3, 4\]/);
});

test("two Gram matrices stand side by side with the first minus the second, on one logarithmic scale", async () => {
  const [a, b] = [tf.tensor2d([[100, 1], [1, 0]]), tf.tensor2d([[90, 11], [11, 0.001]])];
  const plot = await gramDifference({ valley: a, mosaic: b }, { title: "G" });
  const none = [null, null];   // the gap
  assert.deepEqual(plot.data[0].z, [[2, 0, ...none, 1.9542, 1.0414, ...none, 1, -1], [0, 0, ...none, 1.0414, 0, ...none, -1, 0]]);
  assert.equal((plot.data[0].text as string[][])[0][9], "valley − mosaic, channels 0 and 1: -10");
  assert.deepEqual(plot.layout.annotations!.map(({ text }) => text), ["valley", "mosaic", "valley − mosaic"]);
  assert.match(plot.summary, /2 channels, largest entry 100, largest difference 10$/);
  const strong = tf.diag(tf.tensor1d([1, 5, 9, 7])) as tf.Tensor2D;
  assert.deepEqual((await gramDifference({ a: strong, b: strong }, { channels: 2 })).data[0].y, ["2", "3"]);
  await assert.rejects(gramDifference({ a, b: tf.zeros([3, 3]) }), /\[channels, channels\] of one layer; these are \[2, 2\] and \[3, 3\]/);
  await assert.rejects(gramDifference({ a }), /compares two matrices.*got 1/);
});

test("the strongest feature map comes first, and each map is drawn on its own scale", async () => {
  const maps = tf.tidy(() =>
    tf.stack([tf.fill([4, 4], 0.001), tf.fill([4, 4], 9), tf.zeros([4, 4])], 2),
  ) as tf.Tensor3D;
  const plot = await featureMaps(maps, { title: "relu1_1" });
  assert.deepEqual(
    plot.layout.annotations!.map(({ text }) => text),
    ["channel 1", "channel 0", "channel 2"],
  );
  const png = Buffer.from(String(plot.data[0].source).split(",")[1], "base64");
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (x: number): string =>
    Buffer.from(data.subarray(3 * (60 * info.width + x), 3 * (60 * info.width + x) + 3)).toString("hex");
  assert.deepEqual([at(60), at(188), at(316)], ["fde725", "fde725", "440154"]);
  await assert.rejects(featureMaps(tf.zeros([2, 2]) as never), /\[height, width, channels\]; this is \[2, 2\]/);
});

test("plots leave no tensors behind", async () => {
  const before = tf.memory().numTensors;
  await gramHeatMap(gram);
  await gramDifference({ a: gram, b: gram });
  await featureMaps(features);
  assert.equal(tf.memory().numTensors, before);
});

test("printed, a plot is a sentence that says how to see it", async () => {
  assert.equal(
    inspect(lossCurves(steps)),
    "a plot (loss 1.3e5 → 4.7e3 in 600 steps); await show(plot) draws it",
  );
});

const noFonts = process.platform === "linux" ? false : "only fontconfig can be told that there are no fonts";
test("on a machine without fonts the picture is the same, to the byte", { skip: noFonts }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "styloscope-fonts-"));
  try {
    const config = path.join(folder, "fonts.conf");
    writeFileSync(config, `<fontconfig><dir>${folder}/none</dir><cachedir>${folder}</cachedir></fontconfig>`);
    const draw = `
      const { lines } = require("./src/plots/lines");
      const { plotPng } = require("./src/platform/drawing/plotPng");
      const plot = lines({ "style relu1_1 · ×": [1e5, 30] }, { title: "Loss, step by step", y: "1e5 → 30", log: true });
      plotPng(plot).then(({ bytes }) => process.stdout.write(bytes.toString("base64")));`;
    const drawn = (env: object): string =>
      execFileSync(process.execPath, ["--require", "ts-node/register", "-e", draw], {
        cwd: path.resolve(__dirname, "../.."),
        env: { ...process.env, ...env },
        encoding: "utf8",
      });
    const bare = drawn({ FONTCONFIG_FILE: config });
    assert.ok(bare.length > 10_000);
    assert.ok(bare === drawn({}), "the two pictures differ");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("text from a reader cannot break the SVG", async () => {
  const plot = lines({ 'a < b & "c"': [1, 2] }, { title: "x < y & <z>" });
  assert.ok(!plotSvg(plot).includes("< b"));
  await plotPng(plot);
});

test("a long log axis labels all its powers of ten alike, in plotly and in its twin", () => {
  const labelsOf = (...values: number[]): unknown => lines({ a: values }, { log: true }).layout.yaxis.ticktext;
  assert.deepEqual(labelsOf(0.05, 30), ["0.1", "1", "10"]);
  assert.deepEqual(labelsOf(1, 70), ["1", "2", "5", "10", "20", "50"], "plotly itself would write 2, 3, 4 … 9");
  assert.deepEqual((labelsOf(0.02, 11) as string[]).at(0), "0.1", "and here 10, 1, 10⁻¹");
  assert.deepEqual(labelsOf(5, 1e5), ["10<sup>1</sup>", "10<sup>2</sup>", "10<sup>3</sup>", "10<sup>4</sup>", "10<sup>5</sup>"]);
  const svg = plotSvg(lines({ a: [5, 1e5] }, { log: true }));
  assert.equal(svg.match(/>10<\/tspan><tspan[^>]*>\d<\/tspan>/g)!.length, 5);
});

test("nothing to draw is said, not drawn", () => {
  assert.throws(() => lines({}), /nothing to draw/);
  assert.throws(() => bars({}), /nothing to draw/);
  assert.throws(() => termShares([{ index: 0, loss: 1, parts: {} }]), /no shares to draw/);
});

test("every log axis of a plot has given ticks, those of its twin", async () => {
  for (const [low, high] of [[1, 1.5], [1, 9], [0.3, 40], [2e-9, 7], [1e3, 9e4]]) {
    const plot = lines({ a: [low, high] }, { log: true, height: 360 });
    const { tickmode, ticktext } = plot.layout.yaxis as { tickmode: string; ticktext: string[] };
    assert.equal(tickmode, "array");
    assert.ok(ticktext.length >= 3 && ticktext.length <= 9, `${low} … ${high}: ${ticktext.join(" ")}`);
    const drawn = plotSvg(plot).replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
    for (const label of ticktext) assert.ok(drawn.includes(` ${label.replace(/<[^>]*>/g, " ").replaceAll("−", "–").trim()} `), `${label} in the twin`);
  }
});

test("a title that would reach below the toolbar takes another line, and the plot is as much higher", () => {
  const [short, long] = ["Loss", "What became of every part of the loss, step by step, when the weight of the style was doubled twice in a row"]
    .map((title) => lines({ a: [1, 2] }, { title }).layout);
  assert.equal(long.title.text.split("<br>").length, 2);
  assert.equal(long.height - short.height, 19);
  assert.equal(long.margin.t - short.margin.t, 19);
  assert.ok(titleRoom("Loss", short.margin.l) < 200);
  assert.equal(plotSvg(lines({ a: [1, 2] }, { title: "a <b>bold</b> title" })).includes("&lt;b"), false);
});

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** WCAG 2's relative luminance. */
function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function everyValue(value: unknown, see: (leaf: unknown) => void): void {
  if (typeof value === "object" && value !== null) Object.values(value).forEach((item) => everyValue(item, see));
  else see(value);
}
