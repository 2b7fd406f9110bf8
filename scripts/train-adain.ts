// `npm run train:adain -- --images DIR --minutes M [--layer relu3_1] [--seed 1] [--from FILE] [--peak 2e-3] [--out out/adain]`: trains the
// decoder of AdaIN for vgg19-mini. With `--from` it begins as a trained decoder, or its shallow blocks as those of one of relu3_1; `--peak` is
// the highest learning rate. It can be stopped at any time: the same command continues. `--ship` copies the weights and the log into weights/;
// their checksum stands in src/platform/files/manifest.ts.
import { copyFile, mkdir } from "node:fs/promises";
import * as path from "node:path";
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "../src/errors";
import { decodedLayers, decoder, decoderInputs, type DecodedLayer } from "../src/networks/architectures/decoder";
import { forward } from "../src/networks/forward";
import type { GraphNetwork } from "../src/networks/graphNetwork";
import { sliceAxis } from "../src/networks/pad";
import { adain } from "../src/onepass/adain";
import { adainEncoder } from "../src/onepass/adainNetwork";
import { adainLoss } from "../src/onepass/adainLoss";
import { engine } from "../src/platform/engine/engine";
import { warmupCosine } from "../src/training/learningRate";
import { layerParameters, networkShapes, parameterSlots } from "../src/training/parameterSlots";
import type { BatchLoss } from "../src/training/trainingStep";
import { drawCrop, loadPictures, stackedCrops } from "./mini/pictures";
import { random } from "./pictures/noise";
import { startFrom, trainInMinutes } from "./trainInMinutes";

const root = path.resolve(__dirname, "..");
const encoderName = "vgg19-mini";

const side = 96;
/** Pictures in a batch; the last is its own style, and shall come back as it was. */
const count = 3;
/** The weights of content, style, pixels and grid: pixels are a mean square of values in 0…1, the others relative. */
const weights = { content: 1, style: 10, pixels: 20, grid: 5 };

interface Batch {
  readonly photos: tf.Tensor4D;
  readonly paintings: tf.Tensor4D;
}

/**
 * How much the picture shows of the grid of cells, the `stride`×`stride` pixels that are one position of the layer. Features do not say where in its
 * cell a stroke is, so a decoder that paints one in each cell puts it at the same place. Two numbers, added:
 * - how unevenly detail lies in a cell: the relative variance of the squared differences of neighbors by their place in it, along rows and columns
 * - the share of fine detail that neighboring cells have in common: the energy of the mean of 6×6 cells in units of that of the cells. Where they
 *   have nothing in common it is 1/36.
 */
function gridOf(painted: tf.Tensor4D, stride: number): tf.Scalar {
  const [count, height, width, channels] = painted.shape;
  /** `[images, rows of cells, columns of cells, row in the cell, column in it, channel]` */
  const inCells = (images: tf.Tensor): tf.Tensor =>
    tf.transpose(tf.reshape(images, [count, height / stride, stride, width / stride, stride, channels]), [0, 1, 3, 2, 4, 5]);
  const flat = 1e-4; // a flat picture has no grid
  const uneven = ([1, 2] as const).map((axis) => {
    const before = tf.concat([sliceAxis(painted, axis, 0, 1), sliceAxis(painted, axis, 0, painted.shape[axis] - 1)], axis);
    const cells = tf.slice(inCells(tf.square(tf.sub(painted, before))), [0, 1, 1, 0, 0, 0]); // nothing is before the first
    const byPlace = tf.mean(cells, [1, 2, axis === 1 ? 4 : 3, 5]);
    const mean = tf.mean(byPlace, 1, true);
    return tf.mean(tf.square(tf.div(tf.sub(byPlace, mean), tf.add(mean, flat))));
  });
  const fine = tf.sub(painted, tf.avgPool(painted, stride + 1, 1, "same"));
  const cells = tf.reshape(inCells(fine), [count, height / stride, width / stride, stride * stride * channels]) as tf.Tensor4D;
  const common = tf.div(tf.mean(tf.square(tf.avgPool(cells, 6, 1, "valid"))), tf.add(tf.mean(tf.square(fine)), flat));
  return tf.addN([...uneven, common]) as tf.Scalar;
}

function lossOf(parameters: ReadonlyMap<string, tf.Tensor>, { photos, paintings }: Batch, encoder: GraphNetwork, layer: DecodedLayer): BatchLoss {
  const styleLayers = ["relu1_1", "relu2_1", "relu3_1", "relu4_1"].slice(0, Number(layer[4]));
  const style = encoder.forward(paintings, styleLayers);
  const target = adain(encoder.forward(photos, [layer]).get(layer)!, style.get(layer)!);
  const byLayer = layerParameters(parameters);
  const layers = decoder(encoderName, layer);
  const last = layers.at(-1)!.name;
  const painted = forward({ name: "decoder", layers, parametersOf: (name) => byLayer.get(name) }, target, [last]).get(last)!;
  const { content, style: styleLoss } = adainLoss(target, encoder.forward(painted, styleLayers), style, { layer, styleLayers });
  const own = [painted, photos].map((batch) => tf.slice(batch, [count - 1, 0, 0, 0], [1, -1, -1, -1]));
  const pixels = tf.mean(tf.square(tf.sub(own[0], own[1]))) as tf.Scalar;
  const metrics = { content, style: styleLoss, pixels, grid: gridOf(painted, 2 ** (Number(layer[4]) - 1)) };
  return { loss: tf.addN(Object.entries(metrics).map(([name, value]) => tf.mul(value, weights[name as keyof typeof weights]))) as tf.Scalar, metrics };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: {
    images: { type: "string" }, minutes: { type: "string", default: "60" }, seed: { type: "string", default: "1" }, ship: { type: "boolean" },
    layer: { type: "string", default: "relu3_1" }, out: { type: "string", default: path.join(root, "out", "adain") },
    peak: { type: "string", default: "2e-3" }, from: { type: "string" },
  } });
  mustBeOneOf(values.layer, decodedLayers, "layer");
  const layer = values.layer as DecodedLayer;
  const name = "decoder";
  if (values.ship) {
    for (const end of ["safetensors", "log.csv"]) await copyFile(path.join(values.out, `${name}.${end}`), path.join(root, "weights", `adain-decoder.${end}`));
    return;
  }
  console.log(`engine: ${(await engine()).name}`);
  await mkdir(values.out, { recursive: true });
  const seed = Number(values.seed);
  const pictures = await loadPictures(values.images, path.join(values.out, "generated"), 1);
  const encoder = await adainEncoder(encoderName);
  const slots = parameterSlots(networkShapes(decoder(encoderName, layer), decoderInputs(encoderName, layer)));
  await trainInMinutes({
    slots, name, folder: values.out, seed, minutes: Number(values.minutes), start: await startFrom(values.from, slots, seed, { gray: "decode1_1" }),
    batch: async (request) => {
      const next = random(request.seed);
      const draw = (): Promise<Float32Array> => drawCrop(pictures, side, next, { clean: true });
      const photos: Float32Array[] = [];
      const paintings: Float32Array[] = [];
      for (let i = 0; i < count; i++) {
        photos.push(await draw());
        paintings.push(i === count - 1 ? photos[i] : await draw());
      }
      return { photos: stackedCrops(photos, side), paintings: stackedCrops(paintings, side) };
    },
    loss: (parameters, batch) => lossOf(parameters, batch, encoder, layer),
    learningRate: warmupCosine({ peak: Number(values.peak), steps: 1, warmup: 0.02, start: 0.05, floor: 0.01 }),
    metadata: { encoder: encoderName, layer, license: "CC BY 4.0; trained on features distilled from VGG-19 by K. Simonyan and A. Zisserman" },
  });
  encoder.dispose();
}

if (require.main === module)
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
