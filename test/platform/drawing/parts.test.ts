// The small parts of the plots: numbers, ticks, thinning, labels, colors.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mix, partColors, sequential } from "../../../src/platform/drawing/colors";
import { decimate } from "../../../src/platform/drawing/decimate";
import { escapeMarkup } from "../../../src/platform/drawing/escapeMarkup";
import { formatPower, formatNumber } from "../../../src/platform/drawing/formatNumber";
import { fitText, svgText, textWidth } from "../../../src/platform/drawing/svgText";
import { linearTicks, logTicks } from "../../../src/platform/drawing/ticks";
import { spread } from "../../../src/plots/lines";

test("numbers read as people write them", () => {
  assert.deepEqual(
    [0, 1.234, 123456, 0.00001234, 3100, 250, -0.5, NaN].map((value) => formatNumber(value)),
    ["0", "1.2", "1.2e5", "1.2e-5", "3.1e3", "250", "-0.5", "NaN"],
  );
  assert.deepEqual(
    [120000, 1e5, 0.00002, -3, 4590].map((value) => formatPower(value)),
    ["1.2×10<sup>5</sup>", "10<sup>5</sup>", "2×10<sup>−5</sup>", "−3", "4600"],
  );
});

test("linear ticks are round, within the axis, and no fewer than three", () => {
  assert.deepEqual(
    linearTicks(0, 200).map(({ label }) => label),
    ["0", "50", "100", "150", "200"],
  );
  assert.deepEqual(
    linearTicks(-0.23, 0.31).map(({ label }) => label),
    ["−0.2", "−0.1", "0", "0.1", "0.2", "0.3"],
  );
  for (const [low, high] of [
    [0, 1],
    [3, 3.001],
    [-7e6, 9e6],
    [1e-9, 4e-9],
    [0, 41],
  ]) {
    const ticks = linearTicks(low, high);
    assert.ok(ticks.length >= 3 && ticks.length <= 11, `${low} … ${high}: ${ticks.length}`);
    assert.ok(ticks.every(({ at }) => at >= low - 1e-12 && at <= high * (1 + 1e-12)));
    assert.equal(new Set(ticks.map(({ label }) => label)).size, ticks.length, "no two ticks say the same");
  }
});

test("log ticks are powers of ten, fewer over many decades, with 2 and 5 over few", () => {
  assert.deepEqual(
    logTicks(1.4, 5.2).map(({ label }) => label),
    ["10<sup>2</sup>", "10<sup>3</sup>", "10<sup>4</sup>", "10<sup>5</sup>"],
  );
  assert.deepEqual(logTicks(-1.2, 1.4).map(({ label }) => label), ["0.1", "1", "10"], "all labels of an axis alike");
  assert.deepEqual(
    logTicks(-12, 6).map(({ at }) => at),
    [-12, -8, -4, 0, 4],
  );
  assert.deepEqual(
    logTicks(1.6, 3).map(({ label }) => label),
    ["50", "100", "200", "500", "1000"],
  );
  assert.ok(logTicks(2, 2.1).length >= 3, "also within a tenth of a decade");
});

test("a thinned curve keeps its ends, its single peak and its single dip", () => {
  const y = Float32Array.from({ length: 10_000 }, (_, i) => (i === 4321 ? 9 : i === 8765 ? -9 : Math.sin(i / 500)));
  const thin = decimate([...y.keys()], y);
  assert.ok(thin.x.length <= 400 && thin.x.length > 200);
  assert.deepEqual([thin.x[0], thin.x.at(-1)], [0, 9999]);
  assert.equal(thin.y[thin.x.indexOf(4321)], 9);
  assert.equal(thin.y[thin.x.indexOf(8765)], -9);
  assert.ok(thin.x.every((x, i) => i === 0 || x > thin.x[i - 1]));
  assert.deepEqual(decimate([1, 2], [3, NaN]), { x: [1, 2], y: [3, NaN] });
});

test("labels move apart as little as possible, in order, within their room", () => {
  assert.deepEqual(spread([10, 50, 90], 15, 100), [10, 50, 90]);
  assert.deepEqual(spread([50, 52], 10, 100), [46, 56]);
  const crowded = spread([99, 98, 97, 96, 1], 10, 100);
  assert.deepEqual(crowded, [100, 90, 80, 70, 1]);
});

test("text is escaped, raised and cut", () => {
  assert.equal(escapeMarkup(`a < b & "c" > 'd'\0`), "a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;");
  const svg = svgText("10<sup>−3</sup> & <b>more</b>", { x: 0, y: 0 });
  assert.ok(svg.includes("&amp; more") && svg.includes("–3") && !svg.includes("<sup>") && !svg.includes("<b>"));
  assert.equal(fitText("short", 100), "short");
  const long = fitText("a label that is far too long for its place", 80);
  assert.ok(long.endsWith("…") && textWidth(long) <= 80 && long.length > 6);
});

test("a ramp begins and ends with its first and last color", () => {
  assert.deepEqual(
    [mix(sequential, 0), mix(sequential, 1), mix(["#000000", "#ffffff"], 0.5)],
    [sequential[0], sequential.at(-1), "#808080"],
  );
  assert.equal(mix(sequential, 7), sequential.at(-1));
});

test("each part of a loss has its own color, and layers of one kind share a hue", () => {
  const names = [
    "content relu4_2",
    "style relu1_1",
    "style relu3_1",
    "style relu5_1",
    "smoothness",
    "sky relu2_1",
    "sea relu2_1",
  ];
  const colors = partColors(names);
  assert.equal(new Set(colors).size, names.length);
  assert.ok(colors.every((color) => /^#[0-9a-f]{6}$/.test(color)));
  const blue = colors.slice(1, 4).map((color) => parseInt(color.slice(5), 16) > parseInt(color.slice(1, 3), 16));
  assert.deepEqual(blue, [true, true, true]);
});
