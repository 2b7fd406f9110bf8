// One cell: the numbers in the table are those of the picture beside it.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise } from "../../src/image";
import { gram } from "../../src/losses/gram";
import { relative } from "../../src/losses/relative";
import { randomVgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { loadImage } from "../../src/platform/files/loadImage";
import { sample } from "../../src/platform/files/sample";
import { runCell } from "../../src/sweeps/runCell";
import { defaults } from "../../src/sweeps/settings";
import { style } from "../../src/terms";
import { assertClose } from "../compare";

it("a cell's loss is that of its picture, also where the search left 0…1", async () => {
  const network = await randomVgg({ width: 1 / 16 });
  const painting = await sample("mosaic", { cover: [48, 48] });
  const [goal, start] = [objective(network, [style(painting, { layers: ["relu1_1"], loss: relative(gram()) })]), noise(painting)];
  const cell = { index: 0, name: "0000", label: "", settings: { ...defaults, steps: 40 } };
  const before = tf.memory().numTensors;
  const outcome = await runCell(cell, { objective: goal, start }, { signal: new AbortController().signal, each() {} });
  assert.equal(tf.memory().numTensors, before);
  const { loss, parts, step, history } = outcome!.result;
  assert.equal(history.loss[step], Math.min(...history.loss));
  assert.ok(loss > 100 * history.loss[step], "the search has not left 0…1: there is nothing to test");
  assertClose(Object.values(parts).reduce((sum, part) => sum + part), loss, 1e-6);

  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "styloscope-cell-")), "picture.png");
  fs.writeFileSync(file, outcome!.pictures.picture);
  const picture = await loadImage(file);
  const { value } = await goal.measure(picture);
  assert.ok(Math.abs(value / loss - 1) < 0.2, `${loss} was reported for a picture of 8 bits whose loss is ${value}`);
  goal.dispose();
  network.dispose();
  tf.dispose([painting, start, picture]);
  fs.rmSync(path.dirname(file), { recursive: true });
});
