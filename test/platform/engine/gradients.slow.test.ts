import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../../../src/image";
import { activations, contentAs } from "../../../src/losses/activations";
import { channelMeans } from "../../../src/losses/channelMeans";
import { conventions, type Convention } from "../../../src/losses/conventions";
import { covariance } from "../../../src/losses/covariance";
import { crossLayerGram } from "../../../src/losses/crossLayerGram";
import { fromStatistic } from "../../../src/losses/fromStatistic";
import { gaussianWasserstein } from "../../../src/losses/gaussianWasserstein";
import { gradientStatistics } from "../../../src/losses/gradientStatistics";
import { gram, gramAs } from "../../../src/losses/gram";
import { guidedGram } from "../../../src/losses/guidedGram";
import { histogram } from "../../../src/losses/histogram";
import { isCrossLayer } from "../../../src/losses/loss";
import { lossSpecs } from "../../../src/losses/lossSpecs";
import { maskedActivations } from "../../../src/losses/maskedActivations";
import { meanStd } from "../../../src/losses/meanStd";
import { mmd } from "../../../src/losses/mmd";
import { moments } from "../../../src/losses/moments";
import { patches } from "../../../src/losses/patches";
import { pixels } from "../../../src/losses/pixels";
import { relative } from "../../../src/losses/relative";
import { relaxedEmd } from "../../../src/losses/relaxedEmd";
import { shiftedGram } from "../../../src/losses/shiftedGram";
import { slicedWasserstein } from "../../../src/losses/slicedWasserstein";
import { variations } from "../../../src/losses/smoothness";
import { weightedPixels } from "../../../src/losses/weightedPixels";
import type { Pooling } from "../../../src/networks/architectures/operation";
import { randomVgg, vggFrom, type Vgg } from "../../../src/networks/vgg";
import { objective } from "../../../src/objective";
import { engine } from "../../../src/platform/engine/engine";
import { registerOnnx } from "../../../src/platform/engine/onnx/register";
import "../../../src/platform/engine/wasm";
import { content, smoothness, style, type Term } from "../../../src/terms";

const [height, width] = [32, 38];
const layers = ["relu1_1", "conv2_1", "relu3_1", "pool3"];
const mean = fromStatistic((features) => tf.mean(features, [0, 1]), "mean");

type Make = (photo: Image, painting: Image) => Term[];
const styleWith = (loss: Term["loss"]): Make => (_, painting) => [style(painting, { ...(!isCrossLayer(loss) && { layers }), loss })];
const contentWith = (loss: Term["loss"]): Make => (photo) => [content(photo, { layers, loss })];
const pixelsWith = (loss: Term["loss"]): Make => (photo) => [content(photo, { layers: ["pixels"], loss })];
const systems = Object.keys(conventions) as Convention[];
/** Two halves of an image, with a soft edge between them. */
const halves = (rows: number, columns: number): tf.Tensor3D => tf.tidy(() => {
  const left = tf.tile(tf.linspace(1.5, -0.5, columns).clipByValue(0, 1).reshape([1, columns, 1]), [rows, 1, 1]);
  return tf.concat([left, tf.sub(1, left)], 2) as tf.Tensor3D;
});
/** A Gram matrix for each half. The masks are created on the current engine. */
const guided: Make = (photo, painting) =>
  styleWith(guidedGram({ image: halves(height, width), target: halves(painting.shape[0], painting.shape[1]) }))(photo, painting);

/** Every loss of the library, by the file it is in. */
const losses: Record<string, Record<string, Make>> = {
  activations: {
    "the content loss": contentWith(activations()),
    ...Object.fromEntries(systems.filter((name) => conventions[name].content).map((name) => [`the content loss of ${name}`, contentWith(contentAs(name))])),
  },
  channelMeans: { "channel means": styleWith(channelMeans()) },
  covariance: { covariance: styleWith(covariance()) },
  crossLayerGram: { "Gram matrices across layers": styleWith(crossLayerGram({ layers: [...layers] })) },
  fromStatistic: { "the distance of means": styleWith(mean) },
  gaussianWasserstein: { "the Wasserstein distance of Gaussians": styleWith(gaussianWasserstein()) },
  gradientStatistics: { "gradient statistics": styleWith(gradientStatistics()) },
  gram: {
    "the Gram loss": styleWith(gram()),
    ...Object.fromEntries(systems.map((name) => [`the Gram loss of ${name}`, styleWith(gramAs(name, { image: [height, width] }))])),
  },
  guidedGram: { "the guided Gram loss": guided },
  histogram: { histogram: styleWith(histogram()) },
  maskedActivations: {
    "the content loss through a mask": (photo) => {
      const [left] = tf.split(halves(height, width), 2, 2);
      return contentWith(maskedActivations(tf.squeeze<tf.Tensor2D>(left, [2])))(photo, photo);
    },
  },
  meanStd: { "means and deviations": styleWith(meanStd()) },
  mmd: Object.fromEntries((["linear", "polynomial", "gaussian"] as const).map((kernel) => [`mmd, ${kernel}`, styleWith(mmd(kernel))])),
  moments: { moments: styleWith(moments()), "moments of hypercolumns": styleWith(moments({ layers: [...layers], samples: 100 })) },
  patches: { patches: styleWith(patches()) },
  pixels: { pixels: pixelsWith(pixels()) },
  relative: { "the relative Gram loss": styleWith(relative(gram())), "the relative content loss": contentWith(relative(activations())) },
  relaxedEmd: {
    "the relaxed earth mover's distance": styleWith(relaxedEmd()),
    "the relaxed earth mover's distance of hypercolumns": styleWith(relaxedEmd({ layers: [...layers], samples: 100 })),
  },
  shiftedGram: { "the shifted Gram loss": styleWith(shiftedGram({ shifts: [0, 1, 2] })) },
  slicedWasserstein: { "sliced Wasserstein": styleWith(slicedWasserstein()) },
  smoothness: Object.fromEntries(variations.map((variation) => [`the smoothness ${variation}`, () => [smoothness({ variation })]])),
  weightedPixels: { "feature-weighted pixels": pixelsWith(weightedPixels()) },
};
/** A loss that is registered, but has no line above, is compared as it is by default. */
for (const spec of lossSpecs.filter(({ name }) => !(name in losses) && !["contentAs", "gramAs"].includes(name)))
  losses[spec.name] = { [spec.name]: styleWith(spec.make({})) };

interface Result { readonly value: number; readonly gradient: Float32Array }

const randomImage = (seed: number, rows = height, columns = width): Image =>
  tf.randomUniform([rows, columns, 3], 0, 1, "float32", seed) as Image;

async function measured(backend: string, make: Make, pooling: Pooling = "max"): Promise<Result> {
  await tf.setBackend(backend);
  networks[backend] ??= await randomVgg({ width: 1 / 16, seed: 7, calibration: randomImage(4) });
  const network = vggFrom(networks[backend].filters, { ...networks[backend], pooling });
  const [photo, painting, x] = [randomImage(1), randomImage(2, 40, 32), randomImage(3)];
  const goal = objective(network, make(photo, painting));
  const result = await goal.measure(x);
  goal.dispose();
  tf.dispose([photo, painting, x]);
  return result;
}

/** ‖actual − reference‖ / ‖reference‖ */
function relativeDistance(actual: Float32Array, reference: Float32Array): number {
  assert.equal(actual.length, reference.length);
  const norm = (x: Float32Array): number => Math.sqrt(x.reduce((sum, number) => sum + number ** 2, 0));
  return norm(actual.map((number, i) => number - reference[i])) / norm(reference);
}

/** The engines that are compared with cpu; `STYLOSCOPE_COMPARE=onnx-webgpu` for others. */
const compared = (process.env.STYLOSCOPE_COMPARE ?? "onnx,wasm").split(",");

let chosenEngine: string;
/** The same network on every engine. */
const networks: Record<string, Vgg> = {};
before(async () => {
  await engine();
  chosenEngine = tf.getBackend();
  for (const backend of compared)
    if (backend !== "wasm") registerOnnx(backend, { provider: backend.split("-")[1] ?? "cpu" });
});
after(async () => {
  Object.values(networks).forEach((network) => network.dispose());
  await tf.setBackend(chosenEngine);
});

describe(`value and pixel gradient are those of the cpu engine, on ${compared.join(" and on ")}:`, () => {
  const agree = async (make: Make, pooling?: Pooling): Promise<void> => {
    const reference = await measured("cpu", make, pooling);
    assert.ok(Math.abs(reference.value) > 1e-12 && reference.gradient.some((number) => Math.abs(number) > 1e-12), "nothing to compare");
    for (const backend of compared) {
      const bound = backend === "onnx-webgpu" ? 1e-3 : 1e-4; // WebGPU requires less accuracy of exp and similar functions
      const actual = await measured(backend, make, pooling);
      const valueError = Math.abs(actual.value / reference.value - 1);
      assert.ok(valueError <= bound, `the value on ${backend} is ${actual.value}, on cpu ${reference.value}`);
      const gradientError = relativeDistance(actual.gradient, reference.gradient);
      assert.ok(gradientError <= bound, `the gradient on ${backend} is off by ${gradientError.toExponential(2)}`);
    }
  };

  for (const [name, make] of Object.values(losses).flatMap((file) => Object.entries(file))) it(name, () => agree(make));

  for (const pooling of ["average", "l2"] as const)
    it(`content and style through ${pooling} pooling`, () => agree((photo, painting) => [content(photo), style(painting)], pooling));

  it("content, style and smoothness together", () =>
    agree((photo, painting) => [content(photo), style(painting, { weight: 100 }), smoothness()]));
});
