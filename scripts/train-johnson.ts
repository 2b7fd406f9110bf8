// `npm run train:johnson -- --images DIR --minutes M [--styles strokes,mosaic,woodcut,watercolor] [--seed 1] [--out out/johnson]`: trains one
// network that paints several styles in one pass, DIR/styles.safetensors. It can be stopped at any time: the same command continues.
import { mkdir } from "node:fs/promises";
import * as path from "node:path";
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { activations } from "../src/losses/activations";
import { gram } from "../src/losses/gram";
import { relative } from "../src/losses/relative";
import { totalVariationLoss } from "../src/losses/smoothness";
import { johnson } from "../src/networks/architectures/johnson";
import { forward } from "../src/networks/forward";
import { preprocessings } from "../src/networks/preprocess";
import { vgg19Mini, type Vgg } from "../src/networks/vgg";
import { engine } from "../src/platform/engine/engine";
import { sample } from "../src/platform/files/sample";
import { warmupCosine } from "../src/training/learningRate";
import { layerParameters, networkShapes, parameterSlots } from "../src/training/parameterSlots";
import type { BatchLoss } from "../src/training/trainingStep";
import { drawCrop, loadPictures, stackedCrops } from "./mini/pictures";
import { startFrom, trainInMinutes } from "./onepass/trainInMinutes";
import { random } from "./pictures/noise";

const root = path.resolve(__dirname, "..");
const side = 96;
const shape = { width: 16, blocks: 3 };
const contentLayer = "relu3_2";
const styleLayers = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"];
const weights = { content: 1, style: 10, smoothness: 1 };
const contentLoss = relative(activations());
const styleLoss = relative(gram());
const smoothnessLoss = totalVariationLoss();

/** One photograph for each style, in their order. */
type Batch = { readonly photos: tf.Tensor4D };

function lossOf(
  parameters: ReadonlyMap<string, tf.Tensor>, { photos }: Batch, judge: Vgg, targets: readonly ReadonlyMap<string, tf.Tensor2D>[],
): BatchLoss {
  const byLayer = layerParameters(parameters);
  const pass = {
    name: "johnson", layers: johnson({ ...shape, styles: targets.length }), preprocessing: preprocessings.torchvision,
    parametersOf: (name: string) => byLayer.get(name), ...(targets.length > 1 && { style: tf.eye(targets.length) as tf.Tensor2D }),
  };
  const painted = tf.mul(tf.add(forward(pass, photos, ["tanh"]).get("tanh")!, 1), 0.5) as tf.Tensor4D;
  const seen = judge.forward(painted, [contentLayer, ...styleLayers]);
  const photographed = judge.forward(photos, [contentLayer]).get(contentLayer)!;
  const one = (batch: tf.Tensor4D, i: number): tf.Tensor3D => tf.squeeze(tf.slice(batch, [i, 0, 0, 0], [1, -1, -1, -1]), [0]);
  const meanOver = (values: readonly tf.Scalar[]): tf.Scalar => tf.mean(tf.stack([...values])) as tf.Scalar;
  const parts = {
    content: meanOver(targets.map((_, i) => contentLoss.distance(one(seen.get(contentLayer)!, i), contentLoss.prepare(one(photographed, i))))),
    style: meanOver(targets.flatMap((target, i) => styleLayers.map((layer) => styleLoss.distance(one(seen.get(layer)!, i), target.get(layer)!)))),
    smoothness: meanOver(targets.map((_, i) => smoothnessLoss.distance(one(painted, i)))),
  };
  return {
    loss: tf.addN(Object.entries(parts).map(([name, value]) => tf.mul(value, weights[name as keyof typeof weights]))) as tf.Scalar,
    metrics: parts,
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: {
    images: { type: "string" }, minutes: { type: "string", default: "60" }, seed: { type: "string", default: "1" },
    styles: { type: "string", default: "strokes,mosaic,woodcut,watercolor" }, out: { type: "string", default: path.join(root, "out", "johnson") },
  } });
  const name = "styles";
  console.log(`engine: ${(await engine()).name}`);
  await mkdir(values.out, { recursive: true });
  const seed = Number(values.seed);
  const styles = values.styles.split(",");
  const pictures = await loadPictures(values.images, path.join(values.out, "generated"), 1);
  const judge = await vgg19Mini({ pooling: "average" });
  const targets: Map<string, tf.Tensor2D>[] = [];
  for (const painting of styles) {
    const image = await sample(painting, { shorter: 256 });
    const features = judge.features(image, styleLayers);
    targets.push(new Map(styleLayers.map((layer) => [layer, styleLoss.prepare(features(layer))])));
    tf.dispose(image);
  }
  const slots = parameterSlots(networkShapes(johnson({ ...shape, styles: styles.length })));
  await trainInMinutes({
    slots, name, folder: values.out, seed, minutes: Number(values.minutes), start: await startFrom(undefined, slots, seed),
    batch: async (request) => {
      const next = random(request.seed);
      const crops: Float32Array[] = [];
      for (let i = 0; i < styles.length; i++) crops.push(await drawCrop(pictures, side, next, { clean: true }));
      return { photos: stackedCrops(crops, side) };
    },
    loss: (parameters, batch) => lossOf(parameters, batch, judge, targets),
    learningRate: warmupCosine({ peak: 2e-3, steps: 1, warmup: 0.02, start: 0.05, floor: 0.01 }),
    metadata: {
      ...Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, `${value}`])), styles: styles.join(","),
      license: "CC BY 4.0; trained with losses over features distilled from VGG-19 by K. Simonyan and A. Zisserman",
    },
  });
  judge.dispose();
}

if (require.main === module)
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
