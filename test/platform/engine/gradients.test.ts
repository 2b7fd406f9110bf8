import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../../../src/image";
import { activations, contentAs } from "../../../src/losses/activations";
import { channelMeans } from "../../../src/losses/channelMeans";
import { conventions, type Convention } from "../../../src/losses/conventions";
import { covariance } from "../../../src/losses/covariance";
import { fromStatistic } from "../../../src/losses/fromStatistic";
import { gaussianWasserstein } from "../../../src/losses/gaussianWasserstein";
import { gradientStatistics } from "../../../src/losses/gradientStatistics";
import { gram, gramAs } from "../../../src/losses/gram";
import { guidedGram } from "../../../src/losses/guidedGram";
import { histogram } from "../../../src/losses/histogram";
import { lossSpecs } from "../../../src/losses/lossSpecs";
import { maskedActivations } from "../../../src/losses/maskedActivations";
import { meanStd } from "../../../src/losses/meanStd";
import { mmd } from "../../../src/losses/mmd";
import { patches } from "../../../src/losses/patches";
import { pixels } from "../../../src/losses/pixels";
import { relative } from "../../../src/losses/relative";
import { relaxedEmd } from "../../../src/losses/relaxedEmd";
import { shiftedGram } from "../../../src/losses/shiftedGram";
import { slicedWasserstein } from "../../../src/losses/slicedWasserstein";
import { variations } from "../../../src/losses/smoothness";
import { weightedPixels } from "../../../src/losses/weightedPixels";
import type { Pooling } from "../../../src/networks/architectures/architecture";
import { randomVgg } from "../../../src/networks/random";
import { vggFrom, type Vgg } from "../../../src/networks/vgg";
import { objective } from "../../../src/objective";
import { engine } from "../../../src/platform/engine/engine";
import { registerOnnx } from "../../../src/platform/engine/onnx/register";
import { prepareWasm } from "../../../src/platform/engine/wasm";
import { content, smoothness, style, type Term } from "../../../src/terms";

const [height, width] = [32, 38];
const layers = ["relu1_1", "conv2_1", "relu3_1", "pool3"];
const mean = fromStatistic((features) => tf.mean(features, [0, 1]), "mean");

type Make = (photo: Image, painting: Image) => Term[];
const styled = (loss: Term["loss"]): Make => (_, painting) => [style(painting, { layers, loss })];
const told = (loss: Term["loss"]): Make => (photo) => [content(photo, { layers, loss })];
const placed = (loss: Term["loss"]): Make => (photo) => [content(photo, { layers: ["pixels"], loss })];
const systems = Object.keys(conventions) as Convention[];
/** Two halves of an image, with a soft edge between them. */
const halves = (tall: number, wide: number): tf.Tensor3D => tf.tidy(() => {
  const left = tf.tile(tf.linspace(1.5, -0.5, wide).clipByValue(0, 1).reshape([1, wide, 1]), [tall, 1, 1]);
  return tf.concat([left, tf.sub(1, left)], 2) as tf.Tensor3D;
});
/** A Gram matrix for each half; made when it is asked for, on the engine of the day. */
const guided: Make = (photo, painting) =>
  styled(guidedGram({ image: halves(height, width), target: halves(painting.shape[0], painting.shape[1]) }))(photo, painting);

/** Every loss of the library, by the file it is in. */
const losses: Record<string, Record<string, Make>> = {
  activations: {
    "the content loss": told(activations()),
    ...Object.fromEntries(systems.filter((name) => conventions[name].content).map((name) => [`the content loss of ${name}`, told(contentAs(name))])),
  },
  channelMeans: { "channel means": styled(channelMeans()) },
  covariance: { covariance: styled(covariance()) },
  gaussianWasserstein: { "the Wasserstein distance of Gaussians": styled(gaussianWasserstein()) },
  gradientStatistics: { "gradient statistics": styled(gradientStatistics()) },
  gram: {
    "the Gram loss": styled(gram()),
    ...Object.fromEntries(systems.map((name) => [`the Gram loss of ${name}`, styled(gramAs(name, { image: [height, width] }))])),
  },
  guidedGram: { "the guided Gram loss": guided },
  histogram: { histogram: styled(histogram()) },
  maskedActivations: {
    "the content loss through a mask": (photo) => {
      const [left] = tf.split(halves(height, width), 2, 2);
      return told(maskedActivations(tf.squeeze<tf.Tensor2D>(left, [2])))(photo, photo);
    },
  },
  fromStatistic: { "the distance of means": styled(mean) },
  meanStd: { "means and deviations": styled(meanStd()) },
  mmd: Object.fromEntries((["linear", "polynomial", "gaussian"] as const).map((kernel) => [`mmd, ${kernel}`, styled(mmd(kernel))])),
  patches: { patches: styled(patches()) },
  pixels: { pixels: placed(pixels()) },
  relative: { "the relative Gram loss": styled(relative(gram())), "the relative content loss": told(relative(activations())) },
  relaxedEmd: { "the relaxed earth mover's distance": styled(relaxedEmd()) },
  shiftedGram: { "the shifted Gram loss": styled(shiftedGram({ shifts: [0, 1, 2] })) },
  slicedWasserstein: { "sliced Wasserstein": styled(slicedWasserstein()) },
  smoothness: Object.fromEntries(variations.map((variation) => [`the smoothness ${variation}`, () => [smoothness({ variation })]])),
  weightedPixels: { "feature-weighted pixels": placed(weightedPixels()) },
};
/** A loss that is registered, but has no line above, is compared as it is by default. */
for (const spec of lossSpecs.filter(({ name }) => !(name in losses) && !["contentAs", "gramAs"].includes(name)))
  losses[spec.name] = { [spec.name]: styled(spec.make({})) };

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

/** Which engines are held against cpu: `STYLOSCOPE_COMPARE=onnx-webgpu` for others. */
const compared = (process.env.STYLOSCOPE_COMPARE ?? "onnx,wasm").split(",");

let chosen: string;
/** The same network on every engine. */
const networks: Record<string, Vgg> = {};
before(async () => {
  await engine();
  chosen = tf.getBackend();
  for (const backend of compared)
    if (backend === "wasm") prepareWasm();
    else registerOnnx(backend, { provider: backend.split("-")[1] ?? "cpu" });
});
after(async () => {
  Object.values(networks).forEach((network) => network.dispose());
  await tf.setBackend(chosen);
});

describe(`value and pixel gradient are those of the cpu engine, on ${compared.join(" and on ")}:`, () => {
  const agree = async (make: Make, pooling?: Pooling): Promise<void> => {
    const reference = await measured("cpu", make, pooling);
    assert.ok(Math.abs(reference.value) > 1e-12 && reference.gradient.some((slope) => Math.abs(slope) > 1e-12), "nothing to compare");
    for (const backend of compared) {
      const bound = backend === "onnx-webgpu" ? 1e-3 : 1e-4; // WebGPU asks fewer digits of exp and its like
      const mine = await measured(backend, make, pooling);
      const apart = Math.abs(mine.value / reference.value - 1);
      assert.ok(apart <= bound, `the value on ${backend} is ${mine.value}, on cpu ${reference.value}`);
      const off = distance(mine.gradient, reference.gradient);
      assert.ok(off <= bound, `the gradient on ${backend} is off by ${off.toExponential(2)}`);
    }
  };

  for (const [name, make] of Object.values(losses).flatMap((file) => Object.entries(file))) it(name, () => agree(make));

  for (const pooling of ["average", "l2"] as const)
    it(`content and style through ${pooling} pooling`, () => agree((photo, painting) => [content(photo), style(painting)], pooling));

  it("content, style and smoothness together", () =>
    agree((photo, painting) => [content(photo), style(painting, { weight: 100 }), smoothness()]));
});
