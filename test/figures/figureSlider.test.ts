// The panels of a figure under a slider.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { figureSlider } from "../../src/figures/figureSlider";
import type { Image } from "../../src/image";
import { labelRoom } from "../../src/platform/drawing/svgText";

const image = tf.fill([8, 8, 3], 0.5) as Image;

test("the label of the last panel ends within the plot", async () => {
  const rows = [["valley", "relu1_2: 35.0 dB", "relu4_2: 18.6 dB, a label of some length"].map((label) => ({ label, image: image.clone() as Image }))];
  const { layout } = await figureSlider({ figure: { figure: "Figure 1" }, rows });
  const { width, margin, sliders } = layout as unknown as { width: number; margin: { l: number; r: number }; sliders: { x: number; len: number; steps: { label: string }[] }[] };
  const [{ x, len, steps }] = sliders;
  const end = margin.l + (x + len) * (width - margin.l - margin.r);
  assert.equal(steps.at(-1)!.label, "3: relu4_2: 18.6 dB, a label of some length");
  assert.ok(end + labelRoom(steps.at(-1)!.label) / 2 <= width + 1e-9, `${end} and half of the label, of ${width} pixels`);
});
