// The PNG twin draws the whole plot or refuses it: nothing is left out in silence.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../../src/json";
import { plotOf, type Layout, type Trace } from "../../../src/platform/drawing/plot";
import { plotSvg } from "../../../src/platform/drawing/plotSvg";

const layout: Layout = { title: { text: "" }, height: 300, margin: { l: 40, r: 20, t: 40, b: 40 }, xaxis: {}, yaxis: {} };
const drawn = (trace: Trace, more: Partial<Layout> = {}): string => plotSvg(plotOf([trace], { ...layout, ...more }, "a test"));
const scatter = (attributes: { [name: string]: Json }): Trace => ({ type: "scatter", x: [0, 1], y: [1, 2], ...attributes });

test("a type of trace that it does not know is refused, with the nearest", () => {
  assert.throws(() => drawn({ type: "scattergl", y: [1, 2] }),
    /no trace type scattergl in the picture of a plot; did you mean scatter\? There are: scatter, bar, heatmap, image/);
});

test("an attribute that it does not know is refused, with its trace and the nearest", () => {
  assert.throws(() => drawn(scatter({ fill: "tozeroy" })),
    /cannot draw fill of a scatter trace; the nearest that it can is .*, of .*fillcolor/);
  assert.throws(() => drawn(scatter({ line: { dash: "dot" } })), /cannot draw line\.dash of a scatter trace; .* line\.\w+, of color, width/);
  assert.throws(() => drawn({ type: "heatmap", z: [[1]], reversescale: true }), /cannot draw reversescale of a heatmap trace/);
});

test("a value that it does not know is refused, with those that it draws", () => {
  assert.throws(() => drawn(scatter({ mode: "text" })), /cannot draw mode "text" of a scatter trace; it can draw "lines", "markers"/);
  assert.throws(() => drawn(scatter({}), { xaxis: { type: "date" as never } }), /cannot draw xaxis\.type "date" of the layout/);
});

test("so are attributes of the layout, its axes and its annotations", () => {
  assert.throws(() => drawn(scatter({}), { barmode: "stack" }), /cannot draw barmode of the layout/);
  assert.throws(() => drawn(scatter({}), { showlegend: true }), /cannot draw showlegend true of the layout; it can draw false/);
  assert.throws(() => drawn(scatter({}), { xaxis: { side: "top" } }), /cannot draw xaxis\.side of the layout/);
  const annotations = [{ text: "peak", x: 1, y: 1, showarrow: true }];
  assert.throws(() => drawn(scatter({}), { annotations }), /cannot draw showarrow true of an annotation; it can draw false/);
});

test("what only a mouse shows is knowingly left out, and a trace that is not visible is not drawn", () => {
  assert.match(drawn(scatter({ hovertemplate: "%{y}", hoverinfo: "skip" }), { hovermode: "x unified", sliders: [] }), /stroke-linejoin/);
  assert.doesNotMatch(drawn({ type: "pie", visible: false }), /stroke-linejoin/);
});
