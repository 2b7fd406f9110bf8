import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { engine } from "../../src/engine/engine";
import { registerOnnx } from "../../src/engine/onnx/register";
import { prepareWasm } from "../../src/engine/wasm";
import type { Image } from "../../src/image";
import { activations } from "../../src/losses/activations";
import { conventions } from "../../src/losses/conventions";
import { gram, gramAs } from "../../src/losses/gram";
import { matching } from "../../src/losses/matching";
import { relative } from "../../src/losses/relative";
import { variations } from "../../src/losses/smoothness";
import { randomVgg } from "../../src/networks/random";
import { vggFrom, type Pooling, type Vgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { content, smoothness, style, type Term } from "../../src/terms";

const [height, width] = [32, 38];
const layers = ["relu1_1", "conv2_1", "relu3_1", "pool3"];
const mean = matching((features) => tf.mean(features, [0, 1]), "mean");

type Make = (photo: Image, painting: Image) => Term[];
const styled = (loss: Term["loss"]): Make => (_, painting) => [style(painting, { layers, loss })];
const told = (loss: Term["loss"]): Make => (photo) => [content(photo, { layers, loss })];

/** Every loss of the library, by the file it is in. */
const losses: Record<string, Record<string, Make>> = {
  activations: { "the content loss": told(activations) },
  gram: {
    "the Gram loss": styled(gram),
    ...Object.fromEntries(conventions.map((name) => [`the Gram loss of ${name}`, styled(gramAs(name, { image: [height, width] }))])),
  },
  matching: { "the distance of means": styled(mean) },
  relative: { "the relative Gram loss": styled(relative(gram)), "the relative content loss": told(relative(activations)) },
  smoothness: Object.fromEntries(variations.map((variation) => [`the smoothness ${variation}`, () => [smoothness({ variation })]])),
};
/** Files of src/losses that hold no loss of their own. */
const helpers = ["conventions", "loss"];

interface Result { readonly value: number; readonly gradient: Float32Array }

const drawnImage = (seed: number, tall = height, wide = width): Image =>
  tf.randomUniform([tall, wide, 3], 0, 1, "float32", seed) as Image;

async function measured(backend: string, make: Make, pooling: Pooling = "max"): Promise<Result> {
  await tf.setBackend(backend);
  networks[backend] ??= await randomVgg({ width: 1 / 16, seed: 7, calibration: drawnImage(4) });
  const network = vggFrom(networks[backend].filters, { ...networks[backend], pooling });
  const [photo, painting, x] = [drawnImage(1), drawnImage(2, 40, 32), drawnImage(3)];
  const goal = objective(network, make(photo, painting));
  const result = await goal.measure(x);
  goal.dispose();
  tf.dispose([photo, painting, x]);
  return result;
}

/** ‖mine − reference‖ / ‖reference‖ */
function distance(mine: Float32Array, reference: Float32Array): number {
  assert.equal(mine.length, reference.length);
  const norm = (x: Float32Array): number => Math.sqrt(x.reduce((sum, number) => sum + number ** 2, 0));
  return norm(mine.map((number, at) => number - reference[at])) / norm(reference);
}

let chosen: string;
/** The same network on every engine. */
const networks: Record<string, Vgg> = {};
before(async () => {
  await engine();
  chosen = tf.getBackend();
  registerOnnx("onnx");
  prepareWasm();
});
after(async () => {
  Object.values(networks).forEach((network) => network.dispose());
  await tf.setBackend(chosen);
});

describe("value and pixel gradient are those of the cpu engine to 1e-4, on onnx and on wasm:", () => {
  const agree = async (make: Make, pooling?: Pooling): Promise<void> => {
    const reference = await measured("cpu", make, pooling);
    assert.ok(Math.abs(reference.value) > 1e-12 && reference.gradient.some((slope) => Math.abs(slope) > 1e-12), "nothing to compare");
    for (const backend of ["onnx", "wasm"]) {
      const mine = await measured(backend, make, pooling);
      const apart = Math.abs(mine.value / reference.value - 1);
      assert.ok(apart <= 1e-4, `the value on ${backend} is ${mine.value}, on cpu ${reference.value}`);
      const off = distance(mine.gradient, reference.gradient);
      assert.ok(off <= 1e-4, `the gradient on ${backend} is off by ${off.toExponential(2)}`);
    }
  };

  for (const [name, make] of Object.values(losses).flatMap((file) => Object.entries(file))) it(name, () => agree(make));

  for (const pooling of ["average", "l2"] as const)
    it(`content and style through ${pooling} pooling`, () => agree((photo, painting) => [content(photo), style(painting)], pooling));

  it("content, style and smoothness together", () =>
    agree((photo, painting) => [content(photo), style(painting, { weight: 100 }), smoothness()]));

  it("and no loss of the library is left out", () => {
    const files = readdirSync(path.join(__dirname, "..", "..", "src", "losses")).map((file) => path.parse(file).name);
    assert.deepEqual(files.filter((file) => !helpers.includes(file)).sort(), Object.keys(losses).sort());
  });
});
